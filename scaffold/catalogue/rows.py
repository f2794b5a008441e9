"""The rows of the catalogue, validated as they are made.

Rows are compared by identity: the methods that dataclasses would add cost time at each start.
"""

from collections.abc import Mapping

from scaffold.project.framework import Framework
from scaffold.records import dataclass
from scaffold.versions import Version, parse_version


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Row:
    """What every row has: the source it was read from, and what is doubtful about it."""

    source: str
    doubt: str

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError(f"a catalogue row without a source: {self!r}")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CudaRelease(Row):
    """A CUDA release X.Y and the lowest driver that its first toolkit was qualified with."""

    cuda: str
    toolkit_driver: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Floor(Row):
    """The lowest driver of a CUDA major release under minor version compatibility."""

    major: int
    driver: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DriverBranch(Row):
    """A driver branch, the CUDA release that its drivers report, and when it ends or ended."""

    branch: int
    cuda: str
    kind: str
    end_of_life: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Architecture(Row):
    """A compute capability: CUDA toolkits that target it, and the last driver branch (0: none)."""

    name: str
    capability: str
    first_cuda: str
    last_cuda: str
    last_branch: int
    open_module: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class GpuModel(Row):
    """A product name, its compute capability, and its kind (datacenter, geforce, …).

    `also` are the capabilities of other cards that were sold under the same name.
    """

    name: str
    capability: str
    kind: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Build(Row):
    """One build of one release of a framework, for one CPU architecture.

    `variant` is `cu126`, `cuda12`, `and-cuda` …; `cuda` what the image has to bring (TensorFlow
    before 2.14); `cpu`. `cudnn` is the specifier of the cuDNN that is installed with it, empty
    if unknown. `sm` are the compute capabilities with binary code (`9.0a`: for 9.0 alone), `ptx`
    the one whose PTX newer cards can compile. `python` lists the releases for which every wheel of
    the set exists. `requirement` is what the installer is asked for, `index` and `links` where,
    empty for the default index. `requires` are its run-time requirements. `verified` is False for
    a build that no index which could be read lists.
    """

    framework: Framework
    version: str
    variant: str
    arch: str
    cuda: str
    cudnn: str
    sm: tuple[str, ...]
    ptx: str
    python: tuple[str, ...]
    requirement: str
    index: str
    links: str
    local: str
    requires: tuple[str, ...]
    verified: bool = True

    @property
    def default(self) -> bool:
        """Whether the default package index gives this build."""
        return not (self.index or self.links)

    @property
    def brings_cuda(self) -> bool:
        """Whether CUDA comes with the wheels, so that the image needs none."""
        return self.variant != "cuda"

    def has_binary(self, capability: Version) -> bool:
        """Whether it holds binary code for a GPU: the same major and no newer minor.

        Source: CUDA C++ Programming Guide, binary compatibility.
        """
        codes = (_code(text) for text in self.sm)
        return any(
            code == capability or (not specific and code[0] == capability[0] and code < capability)
            for code, specific in codes
        )

    def has_ptx(self, capability: Version) -> bool:
        """Whether the driver could compile its PTX for a GPU: none newer than the GPU is."""
        if not self.ptx:
            return False
        code, specific = _code(self.ptx)
        return code == capability or (not specific and code < capability)


def _code(text: str) -> tuple[Version, bool]:
    """A compute capability, and whether its code is for it alone, as `9.0a` of `sm_90a` is."""
    return parse_version(text.rstrip("af")), text.endswith("a")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Companion(Row):
    """A release of a package whose requirements bind a framework's version.

    `needs` maps distributions (`torch`) to specifiers. Empty `python` and `arch` mean any;
    `cuda` is the major release that its wheel on the default index is compiled against,
    `capability` the lowest compute capability that it works on. A `yanked` release is installed
    only if it is pinned.
    """

    name: str
    version: str
    needs: Mapping[str, str]
    python: tuple[str, ...] = ()
    arch: tuple[str, ...] = ()
    cuda: str = ""
    cudnn: str = ""
    capability: str = ""
    yanked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CudnnLimit(Row):
    """cuDNN from release `first` on has no code for cards older than `oldest`."""

    first: str
    oldest: str
    review_by: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Cap(Row):
    """Releases of `other` from `below` on break a package before its release `first`.

    The package's metadata does not say so. An empty `first` means every release. `python` is
    the lowest Python that `below` exists for, `last_python` the last one that an earlier release
    has wheels for, empty for any.
    """

    package: str
    first: str
    other: str
    below: str
    because: str
    review_by: str
    python: str
    last_python: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class KnownFailure(Row):
    """What is known to fail although the other rows allow it.

    `versions`, `capability` and `driver` are specifiers, empty for any. `by` is `ptx` if it
    concerns only cards that would compile the build's PTX. `instead` names what works.
    """

    framework: str
    because: str
    review_by: str
    versions: str = ""
    variant: str = ""
    capability: str = ""
    driver: str = ""
    arch: str = ""
    by: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CudaImage(Row):
    """A point release of nvidia/cuda: its cuDNN word, Ubuntu releases, and requirement check."""

    tag: str
    cudnn: str
    ubuntu: tuple[str, ...]
    branches: tuple[int, ...]
    geforce: bool
    require: str = ""
    arch: tuple[str, ...] = ()

    @property
    def cuda(self) -> str:
        """The CUDA release X.Y."""
        return self.tag.rpartition(".")[0]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PythonImage(Row):
    """A tag of the official python image."""

    python: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FrameworkImage(Row):
    """A vendor's image with the framework inside, and the code that its build holds."""

    stack: str
    image: str
    framework: str
    version: str
    cuda: str
    variant: str
    arch: tuple[str, ...]
    sm: tuple[str, ...]
    ptx: str
    python: str
