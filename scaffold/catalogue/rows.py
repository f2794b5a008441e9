"""The rows of the catalogue, validated as they are made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from scaffold.project.facts import Framework
from scaffold.versions import Version, parse_version


@dataclass(frozen=True, slots=True)
class Row:
    """What every row has: the source it was read from, and what is doubtful about it."""

    source: str
    doubt: str

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError(f"a catalogue row without a source: {self!r}")


@dataclass(frozen=True, slots=True)
class CudaRelease(Row):
    """A CUDA release X.Y and the lowest driver that its first toolkit was qualified with."""

    cuda: str
    toolkit_driver: str


@dataclass(frozen=True, slots=True)
class Floor(Row):
    """The lowest driver of a CUDA major release under minor version compatibility."""

    major: int
    driver: str


@dataclass(frozen=True, slots=True)
class DriverBranch(Row):
    """A driver branch, the CUDA release that its drivers report, and when it ends or ended."""

    branch: int
    cuda: str
    kind: str
    end_of_life: str


@dataclass(frozen=True, slots=True)
class Architecture(Row):
    """A compute capability: CUDA toolkits that target it, and the last driver branch (0: none)."""

    name: str
    capability: str
    first_cuda: str
    last_cuda: str
    last_branch: int
    open_module: str


@dataclass(frozen=True, slots=True)
class GpuModel(Row):
    """A product name, its compute capability, and its kind (datacenter, geforce, …)."""

    name: str
    capability: str
    kind: str


@dataclass(frozen=True, slots=True)
class Build(Row):
    """One build of a framework.

    `sm` are the compute capabilities with binary code, `ptx` the one whose PTX newer cards can
    compile, empty for none; `python` the oldest and the newest; `default` whether the package
    index gives it without asking for another.
    """

    framework: Framework
    version: str
    variant: str
    cuda: str
    sm: tuple[str, ...]
    ptx: str
    aarch64_sm: tuple[str, ...]
    aarch64_ptx: str
    python: tuple[str, str]
    default: bool

    def has_binary(self, capability: Version, *, aarch64: bool) -> bool:
        """Whether it holds binary code for a GPU: the same major and no newer minor.

        Source: CUDA C++ Programming Guide, binary compatibility.
        """
        codes = map(parse_version, self.aarch64_sm if aarch64 else self.sm)
        return any(code[0] == capability[0] and code <= capability for code in codes)

    def has_ptx(self, capability: Version, *, aarch64: bool) -> bool:
        """Whether the driver could compile its PTX for a GPU: none newer than the GPU is."""
        ptx = self.aarch64_ptx if aarch64 else self.ptx
        return bool(ptx) and parse_version(ptx) <= capability


@dataclass(frozen=True, slots=True)
class CudaImage(Row):
    """A point release of nvidia/cuda: its cuDNN word, Ubuntu releases, and requirement check."""

    tag: str
    cudnn: str
    ubuntu: tuple[str, ...]
    branches: tuple[int, ...]
    geforce: bool

    @property
    def cuda(self) -> str:
        """The CUDA release X.Y."""
        return self.tag.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class PythonImage(Row):
    """A tag of the official python image."""

    python: str
    tag: str


@dataclass(frozen=True, slots=True)
class FrameworkImage(Row):
    """A vendor's image with the framework inside."""

    stack: str
    image: str
    version: str
    cuda: str
    variant: str
    python: str


@dataclass(frozen=True, slots=True)
class RemovedTag(Row):
    """Images that are gone, as a shell pattern, and what takes their place."""

    pattern: str
    instead: str


@dataclass(frozen=True, slots=True)
class ToolkitFlaw(Row):
    """A published flaw of the NVIDIA Container Toolkit and the first version without it."""

    cve: str
    fixed: str


@dataclass(frozen=True, slots=True)
class ToolkitRelease(Row):
    """A release of the NVIDIA Container Toolkit and its day."""

    version: str
    released: str


@dataclass(frozen=True, slots=True)
class Mirror(Row):
    """A public mirror; `kind` and `url` are what `--mirror KIND=URL` takes."""

    name: str
    kind: str
    url: str


_SIZES = re.compile(
    r"\b(\d+ ?GB|SXM\d?|PCIe|HBM\d?e?|NVL|MIG.*|Laptop GPU|Max-Q Design|with .*)\b",
    re.IGNORECASE,
)


def plain_name(name: str) -> str:
    """A GPU name without vendor, memory size and form factor, lower case, for comparison."""
    text = _SIZES.sub(" ", name.replace("-", " ") if "-" in name and "Max-Q" not in name else name)
    text = re.sub(r"\b(nvidia|tesla|grid)\b|[^\w ]", " ", text, flags=re.IGNORECASE)
    return " ".join(text.lower().split())


UNKNOWN_RELEASE: Version = (10**6,)
"""The driver that a CUDA release of no row asks for: none is new enough."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that is known, in the order of the files."""

    floors: tuple[Floor, ...]
    releases: tuple[CudaRelease, ...]
    branches: tuple[DriverBranch, ...]
    architectures: tuple[Architecture, ...]
    gpus: tuple[GpuModel, ...]
    builds: Mapping[Framework, tuple[Build, ...]]
    cuda_images: tuple[CudaImage, ...]
    python_images: tuple[PythonImage, ...]
    framework_images: tuple[FrameworkImage, ...]
    removed: tuple[RemovedTag, ...]
    toolkit_releases: tuple[ToolkitRelease, ...]
    toolkit_flaws: tuple[ToolkitFlaw, ...]
    mirrors: tuple[Mirror, ...]
    ubuntu_pythons: Mapping[str, str]

    def gpu(self, name: str) -> GpuModel | None:
        """The model that a name as nvidia-smi prints it means, the longest match first.

        A name that leaves out the brand (`RTX 4090`) means the shortest that ends with it.
        """
        wanted = plain_name(name)
        names = {row: plain_name(row.name) for row in self.gpus}
        found = [row for row, known in names.items() if f" {known} " in f" {wanted} "]
        if found or not wanted:
            return max(found, key=lambda row: len(names[row]), default=None)
        longer = [row for row, known in names.items() if known.endswith(f" {wanted}")]
        return min(longer, key=lambda row: len(names[row]), default=None)

    def architecture(self, capability: str) -> Architecture | None:
        """The row of a compute capability."""
        return next((row for row in self.architectures if row.capability == capability), None)

    def floor(self, cuda: str) -> Version:
        """The lowest driver on which programs built with a CUDA release run.

        From 11.0 on minor version compatibility makes it the family's lowest; before, and for
        the release's own driver, it is what the toolkit was qualified with.
        """
        major = parse_version(cuda)[0]
        family = [parse_version(row.driver) for row in self.floors if row.major == major]
        return min([self.toolkit_driver(cuda), *family])

    def toolkit_driver(self, cuda: str) -> Version:
        """The driver from which every feature of a CUDA release works, PTX included."""
        own = next((row.toolkit_driver for row in self.releases if row.cuda == cuda), None)
        return parse_version(own) if own else UNKNOWN_RELEASE

    def cuda_of(self, driver: Version) -> str | None:
        """The CUDA release that a driver of this version reports, None for an unknown branch."""
        older = [row for row in self.branches if row.branch <= driver[0]]
        return max(older, key=lambda row: row.branch).cuda if older else None

    def replacement(self, image: str) -> RemovedTag | None:
        """The row of an image that no longer exists."""
        return next((row for row in self.removed if fnmatchcase(image, row.pattern)), None)
