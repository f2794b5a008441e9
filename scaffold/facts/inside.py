"""What was observed from inside a container. `None` means unknown, never no."""

from dataclasses import field

from scaffold.facts.driver import DeviceNode, Smi
from scaffold.facts.gpu import Gpu
from scaffold.facts.system import ProbeFacts
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """A GPU as a framework sees it.

    `same_product` says whether it multiplied a small matrix exactly as the CPU did; `error` is the
    framework's message if it could not.
    """

    name: str
    capability: str | None = None
    same_product: bool | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reduced:
    """An all-reduce between all GPUs, one process each: whether the sums were right."""

    right: bool | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkFacts:
    """A framework's own view.

    `module` is the name it is imported by. `cuda` is the release that it was built for, empty
    for a build without CUDA; `architectures` are the names (`sm_90`, `compute_120`) that its
    binaries are for. `unfinished` is the step that it did not finish, with `code`, the
    exit code: 142 (the alarm) or 137 if it hung.
    """

    module: str
    version: str | None = None
    cuda: str | None = None
    architectures: tuple[str, ...] | None = None
    count: int | None = None
    devices: tuple[Device, ...] = ()
    reduced: Reduced | None = None
    error: str = ""
    unfinished: str = ""
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """The project's folder or a mount: whether it exists, may be written, and who owns it."""

    path: str
    present: bool | None = None
    writable: bool | None = None
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class Listening:
    """A TCP port that a program listens on, and whether on the loopback address only."""

    port: int
    loopback: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InsideFacts:
    """One check inside a container, as the user of its programs.

    `environment` has those of the variables that decide on GPUs which are set. `libcuda` is the
    driver's library. `python` is the interpreter that was asked, empty if there is none;
    `frameworks` is None if it gave no full answer. `shm_mib` is the size of /dev/shm.
    """

    probe: ProbeFacts = field(default_factory=ProbeFacts)
    user: str | None = None
    uid: int | None = None
    environment: tuple[tuple[str, str], ...] = ()
    smi: Smi | None = None
    gpus: tuple[Gpu, ...] | None = None
    driver_version: str | None = None
    cuda_reported: str | None = None
    libcuda: tuple[str, ...] | None = None
    nodes: tuple[DeviceNode, ...] | None = None
    shm_mib: int | None = None
    project: Folder | None = None
    mounts: tuple[Folder, ...] = ()
    listening: tuple[Listening, ...] | None = None
    python: str | None = None
    python_version: str | None = None
    frameworks: tuple[FrameworkFacts, ...] | None = None

    def variable(self, name: str) -> str | None:
        """The value of a variable, None if it is not set."""
        return dict(self.environment).get(name)
