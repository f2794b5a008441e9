"""Documents of the commands that decide or check: resolve, catalogue, init, host and doctor."""

from typing import Annotated, Literal, NotRequired, TypedDict, get_type_hints

from scaffold.catalogue import rows, rows_beside
from scaffold.checks.verdict import Verdict
from scaffold.commands.host.attendant import StepOutcome
from scaffold.commands.host.known import KnownHost
from scaffold.facts import HostFacts
from scaffold.facts.computer import OwnSystem
from scaffold.findings import Finding
from scaffold.plan import Plan
from scaffold.project.facts import Evidence, ProjectFacts
from scaffold.project.framework import Framework
from scaffold.project.report import PARTS
from scaffold.resolver.resolution import Conflict, Resolution, WayOut


class WishedFramework(TypedDict):
    """The framework that was asked for, of a conflict; `spec` is a PEP 440 specifier set."""

    name: Framework
    spec: str


class ChosenBuild(TypedDict):
    """A framework build, as the installer is asked for it."""

    name: Framework
    version: Annotated[str, "as exact as what was asked for"]
    release: Annotated[str, "the exact release"]
    variant: Annotated[str, "`cu126`, `cuda13`, `cpu` …"]
    cuda: str | None
    index: Annotated[str | None, "package index; null for the default one"]
    links: Annotated[str | None, "a page of wheels beside the default index"]
    install: Annotated[list[str], "requirements (PEP 508)"]


class Reason(TypedDict):
    """One decision in words, and where it comes from."""

    text: str
    source: str


class RejectedOption(TypedDict):
    """An option that was not taken."""

    candidate: str
    text: str
    source: str


class ResolveDocument(TypedDict):
    """What runs on the machine. If `status` is `conflict`, nothing does, and `ways_out` help."""

    status: Literal["ok", "conflict"]
    image: str | None
    cuda: Annotated[str | None, "CUDA release that programs will use; null without a GPU"]
    framework: ChosenBuild | WishedFramework | None
    python: str | None
    env: dict[str, str]
    companions: Annotated[list[str], "releases of the project's packages that go with the build"]
    caps: Annotated[list[str], "later releases of other packages, which break these, kept out"]
    others: Annotated[list[ChosenBuild], "further frameworks in the same environment"]
    reasons: list[Reason]
    rejected: list[RejectedOption]
    ways_out: Annotated[list[WayOut], "the easiest first; empty for `ok`"]
    warnings: list[str]


class SeenRelease(TypedDict):
    """A release that `catalogue refresh` saw; no decision uses it."""

    topic: str
    text: str
    seen_on: str


TOPIC_ROWS = {
    "gpus": rows.GpuModel,
    "architectures": rows.Architecture,
    "cuda": rows.Floor | rows.CudaRelease,
    "drivers": rows.DriverBranch,
    "frameworks": rows.Build,
    "images": rows.PythonImage | rows.CudaImage | rows.FrameworkImage,
    "removed": rows_beside.RemovedTag,
    "toolkit": rows_beside.ToolkitRelease | rows_beside.ToolkitFlaw,
    "mirrors": rows_beside.Mirror,
}
"""The rows of each topic of `scaffold catalogue`."""


def catalogue_document(topic: str) -> type:
    """The document of one topic: its rows, and releases that were only seen."""
    kind = TypedDict(
        f"Catalogue{topic.capitalize()}Document",
        {topic: list[TOPIC_ROWS[topic]], "unchecked": list[SeenRelease]},
    )
    kind.__doc__ = f"Rows of the catalogue: {topic}. `source` is where a row comes from."
    return kind


class UnreadList(TypedDict):
    """A registry or an index that did not answer."""

    list: str
    message: str
    hint: str


class RefreshDocument(TypedDict):
    """Releases newer than the catalogue."""

    asked: Annotated[int, "number of lists that were asked for"]
    unchecked: list[SeenRelease]
    failures: list[UnreadList]


class NamedFramework(TypedDict):
    """The framework of a project."""

    name: Framework
    spec: str


_facts = get_type_hints(ProjectFacts)

ProjectDocument = TypedDict(
    "ProjectDocument",
    {
        "framework": NamedFramework,
        "python": str,
        "package_manager": _facts["package_manager"],
        "evidence": list[Evidence],
        "soft": list[str],
        **{
            name: _facts[name]
            for name in (
                *("nvcc", "cuda_hint", "ports", "install_files", "index_urls", "installable"),
                *("notebooks", "devcontainer", "problems", "base_image", *PARTS),
            )
        },
    },
)
ProjectDocument.__doc__ = "What was read in the repository, each with its place in `evidence`."


class InitHost(TypedDict):
    """The host that was decided for; `age_s` if saved facts were used, and why."""

    name: str
    age_s: float | None
    why_old: str


class PlannedFile(TypedDict):
    """A file of the dev container and what happens to it."""

    path: str
    status: Literal["new", "changed", "merged", "same", "kept"]


class InitDocument(TypedDict):
    """What was read, decided and written. With `conflict`, nothing was written."""

    project: ProjectDocument
    files: list[PlannedFile]
    host: NotRequired[InitHost]
    resolution: NotRequired[Resolution]
    plan: NotRequired[Plan]
    warnings: NotRequired[list[str]]
    conflict: NotRequired[Conflict]


class ErrorText(TypedDict):
    """Why a host was not reached."""

    message: str
    hint: str


class CheckedHostDocument(TypedDict):
    """One host. If it was not reached, `facts` is null and `error` is set."""

    host: str
    status: str
    verdict: Verdict
    facts: HostFacts | None
    findings: list[Finding]
    error: NotRequired[ErrorText]


class CheckedHostsDocument(TypedDict):
    """Several hosts, in the order in which they were named."""

    hosts: list[CheckedHostDocument]


class HostListDocument(TypedDict):
    """The servers that were set up, and the SSH Docker contexts."""

    hosts: list[KnownHost]


class HostRemoveDocument(TypedDict):
    """What was removed on this computer, or would be."""

    host: str
    removed: bool
    parts: list[str]
    running: Annotated[list[str] | None, "what still runs there; null if it does not answer"]


class HostSetupDocument(TypedDict):
    """The steps of the setup. With `--undo` there are only `host` and `steps`."""

    host: str
    steps: list[StepOutcome]
    status: NotRequired[str]
    verdict: NotRequired[Verdict]
    ready: NotRequired[bool]


class FoundProgram(TypedDict):
    """A program of this computer; empty texts if it is missing."""

    path: str
    version: str


class ConfigListDocument(TypedDict):
    """The user's defaults for every init."""

    path: Annotated[str, "the file that holds them"]
    defaults: dict[str, str | int | bool | list[str]]


class DoctorDocument(TypedDict):
    """What this computer has, and what it lacks."""

    system: OwnSystem
    verdict: Verdict
    ready: bool
    programs: dict[str, FoundProgram]
    contexts: Annotated[dict[str, str], "Docker contexts and their addresses"]
    current_context: str
    findings: list[Finding]
