"""What a container was requested to have, which `verify` compares with what it has."""

from collections.abc import Mapping
from typing import Any

from scaffold.answers.choices import GpuNeed
from scaffold.container.engine_json import name_of, table
from scaffold.container.facts import (
    ContainerMount,
    PublishedPort,
    read_gpus,
    read_mounts,
    read_ports,
)
from scaffold.records import dataclass
from scaffold.workspace.devcontainer import project_folder, settings

_GPU_ARGUMENTS = ("--gpus", "--device=nvidia.com/", "nvidia.com/gpu", "--runtime=nvidia")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerRequest:
    """What one container was requested to have.

    `need` says whether a missing GPU is an error, `need_from` where that was read. `gpus` are
    the container's own requests; `config_asks` says whether devcontainer.json requests GPUs
    now, None if it cannot be read. `forwarded` are ports that the editor forwards. `own_memory`
    is false if /dev/shm is the host's.
    """

    name: str
    folder: str
    need: GpuNeed
    need_from: str
    gpus: tuple[str, ...] = ()
    config_asks: bool | None = None
    mounts: tuple[ContainerMount, ...] = ()
    published: tuple[PublishedPort, ...] = ()
    forwarded: tuple[int, ...] = ()
    own_memory: bool = True

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths to check inside: the project folder, then the writable mounts."""
        return (self.folder, *(mount.target for mount in self.writable_mounts))

    @property
    def writable_mounts(self) -> tuple[ContainerMount, ...]:
        """Folders mounted writable, except the project's own, which is checked separately."""
        return tuple(
            mount
            for mount in self.mounts
            if not mount.read_only
            and mount.kind in {"bind", "volume"}
            and mount.target != self.folder
            and not mount.source.endswith(".sock")
        )


def read_request(
    inspect: Mapping[str, Any], config: Mapping[str, Any] | None, need: GpuNeed | None
) -> ContainerRequest:
    """Read an inspect, devcontainer.json if available, and the user's choice."""
    gpus, asks = read_gpus(inspect), None if config is None else _asks(config)
    found, source = _need(settings(inspect) if config is None else config, gpus, asks)
    ports = (config or settings(inspect)).get("forwardPorts")
    return ContainerRequest(
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
    """The project's folder if devcontainer.json names it in full.

    With a remote engine no mount shows it, since the project's folder is not mounted from there.
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
    return GpuNeed.NONE, "nothing requests a GPU"


def _requirement(config: Mapping[str, Any]) -> object:
    requirements = config.get("hostRequirements")
    return requirements.get("gpu") if isinstance(requirements, dict) else None


def _asks(config: Mapping[str, Any]) -> bool:
    """Whether it requests GPUs by runArgs or hostRequirements (compose files are not read)."""
    words = [str(word) for word in _list(config.get("runArgs"))]
    return bool(_requirement(config)) or any(word.startswith(_GPU_ARGUMENTS) for word in words)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
