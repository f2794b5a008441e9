"""What nvidia-smi's exit codes, Xid numbers and the kernel's messages mean, with sources.

Sources: nvidia-smi manual page and nvml.h (nvmlReturn_t) for codes; docs.nvidia.com/deploy/
xid-errors for Xids; NVIDIA/open-gpu-kernel-modules (nv-pci.c, nv.c, osinit.c) for messages.
"""

import re

from scaffold.facts import HostFacts, PciDevice, Smi
from scaffold.records import dataclass

NVML_SOURCE = "nvidia-smi manual page, return values; nvml.h, nvmlReturn_t"
XID_SOURCE = "docs.nvidia.com/deploy/xid-errors"
LOADED_CODES = {4, 6, 8, 14, 15, 16, 18}
"""nvidia-smi ends with one of these only after it has reached a loaded kernel module."""

NVML: dict[int, str] = {
    1: "the library was not initialised",
    2: "an argument is invalid",
    3: "the operation is not supported on this GPU",
    4: "this user has no permission",
    6: "no device was found",
    8: "a GPU has not enough power: its external cables are not connected",
    9: "the NVIDIA driver is not loaded",
    10: "the driver did not answer in time",
    11: "the kernel has a problem with a GPU's interrupts",
    12: "libnvidia-ml.so, the driver's management library, was not found",
    13: "libnvidia-ml.so lacks a function: it belongs to another driver version",
    14: "the infoROM of a GPU is damaged",
    15: "a GPU has fallen off the bus or cannot be reached",
    16: "a GPU has to be reset before it can be used",
    17: "the operating system or the hypervisor blocks the GPU",
    18: "driver and library are of different versions",
    19: "the GPU is in use by another operation",
    20: "the driver has no memory left",
    21: "the driver has no data",
    23: "the GPU has no resources left",
    25: "libnvidia-ml.so belongs to another driver version",
    27: "the GPU is not ready yet",
    28: "a GPU was not found",
    29: "the GPU is in an invalid state",
    255: "an internal error of the driver",
}


SIGNALS = 128
"""A shell adds the number of the signal that ended a program."""


def ended(smi: Smi) -> str:
    """How nvidia-smi ended, in words."""
    code = smi.code or 0
    if SIGNALS < code < SIGNALS + 65:
        return f"nvidia-smi was ended by signal {code - SIGNALS}"
    meaning = NVML.get(code) or smi.said
    text = f"nvidia-smi ends with exit code {code}" if code else "nvidia-smi shows a warning"
    return f"{text}: {meaning}" if meaning else text


@dataclass(frozen=True, slots=True)
class Xid:
    """One number of the driver's error reports; `action` is what NVIDIA's table asks for."""

    meaning: str
    action: str


XIDS: dict[int, Xid] = {
    46: Xid("the GPU stopped working", "reset the GPU"),
    48: Xid("a double-bit memory error", "reset the GPU; if it returns, replace the card"),
    54: Xid("the card's power cable is not connected", "check every power cable of the card"),
    61: Xid("the GPU's internal microcontroller failed", "reset the GPU"),
    62: Xid("the GPU's internal microcontroller halted", "reset the GPU"),
    63: Xid("a memory page or row is to be retired", "reset the GPU to retire it"),
    64: Xid("retiring a memory page or row failed", "reset the GPU, else replace the card"),
    74: Xid("an NVLink error", "reset the GPU; check the NVLink bridge or the board"),
    78: Xid("a virtual GPU did not start", "use the guest driver of the hypervisor's release"),
    79: Xid("the GPU has fallen off the bus", "power the machine off and on; check power and heat"),
    95: Xid("an uncontained memory error", "reset the GPU"),
    109: Xid("a context switch timed out", "reset the GPU"),
    110: Xid("a security fault", "reset the GPU"),
    119: Xid("the GPU's system processor (GSP) did not answer", "reset the GPU or restart"),
    120: Xid("the GPU's system processor (GSP) failed", "reset the GPU or restart"),
    122: Xid("the GPU's memory of its firmware failed", "restart the machine"),
    123: Xid("the GPU's power management unit failed", "reset the GPU"),
    136: Xid("NVLink training failed", "reset the GPU"),
    140: Xid("an unrecovered memory error", "reset the GPU"),
    143: Xid("the GPU failed to initialise", "restart the machine"),
    144: Xid("an NVLink error (SAW)", "reset the GPU"),
    145: Xid("an NVLink error (RLW)", "reset the GPU"),
    146: Xid("an NVLink error (TLW)", "reset the GPU"),
    147: Xid("an NVLink error (TREX)", "reset the GPU"),
    148: Xid("an NVLink error (NVLPW_CTRL)", "reset the GPU"),
    149: Xid("an NVLink error (NETIR)", "reset the GPU"),
    150: Xid("an NVLink error (MSE)", "reset the GPU"),
    151: Xid("keys of confidential computing could not be renewed", "restart the machine"),
    155: Xid("an NVLink error that the driver found", "reset the GPU"),
    156: Xid("a part of the GPU is to be retired", "reset the GPU to retire it"),
    158: Xid("the GPU did not answer in time", "reset the GPU"),
    167: Xid("the GPU did not answer on the PCIe bus", "power the machine off and on"),
    168: Xid("the GPU's protected memory is damaged", "reset the GPU, else replace the card"),
    154: Xid("the driver asks for a recovery action", "do what the message names"),
}
"""Xids of hardware and driver. Those of programs (13, 31, 43, 45 …) are no fault of a host."""

_XID = re.compile(r"Xid \((?:PCI:)?([0-9a-fA-F:.]+)(?: GPU-I:[0-9]+)?\):? ([0-9]{1,3})\b")
"""`GPU-I:05` is the MIG instance."""
_IS_OVER = re.compile(r"recovery action changed from .* to 0x0 \(None\)")
"""Xid 154 also says that a recovery is over."""
_IS_HARMLESS = re.compile(r" 1[45][0-9], \w+ Non-?fatal ", re.IGNORECASE)
"""NVLink corrects some errors by itself, and says so."""
_STAMP = re.compile(r"^(?:<[0-9]+>)?\[[^\]]*\]\s*")
_OWNER = re.compile(r"^(?:nvidia [0-9a-f:.]+: )?NVRM: ")


@dataclass(frozen=True, slots=True)
class Logged:
    """An Xid in the kernel's log."""

    address: str
    number: int
    line: str


def xids(facts: HostFacts) -> tuple[Logged, ...]:
    """Xids of hardware and driver since boot, the last of each kind on each GPU."""
    found: dict[tuple[str, int], Logged] = {}
    for line in facts.driver.messages:
        match = _XID.search(line)
        if match and int(match[2]) in XIDS and not _IS_HARMLESS.search(line):
            place = short_address(match[1])
            found[place, int(match[2])] = Logged(place, int(match[2]), line)
            if _IS_OVER.search(line):
                del found[place, int(match[2])]
    return tuple(found.values())


def short_address(address: str) -> str:
    """A PCI address without domain zeros and function: `00000000:BD:00.0` is `bd:00`."""
    words = address.lower().partition(".")[0].split(":")
    domain = "" if len(words) < 3 or not words[-3].strip("0") else f"{words[-3].lstrip('0')}:"
    return f"{domain}{':'.join(words[-2:])}"


def last_line(facts: HostFacts, *words: str) -> str:
    """The last kernel message that holds one of the words."""
    found = (
        line for line in reversed(facts.driver.messages) if any(word in line for word in words)
    )
    return next(found, "")


_COMPLAINS = re.compile(
    r"NVRM: .*(?:fail|error|can'?t |cannot|invalid|unable|not supported)", re.IGNORECASE
)


def complaint(facts: HostFacts) -> str:
    """The last line in which the driver complains, for a fault that no table names."""
    found = (line for line in reversed(facts.driver.messages) if _COMPLAINS.search(line))
    return next(found, "")


def plain(facts: HostFacts) -> str:
    """All messages as one text without time stamps, since a sentence takes several lines."""
    return " ".join(_OWNER.sub("", _STAMP.sub("", line)) for line in facts.driver.messages)


NOT_BY_OPEN = "is not supported by open"
DATA_CENTRE_ONLY = "Open nvidia.ko is only ready for use on Data Center GPUs"
"""Of open modules before R545, which leave out GeForce and workstation cards by default."""
ONLY_BY_OPEN = "requires use of the NVIDIA open kernel modules"
LEGACY = re.compile(r"supported through the NVIDIA ([0-9]+)\.?[0-9x]* ?[Ll]egacy")


TOO_NEW = re.compile(r"is not supported by the NVIDIA ([0-9.]+) driver release")


def about(facts: HostFacts, device: PciDevice) -> str:
    """The driver's sentence about one GPU that it leaves out, empty if there is none."""
    place = short_address(device.address)
    for sentence in re.split(r"(?=The NVIDIA (?:GPU|[A-Z]))", plain(facts)):
        named = re.search(r"\b((?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2})\.[0-7]", sentence)
        own = named and short_address(named[1]) == place
        # The sentence about a legacy card has its name instead of its address.
        if sentence.startswith("The NVIDIA") and (own or (not named and LEGACY.search(sentence))):
            return sentence.strip()
    return ""
