"""The part of a host's facts that decides which builds run on it."""

from typing import TYPE_CHECKING

from scaffold.facts.gpu import Gpu, Platform
from scaffold.records import dataclass

if TYPE_CHECKING:
    from scaffold.facts.driver import PciDevice
    from scaffold.facts.engine import DockerFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedHost:
    """A host as flags describe it.

    `driver_version` is the kernel module's (`535.183.01`), `cuda_reported` the CUDA release
    that the driver reports (`12.2`), `architecture` what `uname -m` prints.
    `gpus` is None if they could not be listed, and empty if there is no GPU.
    """

    name: str = "local"
    architecture: str | None = None
    platform: Platform = Platform.LINUX
    driver_version: str | None = None
    cuda_reported: str | None = None
    gpus: tuple[Gpu, ...] | None = None
    docker: "DockerFacts | None" = None
    pci: "tuple[PciDevice, ...] | None" = None
