"""What the resolver decided, with each step's reason and source, or why it could not."""

from collections.abc import Callable, Mapping
from dataclasses import field

from scaffold.answers.choices import GpuNeed, Stack
from scaffold.project.framework import Framework
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Askers:
    """Who asks for each wish: flags (`--python`), files with their line, or another subject."""

    framework: tuple[str, ...] = ("the project",)
    python: tuple[str, ...] = ("the project",)
    cuda: tuple[str, ...] = ("the project",)
    image: tuple[str, ...] = ("you",)


def askers(places: Callable[[str], tuple[str, ...]], by: Mapping[str, str]) -> Askers:
    """Who asks for what: the user, as `by` says of an answer, else the places in the project."""

    def asking(key: str) -> tuple[str, ...]:
        return (by[key],) if key in by else places(key) or ("the project",)

    return Askers(
        framework=asking("framework"),
        python=asking("python"),
        cuda=asking("cuda"),
        image=(by.get("image", "you"),),
    )


def asks_for(askers: tuple[str, ...], what: str) -> str:
    """The sentence that somebody asks for something; of many askers the first is named."""
    first, *more = askers
    if not more:
        return f"{first} asks for {what}"
    others = more[0] if len(more) == 1 else f"{len(more)} others"
    return f"{first} and {others} ask for {what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked of the resolver; specifiers are PEP 440 sets, empty means any.

    `cuda` is a CUDA release that must be met (`12.4`) or None. `nvcc` asks for the CUDA
    compiler in the image. `packages` are the requirements that the project installs
    (`xformers==0.0.29`): those that bind a framework's version are met, other frameworks share
    the environment. `image` is a base image that the user named, empty for the resolver's choice.
    `by` says who asks for what, for the reasons of the decisions.
    """

    framework: Framework = Framework.NONE
    framework_spec: str = ""
    python_spec: str = ""
    stack: Stack = Stack.PYTHON
    gpu: GpuNeed = GpuNeed.OPTIONAL
    nvcc: bool = False
    cuda: str | None = None
    packages: tuple[str, ...] = ()
    image: str = ""
    by: Askers = Askers()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rejected option, with the fact that ruled it out."""

    option: str
    because: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One step: what was decided, what was chosen, why, from which source, and what was not."""

    what: str
    chosen: str
    because: str
    source: str
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkBuild:
    """One build of a framework, as the installer is asked for it.

    `version` is the exact release, `variant` is `cu126`, `cuda13`, `cpu` …; `cuda` the CUDA
    release that it uses or None; `requirements` the PEP 508 requirements that select it, with
    the packages that come from the same index; `index_url` the index that holds it, None for
    the default index; `find_links` a page of wheels beside the default index, or None.
    """

    framework: Framework
    version: str
    variant: str
    cuda: str | None
    requirements: tuple[str, ...]
    index_url: str | None
    find_links: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBase:
    """A base image that the user named, and what a Dockerfile on it depends on.

    `distro` is its distribution (`ubuntu22.04`, `bookworm`) and `login` the user that it ends
    as, each empty if unknown. `holds` says that its packages stay visible, `framework` which
    framework later layers must not replace. `unknown` says that nothing is known of it.
    """

    distro: str
    login: str
    holds: bool
    framework: Framework
    carries_cuda: bool
    unknown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """An image, a Python and a framework build that work together on the host.

    `cuda` is the CUDA release that programs in the container will use, None without GPU.
    `image_has_python` says that the image's own Python is the one to use. `env` are
    variables that the container needs (`NVIDIA_DISABLE_REQUIRE`). `warnings` are doubts
    that the user should know of, unknown facts among them. `companions` are the releases of
    the project's packages that go with the build (`xformers==0.0.29`), `others` the builds of
    further frameworks in the same environment. `caps` keep out later releases of other
    packages, which break these (`numpy<2`). `base` is set if the user named the image.
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
    companions: tuple[str, ...] = ()
    others: tuple[FrameworkBuild, ...] = ()
    caps: tuple[str, ...] = ()
    base: OwnBase | None = None


@dataclass(frozen=True, slots=True)
class WayOut:
    """One thing that would lift a conflict, and the command or flag that does it."""

    what: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A fact that rules a wish out; the ways out are in order of effort, the least first."""

    fact: str
    wish: str
    source: str
    ways_out: tuple[WayOut, ...]
    decisions: tuple[Decision, ...] = field(default=())
