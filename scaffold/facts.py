"""What was observed of one host. `None` always means unknown, never no."""

from dataclasses import dataclass, field
from enum import StrEnum


class Platform(StrEnum):
    """What the host's GPU driver runs under; each has rules of its own for containers."""

    LINUX = "linux"
    WSL2 = "wsl2"
    JETSON = "jetson"


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU as `nvidia-smi` shows it.

    `compute_capability` is `X.Y`, absent where the driver is too old to be asked for it;
    memory is in MiB. `mig_devices` are the UUIDs of the slices that exist.
    """

    name: str
    index: int | None = None
    uuid: str | None = None
    compute_capability: str | None = None
    memory_mib: int | None = None
    memory_free_mib: int | None = None
    mig_enabled: bool | None = None
    mig_devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DockerFacts:
    """The Docker engine that would run the container.

    `runtimes` are the names that `docker info` lists; `cdi_devices` the discovered names
    such as `nvidia.com/gpu=all`.
    """

    server_version: str | None = None
    rootless: bool | None = None
    runtimes: tuple[str, ...] = ()
    cdi_devices: tuple[str, ...] = ()
    buildkit_default: bool | None = None


@dataclass(frozen=True, slots=True)
class HostFacts:
    """One probe of one host.

    `driver_version` is the kernel module's (`535.183.01`), `cuda_reported` the CUDA release
    that the driver reports (`12.2`), `architecture` what `uname -m` prints, `memory_mib` RAM.
    `gpus` is None where nobody could look, and empty where there is none.
    """

    name: str = "local"
    architecture: str | None = None
    platform: Platform = Platform.LINUX
    driver_version: str | None = None
    cuda_reported: str | None = None
    gpus: tuple[Gpu, ...] | None = None
    gpu_error: str | None = None
    docker: DockerFacts | None = None
    memory_mib: int | None = None
    uid: int | None = None
    gid: int | None = None
    notes: tuple[str, ...] = field(default=())
