"""What a container was asked for, against which the look from inside is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scaffold.answers.model import GpuNeed
from scaffold.container.facts import Mounted, Port, read_gpus, read_mounts, read_ports
from scaffold.container.raw import name_of, table
from scaffold.workspace.devcontainer import project_folder, settings

_GPU_ARGUMENTS = ("--gpus", "--device=nvidia.com/", "nvidia.com/gpu", "--runtime=nvidia")


@dataclass(frozen=True, slots=True)
class Asked:
    """One container's request.

    `need` says whether a missing GPU is an error, and `need_from` where that was read. `gpus`
    are the container's own requests; `config_asks` whether devcontainer.json asks for GPUs now,
    None where it cannot be read. `forwarded` are ports that the editor forwards. `own_memory`
    is false where /dev/shm is the host's.
    """

    name: str
    folder: str
    need: GpuNeed
    need_from: str
    gpus: tuple[str, ...] = ()
    config_asks: bool | None = None
    mounts: tuple[Mounted, ...] = ()
    published: tuple[Port, ...] = ()
    forwarded: tuple[int, ...] = ()
    own_memory: bool = True

    @property
    def paths(self) -> tuple[str, ...]:
        """What the look inside is asked about: the project's folder, then what may be written."""
        return (self.folder, *(mount.target for mount in self.writable_mounts))

    @property
    def writable_mounts(self) -> tuple[Mounted, ...]:
        """Folders that were mounted to be written to; the project's own is looked at by itself."""
        return tuple(
            mount
            for mount in self.mounts
            if not mount.read_only
            and mount.kind in {"bind", "volume"}
            and mount.target != self.folder
            and not mount.source.endswith(".sock")
        )


def read_asked(
    inspect: Mapping[str, Any], config: Mapping[str, Any] | None, need: GpuNeed | None
) -> Asked:
    """From an inspect, devcontainer.json where it can be read, and what the user says."""
    gpus, asks = read_gpus(inspect), None if config is None else _asks(config)
    found, source = _need(settings(inspect) if config is None else config, gpus, asks)
    ports = (config or settings(inspect)).get("forwardPorts")
    return Asked(
        name=name_of(inspect),
        folder=_folder(config) or project_folder(inspect),
        need=need or found,
        need_from="--gpu" if need else source,
        gpus=gpus,
        config_asks=asks,
        mounts=read_mounts(inspect),
        published=read_ports(inspect),
        forwarded=tuple(port for port in _list(ports) if type(port) is int),
        own_memory=table(inspect, "HostConfig").get("IpcMode") != "host",
    )


def _folder(config: Mapping[str, Any] | None) -> str:
    """The project's folder as devcontainer.json names it, where it is spelled out.

    With a remote engine no mount tells it: the project's comes from elsewhere.
    """
    named = (config or {}).get("workspaceFolder")
    return named if isinstance(named, str) and named.startswith("/") and "${" not in named else ""


def _need(
    config: Mapping[str, Any], gpus: tuple[str, ...], asks: bool | None
) -> tuple[GpuNeed, str]:
    wanted = _requirement(config)
    if wanted == "optional":
        return GpuNeed.OPTIONAL, "hostRequirements.gpu"
    if wanted:
        return GpuNeed.REQUIRED, "hostRequirements.gpu"
    if asks:
        return GpuNeed.REQUIRED, "runArgs"
    if gpus:
        return GpuNeed.REQUIRED, "the container's own GPU request"
    return GpuNeed.NONE, "nothing asks for a GPU"


def _requirement(config: Mapping[str, Any]) -> object:
    requirements = config.get("hostRequirements")
    return requirements.get("gpu") if isinstance(requirements, dict) else None


def _asks(config: Mapping[str, Any]) -> bool:
    """Whether it asks for GPUs by runArgs or hostRequirements (a compose file is not read)."""
    words = [str(word) for word in _list(config.get("runArgs"))]
    return bool(_requirement(config)) or any(word.startswith(_GPU_ARGUMENTS) for word in words)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
