"""Whether there is an NVIDIA GPU in the machine at all, whatever the driver says."""

from collections.abc import Iterator

from scaffold.checks.host.chips import architecture_name
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding, Level, Rule, by_hand

NO_GPU = Rule(
    "hardware.no-gpu",
    Level.ERROR,
    "There is no NVIDIA GPU in the machine",
    "No driver and no container can make up for it.",
    "/sys/bus/pci/devices: no device of vendor 10de",
    (
        by_hand("In a cloud, choose an instance type with a GPU; in a VM, pass the GPU through."),
        by_hand("In a machine of yours, see whether the card sits and has power."),
    ),
)
UNKNOWN = Rule(
    "hardware.unknown",
    Level.UNKNOWN,
    "The PCI bus could not be looked at",
    "Whether the machine has a GPU is not known, only what the driver says.",
    "the probe's own record",
)


def _present(facts: HostFacts) -> Iterator[Finding]:
    if facts.platform is not Platform.LINUX or facts.gpus:
        return
    if facts.pci is None:
        yield UNKNOWN.found("the PCI bus could not be looked at, and no driver shows a GPU")
    elif not any(device.is_gpu for device in facts.pci):
        yield NO_GPU.found("no NVIDIA GPU on the PCI bus", "/sys/bus/pci/devices")


def _summary(facts: HostFacts) -> str:
    devices = [device for device in facts.pci or () if device.is_gpu]
    if not devices:
        return f"{len(facts.gpus)} by the driver's word" if facts.gpus else "no GPU seen on the bus"
    names = dict.fromkeys(architecture_name(device) or "unknown chip" for device in devices)
    return f"{len(devices)} NVIDIA GPU{'s' if len(devices) > 1 else ''} ({', '.join(names)})"


TOPIC = Topic(
    "hardware",
    "Hardware",
    (NO_GPU, UNKNOWN),
    (_present,),
    _summary,
    ("probe", "machine"),
    ("pci",),
)
