"""GPUs on the bus that the driver does not show: who holds them, or why they are left out."""

from enum import StrEnum
from typing import NamedTuple

from scaffold.checks.host import kinds
from scaffold.checks.host.driver import messages
from scaffold.checks.host.driver.chips import architecture, first_branch
from scaffold.facts import HostFacts, PciDevice
from scaffold.parsing.untrusted.numbers import leading_version

SET_ASIDE = {
    "vfio-pci": "a virtual machine",
    "pci-stub": "a virtual machine",
    "pciback": "a virtual machine of Xen",
    "xen-pciback": "a virtual machine of Xen",
    "nvgrace_gpu_vfio_pci": "a virtual machine",
    "nvgrace-gpu-vfio-pci": "a virtual machine",
}
"""Kernel drivers that keep a card for a virtual machine."""
OTHER_DRIVERS = {"nouveau", "nova_core", "NovaCore", "nova-core", "nvidiafb", "rivafb"}
"""Kernel drivers that take a card and know no CUDA."""


class Why(StrEnum):
    """Why the driver does not show a GPU."""

    SET_ASIDE = "set aside"
    OTHER_DRIVER = "other driver"
    NEEDS_PROPRIETARY = "needs the proprietary module"
    NEEDS_OPEN = "needs the open module"
    DROPPED = "dropped by this branch"
    TOO_NEW = "newer than this branch"
    VIRTUAL = "virtual GPU"
    UNKNOWN = "unknown"


class Absent(NamedTuple):
    """A GPU that the driver does not show; `branch` is the last or first that knows the card."""

    device: PciDevice
    why: Why
    evidence: str = ""
    branch: int | None = None


def gpus_on_bus(facts: HostFacts) -> tuple[PciDevice, ...]:
    """All NVIDIA GPUs on the bus."""
    return tuple(device for device in facts.pci or () if device.is_gpu)


def absent(facts: HostFacts) -> tuple[Absent, ...]:
    """GPUs on the bus that the driver does not show, each with its reason.

    GPUs are matched by address; without addresses, the unexplained ones are counted.
    """
    on_bus, shown = gpus_on_bus(facts), facts.gpus or ()
    places = {messages.short_address(gpu.pci_address) for gpu in shown if gpu.pci_address}
    if len(places) == len(shown):
        hidden = [one for one in on_bus if messages.short_address(one.address) not in places]
        # A container or a virtual machine may number the bus differently.
        hidden = (
            hidden[: max(len(on_bus) - len(shown), 0)] if len(hidden) == len(on_bus) else hidden
        )
        return tuple(explain(facts, device) for device in hidden)
    if len(on_bus) <= len(shown):
        return ()
    reasons = [explain(facts, device) for device in on_bus]
    explained = [one for one in reasons if one.why is not Why.UNKNOWN]
    rest = len(on_bus) - len(shown) - len(explained)
    return (*explained, *[one for one in reasons if one.why is Why.UNKNOWN][: max(rest, 0)])


def explain(facts: HostFacts, device: PciDevice) -> Absent:
    """Why the driver does not show this GPU: its holder, the kernel's words, then the tables."""
    if device.driver in SET_ASIDE:
        return Absent(device, Why.SET_ASIDE, f"{device.address}: {device.driver}")
    if device.driver in OTHER_DRIVERS:
        return Absent(device, Why.OTHER_DRIVER, f"{device.address}: {device.driver}")
    return _by_words(facts, device, messages.about(facts, device))


def _by_words(facts: HostFacts, device: PciDevice, words: str) -> Absent:
    if messages.NOT_BY_OPEN in words:
        return Absent(device, Why.NEEDS_PROPRIETARY, words)
    if messages.ONLY_BY_OPEN in words:
        return Absent(device, Why.NEEDS_OPEN, words)
    if legacy := messages.LEGACY.search(words):
        return Absent(device, Why.DROPPED, words, int(legacy[1]))
    found = _by_tables(facts, device)
    if found.why is Why.UNKNOWN and messages.TOO_NEW.search(words):
        return Absent(device, _refused_by_release(facts, device), words)
    return found


def _refused_by_release(facts: HostFacts, device: PciDevice) -> Why:
    """The kernel's words are the same for a card that is too new and for a virtual GPU."""
    first = first_branch(device)
    branch = leading_version(facts.driver_version or facts.driver.installed_version)
    is_known = bool(first and branch and branch[0] > first)
    return Why.VIRTUAL if is_known and kinds.is_virtual_machine(facts) else Why.TOO_NEW


def _by_tables(facts: HostFacts, device: PciDevice) -> Absent:
    row = architecture(device)
    version = facts.driver_version or facts.driver.installed_version
    branch = leading_version(version)
    evidence = f"PCI device 10de:{device.device} at {device.address}"
    if row and branch and row.last_branch and branch[0] > row.last_branch:
        return Absent(device, Why.DROPPED, evidence, row.last_branch)
    first = first_branch(device)
    if branch and first and branch[0] < first:
        return Absent(device, Why.TOO_NEW, evidence, first)
    is_open = facts.driver.open_module
    if row and is_open is True and row.open_module == "no":
        return Absent(device, Why.NEEDS_PROPRIETARY, evidence)
    if row and is_open is False and row.open_module == "required":
        return Absent(device, Why.NEEDS_OPEN, evidence)
    return Absent(device, Why.UNKNOWN, evidence)
