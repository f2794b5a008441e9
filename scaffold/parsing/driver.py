"""The kernel's side of the GPU: PCI bus, modules, device nodes, kernel messages."""

import re

from scaffold.facts import DeviceNode, DriverFacts, PciDevice, Smi
from scaffold.parsing.recording import Part, Split
from scaffold.parsing.untrusted.numbers import leading_version

_MODULE = re.compile(r"NVRM version:.*?([0-9]+(?:\.[0-9]+){1,3})")
# "01:00.0 VGA compatible controller: NVIDIA Corporation GP102 [GeForce GTX 1080 Ti] (rev a1)"
_CHIP = re.compile(
    r"(?:[0-9a-f]{4}:)?(\S+) .*NVIDIA Corporation (G[A-Z][0-9]{2,3}|AD[0-9]{3}|TU[0-9]{3})"
)


def read_pci(part: Part) -> tuple[PciDevice, ...] | None:
    """NVIDIA functions on the bus; None if the bus could not be read."""
    if part.code != 0:
        return None
    chips = {match[1]: match[2] for line in part.lines if (match := _CHIP.match(line))}
    rows = [line.split() for line in part.lines if line.startswith("device ")]
    return tuple(_device(row[1:], chips) for row in rows if len(row) >= 4)


def _device(row: list[str], chips: dict[str, str]) -> PciDevice:
    address, device_class, device, *driver = row
    return PciDevice(
        address=address,
        device=device.removeprefix("0x").lower(),
        device_class=device_class.removeprefix("0x").lower(),
        driver=driver[0] if driver else "",
        chip=chips.get(address.partition(":")[2], ""),
    )


def read_driver(split: Split, smi: Smi | None) -> DriverFacts:
    """Everything around the driver's version."""
    module, disk = split.part("module"), split.part("disk_module")
    version = _MODULE.search(module.text)
    kernels = [row.rpartition(" ") for row in disk.all("kernel")]
    kernels.sort(key=lambda row: leading_kernel(row[0]))
    license_ = disk.values().get("license")
    return DriverFacts(
        smi=smi,
        module_version=version[1] if version else None,
        open_module=_open(module.text) if version else None,
        loaded=module.all("loaded") if module.code is not None else None,
        installed_version=disk.values().get("version") or None,
        # NVIDIA licenses its open module "Dual MIT/GPL" and the other "NVIDIA".
        installed_open="GPL" in license_ if license_ else None,
        kernels=tuple(name for name, _, _ in kernels) if disk.code == 0 else None,
        kernels_with_module=tuple(name for name, _, has in kernels if has == "yes"),
        secure_boot=_secure_boot(split.part("secure_boot")),
        nodes=_nodes(split.part("nodes"), split.part("opened")),
        messages=split.part("kernel_log").lines + _elevated_messages(split),
    )


def _open(text: str) -> bool:
    return "Open Kernel Module" in text


def leading_kernel(name: str) -> tuple[tuple[int, ...], str]:
    """A key that sorts kernel releases: `6.8.0-9` before `6.8.0-45`."""
    numbers = [int(number[:9]) for number in re.findall(r"[0-9]+", name)]
    return tuple(numbers), name


def _secure_boot(part: Part) -> bool | None:
    """From mokutil's sentence, or the EFI variable whose last byte is the switch."""
    text = part.text.lower()
    if "secureboot enabled" in text:
        return True
    if "secureboot disabled" in text:
        return False
    values = text.split()
    return values[-1] == "1" if values and all(value.isdigit() for value in values) else None


def _nodes(part: Part, opened: Part) -> tuple[DeviceNode, ...] | None:
    if "looked" not in part.lines:
        return None
    rows = [line.partition(" ") for line in part.lines if " /dev/" in line]
    tried, refused = set(opened.all("opened")), set(opened.all("refused"))
    return tuple(
        DeviceNode(path, usable == "yes", path in refused if path in tried | refused else None)
        for usable, _, path in rows
    )


def _elevated_messages(split: Split) -> tuple[str, ...]:
    words = ("NVRM", "nvidia", "nouveau", "vfio", "Lockdown")
    return tuple(line for line in split.part("elevated").lines if any(one in line for one in words))


def reported_version(driver: DriverFacts, header: str | None) -> str | None:
    """The driver's version: the module's own word before the table's."""
    version = driver.module_version or header
    return version if leading_version(version) else None
