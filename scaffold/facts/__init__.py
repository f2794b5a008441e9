"""What was observed of one host. `None` always means unknown, never no."""

from dataclasses import dataclass, field

from scaffold.facts.engine import ClientFacts, DaemonFile, DockerFacts, ToolkitFacts
from scaffold.facts.gpu import DeviceNode, DriverFacts, Gpu, PciDevice, Platform, Smi
from scaffold.facts.system import (
    Disk,
    Endpoint,
    LoginFacts,
    ProbeFacts,
    Quota,
    SshdFacts,
    SystemFacts,
)

__all__ = [
    "ClientFacts",
    "DaemonFile",
    "DeviceNode",
    "Disk",
    "DockerFacts",
    "DriverFacts",
    "Endpoint",
    "Gpu",
    "HostFacts",
    "LoginFacts",
    "PciDevice",
    "Platform",
    "ProbeFacts",
    "Quota",
    "Smi",
    "SshdFacts",
    "SystemFacts",
    "ToolkitFacts",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts:
    """One probe of one host.

    `driver_version` is the kernel module's (`535.183.01`), `cuda_reported` the CUDA release
    that the driver reports (`12.2`), `architecture` what `uname -m` prints, `memory_mib` RAM.
    `gpus` is None if they could not be listed, and empty if there is no GPU.
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
    pci: tuple[PciDevice, ...] | None = None
    driver: DriverFacts = field(default_factory=DriverFacts)
    client: ClientFacts = field(default_factory=ClientFacts)
    toolkit: ToolkitFacts = field(default_factory=ToolkitFacts)
    system: SystemFacts = field(default_factory=SystemFacts)
    login: LoginFacts = field(default_factory=LoginFacts)
    sshd: SshdFacts = field(default_factory=SshdFacts)
    network: tuple[Endpoint, ...] = ()
    probe: ProbeFacts = field(default_factory=ProbeFacts)
