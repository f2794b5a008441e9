"""What the resolver decided, with each step's reason and source, or why it could not."""

from dataclasses import dataclass, field

from scaffold.answers.model import GpuNeed, Stack
from scaffold.project.facts import Framework


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of the resolver; specifiers are PEP 440 sets, empty means any.

    `cuda` is a CUDA release that must be met (`12.4`) or None. `nvcc` asks for the CUDA
    compiler in the image.
    """

    framework: Framework = Framework.NONE
    framework_spec: str = ""
    python_spec: str = ""
    stack: Stack = Stack.PYTHON
    gpu: GpuNeed = GpuNeed.OPTIONAL
    nvcc: bool = False
    cuda: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """An option that was looked at and left, with the fact that ruled it out."""

    option: str
    because: str
    source: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One step: what was decided, what was chosen, why, from which source, and what was not."""

    what: str
    chosen: str
    because: str
    source: str
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class FrameworkBuild:
    """One build of a framework, as the installer is asked for it.

    `variant` is `cu126`, `cuda13`, `cpu` …; `cuda` the CUDA release inside the wheels or
    None; `requirements` the PEP 508 requirements that select it; `index_url` the index that
    holds it, None for the default index.
    """

    framework: Framework
    version: str
    variant: str
    cuda: str | None
    requirements: tuple[str, ...]
    index_url: str | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """An image, a Python and a framework build that work together on the host.

    `cuda` is the CUDA release that programs in the container will use, None without GPU.
    `image_has_python` says that the image's own Python is the one to use. `env` are
    variables that the container needs (`NVIDIA_DISABLE_REQUIRE`). `warnings` are doubts
    that the user should know of, unknown facts among them.
    """

    image: str
    image_source: str
    python: str
    image_has_python: bool
    cuda: str | None
    build: FrameworkBuild | None
    env: tuple[tuple[str, str], ...] = ()
    decisions: tuple[Decision, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WayOut:
    """One thing that would lift a conflict, and the command or flag that does it."""

    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A fact that rules a wish out; the ways out come in order of effort, the least first."""

    fact: str
    wish: str
    source: str
    ways_out: tuple[WayOut, ...]
    decisions: tuple[Decision, ...] = field(default=())
