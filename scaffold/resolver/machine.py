"""The host as the resolver sees it: driver, capabilities, and what is unknown of them."""

import re
from dataclasses import dataclass

from scaffold.catalogue import Catalogue
from scaffold.facts import Gpu, HostFacts, Platform
from scaffold.versions import Version, parse_version

CAPABILITY = re.compile(r"\d{1,2}\.\d")


@dataclass(frozen=True, slots=True)
class Card:
    """A GPU with its compute capability; `geforce` is None where the model is unknown."""

    name: str
    capability: Version | None
    geforce: bool | None


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides: `driver` is comparable with the Linux driver versions of the catalogue.

    `cuda` is the release that the driver reports. `unknown` lists in words what nobody could
    tell. `enforces_require` says whether Docker's GPU request checks NVIDIA_REQUIRE_CUDA.
    """

    driver: Version | None
    driver_text: str
    cuda: Version | None
    cards: tuple[Card, ...]
    aarch64: bool
    jetson: bool
    enforces_require: bool
    unknown: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether both the driver and every card's capability are known."""
        return self.driver is not None and bool(self.cards) and not self.unknown


def machine_of(catalogue: Catalogue, host: HostFacts) -> Machine:
    """Read the facts of a host, total for any text in them."""
    cards = tuple(_card(catalogue, gpu) for gpu in host.gpus or ())
    driver, cuda = _driver(catalogue, host)
    return Machine(
        driver=driver,
        driver_text=host.driver_version or "",
        cuda=cuda,
        cards=cards,
        aarch64=host.architecture in {"aarch64", "arm64"},
        jetson=host.platform is Platform.JETSON or _names_tegra(host),
        enforces_require=_enforces_require(host),
        unknown=tuple(_unknown(host, driver, cards)),
    )


def _card(catalogue: Catalogue, gpu: Gpu) -> Card:
    model = catalogue.gpu(gpu.name)
    text = gpu.compute_capability or (model.capability if model else "")
    capability = parse_version(text) if CAPABILITY.fullmatch(text) else None
    return Card(gpu.name, capability, model.kind == "geforce" if model else None)


def _driver(catalogue: Catalogue, host: HostFacts) -> tuple[Version | None, Version | None]:
    """The driver, and the CUDA release it reports.

    Under WSL2 the number is the Windows driver's, so the CUDA release speaks in its place.
    """
    driver = _version(host.driver_version)
    cuda = _version(host.cuda_reported)
    if cuda and (host.platform is Platform.WSL2 or driver is None):
        text = ".".join(str(part) for part in cuda[:2])
        release = next((row for row in catalogue.releases if row.cuda == text), None)
        driver = parse_version(release.toolkit_driver) if release else driver
    if driver and cuda is None:
        reported = catalogue.cuda_of(driver)
        cuda = parse_version(reported) if reported else None
    return driver, cuda


def _version(text: str | None) -> Version | None:
    try:
        return parse_version(text or "")
    except ValueError:
        return None


def _names_tegra(host: HostFacts) -> bool:
    # JetPack 6 shows its GPU as "Orin (nvgpu)".
    return any("nvgpu" in gpu.name.lower() for gpu in host.gpus or ())


def _enforces_require(host: HostFacts) -> bool:
    """Docker before 29.2, or without a CDI device, asks the legacy hook, which checks.

    Source: nvidia-container-toolkit 1.18, cdi and jit-cdi modes never call GetRequirements.
    """
    docker = host.docker
    if docker is None or not docker.cdi_devices:
        return True
    version = _version(re.match(r"[\d.]*\d|", docker.server_version or "")[0])  # type: ignore[index]
    return version is None or version < (29, 2)


def _unknown(host: HostFacts, driver: Version | None, cards: tuple[Card, ...]) -> list[str]:
    if not host.gpus and host.driver_version is None:
        return ["driver and GPU of the host are unknown"]
    said = [] if driver else ["the driver of the host is unknown"]
    if not host.gpus:
        said.append("the GPU of the host is unknown")
    said += [
        f"the GPU {card.name!r} is not in the catalogue" for card in cards if not card.capability
    ]
    return said
