"""Pieces of a view: nvidia-smi, the PCI bus, the driver's module and its device files.

Formats as real hosts print them; nvidia-smi's tables are the recordings of
tests/parsing/nvidia_smi.
"""

from collections.abc import Mapping
from pathlib import Path

from tests.lab.support.host_view import Changes, Folder, Link, Node, Program

SAMPLES = Path(__file__).parents[2] / "parsing" / "nvidia_smi"
DRIVER = "580.76.05"
CARD = "0000:bd:00.0"
RTX_5090 = "0x2b85"


def recorded(name: str) -> str:
    """One recording of nvidia-smi."""
    return (SAMPLES / name).read_text()


def card(name: str = "NVIDIA GeForce RTX 5090", index: int = 0, **cells: str) -> dict[str, str]:
    """The cells of one GPU by the names of its fields; `__` in a keyword stands for a dot."""
    usual = {
        "index": str(index),
        "name": name,
        "uuid": f"GPU-{index:08d}-5a1b-4c2d-8e3f-0123456789ab",
        "memory.total": "32607",
        "memory.free": "32110",
        "utilization.gpu": "0",
        "pci.bus_id": f"00000000:{0xBD + index:X}:00.0",
        "persistence_mode": "Enabled",
        "compute_mode": "Default",
        "ecc.mode.current": "[N/A]",
        "ecc.errors.uncorrected.volatile.total": "[N/A]",
        "mig.mode.current": "[N/A]",
        "mig.mode.pending": "[N/A]",
        "compute_cap": "12.0",
    }
    return usual | {key.replace("__", "."): value for key, value in cells.items()}


def smi(
    table: str,
    *cards: Mapping[str, str],
    code: int = 0,
    lacks: tuple[str, ...] = (),
    mig: str = "",
    details: str = "",
) -> Changes:
    """nvidia-smi: its table, the GPUs it knows, exit code, and fields that it is too old for."""
    fields = [key for key in (cards or (card(),))[0] if key not in lacks]
    units = {"memory.total": "MiB", "memory.free": "MiB", "utilization.gpu": "%"}
    rows = ("|".join([key, units.get(key, ""), *(one[key] for one in cards)]) for key in fields)
    names = (f"GPU {one['index']}: {one['name']} (UUID: {one['uuid']})" for one in cards)
    folder = "/opt/recorded/nvidia-smi"
    return {
        f"{folder}/code": str(code),
        f"{folder}/table": table,
        f"{folder}/fields": "\n".join(rows) + "\n",
        f"{folder}/list": "\n".join([*names, mig]) + "\n",
        f"{folder}/processes": "",
        f"{folder}/details": "".join(
            f"GPU {one['pci.bus_id']}\n{details}\n" for one in cards or (card(),)
        ),
    }


def pci(*devices: tuple[str, str, str, str]) -> Changes:
    """The PCI bus: address, device id, class and the kernel driver that holds the device."""
    healthy = (CARD, RTX_5090, "0x030000", "nvidia")
    gone: Changes = dict.fromkeys(_bus((healthy,)))
    return {"/sys/bus/pci/devices": Folder(), **gone, **_bus(devices or ())}


def _bus(devices: tuple[tuple[str, str, str, str], ...]) -> Changes:
    found: Changes = {}
    for address, device, device_class, driver in devices:
        folder = f"/sys/bus/pci/devices/{address}"
        found |= {
            f"{folder}/vendor": "0x10de\n",
            f"{folder}/device": f"{device}\n",
            f"{folder}/class": f"{device_class}\n",
            f"{folder}/driver": Link(f"../../../bus/pci/drivers/{driver}") if driver else None,
        }
    return found


def module(version: str = DRIVER, *, open_kind: bool = True) -> Changes:
    """The loaded kernel module, and the same one on disk."""
    kind = "Open Kernel Module for x86_64" if open_kind else "x86_64 Kernel Module"
    return {
        "/proc/driver/nvidia/version": f"NVRM version: NVIDIA UNIX {kind}  {version}  Release "
        "Build  (dvs-builder@U22-I3-AF03-09-4)  Wed Jul 16 04:07:36 UTC 2025\n"
        "GCC version:  gcc version 13.2.0 (Ubuntu 13.2.0-23ubuntu4)\n",
        **on_disk(version, open_kind=open_kind),
    }


def on_disk(version: str = DRIVER, *, open_kind: bool = True) -> Changes:
    """What modinfo says of the module on disk."""
    kind = "Dual MIT/GPL" if open_kind else "NVIDIA"
    return {
        "/usr/sbin/modinfo": Program(
            f'[ "$3" = nvidia ] || exit 1\ncase $2 in version) echo {version} ;;'
            f" license) echo '{kind}' ;; esac"
        )
    }


def kernels(**with_module: bool) -> Changes:
    """Installed kernels: `k6_8_0_45=True` is 6.8.0-45-generic with the nvidia module."""
    found: Changes = {}
    for name, has in with_module.items():
        a, b, c, d = name.removeprefix("k").split("_")
        line = "updates/dkms/nvidia.ko.zst:" if has else "kernel/fs/ext4/ext4.ko.zst:"
        found[f"/lib/modules/{a}.{b}.{c}-{d}-generic/modules.dep"] = f"{line}\n"
    return found


def modules(*names: str) -> Changes:
    """The kernel modules that are loaded, as /proc/modules lists them."""
    return {"/proc/modules": "".join(f"{name} 1 0 - Live 0x0000000000000000\n" for name in names)}


def nodes(*paths: str, mode: int = 0o666) -> Changes:
    """The driver's device files, and no others."""
    usual: Changes = {"/dev/nvidia0": None, "/dev/nvidiactl": None, "/dev/nvidia-uvm": None}
    return usual | {path: Node(195, number, mode) for number, path in enumerate(paths)}
