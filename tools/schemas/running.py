"""Documents of the commands around a dev container: start, test, upload, forward and stop it."""

from typing import Annotated, Literal, TypedDict

from scaffold.adapters.tunnel.records import ForwardedPort
from scaffold.answers.choices import GpuNeed
from scaffold.facts.inside import InsideFacts
from scaffold.findings import Finding
from scaffold.parsing.gpu_use import GpuLoad
from scaffold.sync.target import SyncTarget
from scaffold.workspace.gpu_share import GpuShare
from scaffold.workspace.needs import Unmet


class KeptPath(TypedDict):
    """A path that was not transferred, and why."""

    path: str
    why: str


class SyncDocument(TypedDict):
    """What was uploaded to `place`, or would be."""

    place: SyncTarget
    dry_run: bool
    files: list[str]
    gone: Annotated[list[str], "deleted locally, still on the remote"]
    deleted: list[str]
    kept: list[KeptPath]
    bytes: int
    way: Annotated[str, "how files were uploaded; empty if none were"]
    seconds: float
    clock_ahead: Annotated[int, "seconds that the remote clock is ahead"]
    notes: list[str]
    ignored: Annotated[dict[str, int], "in a dry run: large ignored paths and their bytes"]
    sizes: dict[str, int]


class NewOnRemote(TypedDict):
    """A path that is new or changed on the remote."""

    path: str
    bytes: int
    ignored: bool


class PullListDocument(TypedDict):
    """Without paths: what could be downloaded."""

    there: list[NewOnRemote]


class PullDocument(TypedDict):
    """What was downloaded from `place`, or would be."""

    place: SyncTarget
    files: list[str]
    kept: list[KeptPath]
    history: Annotated[list[str], "what was done with commits"]
    bytes: int
    seconds: float
    dry_run: bool


NeededGpu = TypedDict("NeededGpu", {"need": GpuNeed, "from": str, "asked_for": list[str]})
NeededGpu.__doc__ = "Whether a GPU is needed, where that was read, and the container's request."


class VerifyDocument(TypedDict):
    """What was seen inside the container, and what follows."""

    container: str
    status: str
    gpu: NeededGpu
    facts: InsideFacts
    findings: list[Finding]


class RunningContainer(TypedDict):
    """The dev container."""

    name: str
    id: str
    user: str
    folder: str


class UpDocument(TypedDict):
    """The running container and the test of its GPU."""

    host: str
    way: Literal["local", "remote-ssh", "context"]
    sync: SyncDocument | None
    container: RunningContainer
    stale: Annotated[bool, "created before its configuration changed"]
    verify: VerifyDocument
    get_in: Annotated[list[str], "commands that enter the container"]
    seconds: float


class UpDryRunDocument(TypedDict):
    """What `up --dry-run` would do, and what the server lacks."""

    dry_run: Literal[True]
    sync: SyncDocument | None
    argv: list[str]
    environment: dict[str, str]
    needs: list[Unmet]


class OpenDocument(TypedDict):
    """The editor's address of the container or folder, and the steps by hand."""

    uri: str
    steps: list[str]


TunnelPort = TypedDict(
    "TunnelPort",
    {
        "local": int,
        "wanted": Annotated[int, "the local port that was asked for"],
        "port": Annotated[int, "the port in the container"],
        "in": Annotated[str | None, "another host in the container's network"],
        "jupyter": Annotated[str | None, "Jupyter's address"],
    },
)
TunnelPort.__doc__ = "One forwarded port."


class TunnelDocument(TypedDict):
    """Printed once, when all ports are forwarded."""

    container: str
    host: str | None
    ports: list[TunnelPort]


class DevContainerDocument(TypedDict):
    """One dev container."""

    name: str
    id: str
    owner: str | None
    yours: Annotated[bool | None, "null if its owner is unknown"]
    folder: str | None
    this_workspace: bool
    state: str
    since: str | None
    image: str
    gpus: list[str]
    gpu_use: Annotated[list[GpuShare] | None, "null if unknown"]
    ports: list[str]
    tunnels: list[ForwardedPort]


class EngineDocument(TypedDict):
    """One Docker engine; `host` is null for this computer."""

    host: str | None
    error: str | None
    gpus: Annotated[list[GpuLoad] | None, "null if unknown"]
    containers: list[DevContainerDocument]


class StatusDocument(TypedDict):
    """Every engine that is known."""

    engines: list[EngineDocument]


class StoppedContainer(TypedDict):
    """A container that stops, and what is lost with it."""

    name: str
    owner: str | None
    running: bool
    processes: list[str] | None
    changes_bytes: int | None


class KeptVolume(TypedDict):
    """A volume; `goes` if it is removed."""

    name: str
    target: str
    holds_project: bool
    used_by: list[str]
    goes: bool


class DownDocument(TypedDict):
    """What was stopped and removed."""

    workspace: str
    host: str | None
    containers: list[StoppedContainer]
    volumes: list[KeptVolume]
    stopped: list[str]
    removed: list[str]
    removed_volumes: list[str]
    refused: Annotated[list[str], "the engine's error messages"]
