"""The host as the resolver sees it: driver, capabilities, and what is unknown of them."""

import re

from scaffold.catalogue import Catalogue
from scaffold.facts import DescribedHost, Gpu, Platform
from scaffold.records import dataclass
from scaffold.versions import Version, dotted, parse_version

CAPABILITY = re.compile(r"\d{1,2}\.\d")

VGPU_PROFILE = re.compile(r"-\d+[ABCQ]$")
"""How nvidia-smi names a virtual GPU: the card, the memory in GB, the licence's letter."""

THOR = (11, 0)

JETPACK = ((0,), (0, 0))
"""What follows the branch in the driver version of JetPack 7: Thor prints `580.00`."""

TEGRA = ((3, 2), (5, 3), (6, 2), (7, 2), (8, 7))
"""Capabilities that only a Jetson has, and code for other cards does not run on.

Source: CUDA C++ Programming Guide, binary compatibility: "supported for the desktop only".
"""

GRACE = re.compile(r"(HGX )?(GH200|GB10\b|GB[23]00|RTX Spark|Jetson|Orin|Thor|Xavier|Tegra)")
"""Models on one board with an Arm CPU, so that an unstated architecture is aarch64."""


@dataclass(frozen=True, slots=True)
class Card:
    """A GPU with its compute capability and the kind of its model, each None if unknown.

    `others` are the capabilities of other cards that were sold under the same name.
    """

    name: str
    capability: Version | None
    kind: str | None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What decides: `driver` is comparable with the Linux driver versions of the catalogue.

    `cuda` is the release that the driver reports. `unknown` lists in words the facts that are
    missing, `notes` those that the user should know. `enforces_require` says whether Docker's GPU
    request checks NVIDIA_REQUIRE_CUDA.
    """

    driver: Version | None
    driver_text: str
    cuda: Version | None
    cards: tuple[Card, ...]
    aarch64: bool
    jetson: bool
    wsl2: bool
    enforces_require: bool
    unknown: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def arch(self) -> str:
        """The CPU architecture as builds name it."""
        return "aarch64" if self.aarch64 else "x86_64"

    @property
    def known(self) -> bool:
        """Whether both the driver and every card's capability are known."""
        return self.driver is not None and bool(self.cards) and not self.unknown


def machine_of(catalogue: Catalogue, host: DescribedHost) -> Machine:
    """Read the facts of a host, total for any text in them."""
    driver, cuda = _driver(catalogue, host)
    reports = f"with CUDA {host.cuda_reported}" if host.cuda_reported else ""
    cards = tuple(
        _card(
            catalogue, gpu, _device(host, gpu), driver if host.platform is Platform.LINUX else None
        )
        for gpu in host.gpus or ()
    )
    return Machine(
        driver=driver,
        driver_text=host.driver_version or reports,
        cuda=cuda,
        cards=cards,
        aarch64=_aarch64(catalogue, host),
        jetson=_needs_tegra_images(host, cards),
        wsl2=host.platform is Platform.WSL2,
        enforces_require=_enforces_require(host),
        unknown=tuple(_unknown(host, driver, cards)),
        notes=tuple(_notes(catalogue, host, driver, cards)),
    )


def _aarch64(catalogue: Catalogue, host: DescribedHost) -> bool:
    if host.architecture:
        return host.architecture in {"aarch64", "arm64"}
    models = [catalogue.gpu(gpu.name) for gpu in host.gpus or ()]
    return any(model and GRACE.match(model.name) for model in models)


def _card(catalogue: Catalogue, gpu: Gpu, device: str, driver: Version | None) -> Card:
    """A GPU by what the driver says, then by its name, then by its PCI device id.

    Cards of different chips were sold under one name: the device id then decides, else the
    likeliest chip that the driver can drive.
    """
    model = catalogue.gpu(gpu.name)
    by_id = catalogue.pci_gpu(device) if device and (model is None or model.also) else None
    model = by_id or model
    chips = () if model is None else (model.capability, *model.also)
    if gpu.compute_capability or by_id:
        chips = (gpu.compute_capability or chips[0],)
    driven = [chip for chip in chips if _drives(catalogue, driver, chip)] or list(chips)
    text = driven[0] if driven else ""
    capability = parse_version(text) if CAPABILITY.fullmatch(text) else None
    return Card(gpu.name, capability, model.kind if model else None, tuple(driven[1:]))


def _drives(catalogue: Catalogue, driver: Version | None, chip: str) -> bool:
    """Whether a driver supports a chip, judged by its branch."""
    row = catalogue.architecture(chip)
    return not (driver and row and row.last_branch and driver[0] > row.last_branch)


def _device(host: DescribedHost, gpu: Gpu) -> str:
    """The PCI device id of a GPU, empty if the bus was not read."""
    wanted = _address(gpu.pci_address or "")
    found = [one.device for one in host.pci or () if wanted and _address(one.address) == wanted]
    return found[0].lower().removeprefix("0x") if found else ""


def _address(text: str) -> str:
    """nvidia-smi writes `00000000:65:00.0` for what the bus calls `0000:65:00.0`."""
    return text.lower().lstrip("0:").removeprefix("0000:")


def _driver(catalogue: Catalogue, host: DescribedHost) -> tuple[Version | None, Version | None]:
    """The driver, and the CUDA release it reports.

    Under WSL2 the number is the Windows driver's and on a Jetson JetPack's, so the CUDA release
    decides instead.
    """
    driver = _version(host.driver_version)
    cuda = _version(host.cuda_reported)
    if driver and cuda is None and driver[1:] in JETPACK:
        cuda = _version(catalogue.cuda_of(driver))
        driver = None
    if cuda and (host.platform is not Platform.LINUX or driver is None):
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


def _needs_tegra_images(host: DescribedHost, cards: tuple[Card, ...]) -> bool:
    """Whether it is a Jetson that server wheels and images do not run on.

    Thor, with JetPack 7, does run them: they list its compute capability.
    Source: NVIDIA container toolkit, Tegra; pytorch .ci/manywheel/build_cuda.sh @799d09f2.
    """
    # JetPack 6 shows its GPU as "Orin (nvgpu)".
    shown = any(
        "nvgpu" in card.name.lower() or card.kind == "jetson" or card.capability in TEGRA
        for card in cards
    )
    thor = bool(cards) and all(card.capability == THOR for card in cards)
    return (shown or host.platform is Platform.JETSON) and not thor


def _enforces_require(host: DescribedHost) -> bool:
    """Docker before 29.2, or without a CDI device, asks the legacy hook, which checks.

    Source: nvidia-container-toolkit 1.18, cdi and jit-cdi modes never call GetRequirements.
    """
    docker = host.docker
    if docker is None or not docker.cdi_devices:
        return True
    version = _version(re.match(r"[\d.]*\d|", docker.server_version or "")[0])  # type: ignore[index]
    return version is None or version < (29, 2)


def _unknown(host: DescribedHost, driver: Version | None, cards: tuple[Card, ...]) -> list[str]:
    if not host.gpus and host.driver_version is None:
        return ["driver and GPU of the host are unknown"]
    said = [] if driver else ["the driver of the host is unknown"]
    if not host.gpus:
        said.append("the GPU of the host is unknown")
    said += [
        f"the GPU {card.name!r} is not in the catalogue" for card in cards if not card.capability
    ]
    return said


def _notes(
    catalogue: Catalogue, host: DescribedHost, driver: Version | None, cards: tuple[Card, ...]
) -> list[str]:
    newest = max(row.branch for row in catalogue.branches)
    said = []
    if driver and driver[0] > newest:
        said.append(f"driver branch {driver[0]} is newer than any in the catalogue ({newest})")
    said += [f"{card.name}: {text}" for card in cards if (text := _card_note(catalogue, card))]
    said += [f"{gpu.name}: {text}" for gpu in host.gpus or () if (text := _mig_note(gpu))]
    return said


def _card_note(catalogue: Catalogue, card: Card) -> str:
    if card.capability and catalogue.architecture(dotted(card.capability)) is None:
        return f"compute capability {dotted(card.capability)} is in no row of the catalogue"
    if card.others:
        known = f"{dotted(card.capability or ())} or {' or '.join(card.others)}"
        return f"sold with compute capability {known}; --compute-capability decides"
    if VGPU_PROFILE.search(card.name):
        return "a virtual GPU, whose driver has to match the one of the hypervisor"
    return ""


def _mig_note(gpu: Gpu) -> str:
    if gpu.mig_enabled and not gpu.mig_devices:
        return "MIG is on and no slice exists, so that CUDA sees no device"
    if len(gpu.mig_devices) > 1:
        return "a CUDA process sees one MIG slice only, however many the container has"
    return ""
