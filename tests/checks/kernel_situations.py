"""Hosts whose machine, driver or GPU is broken, and the ids of exactly what is said of them."""

from dataclasses import replace

from scaffold.facts import (
    DeviceNode,
    PciDevice,
    Platform,
    Smi,
)
from tests.checks.hosts import CARD, KERNEL, L40S, Situation

COULD_NOT = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
DEAD = {
    "driver__smi": Smi(code=9, said=COULD_NOT),
    "driver__module_version": None,
    "driver__loaded": (),
    "driver_version": None,
    "cuda_reported": None,
    "gpus": None,
}
GONE = DEAD | {
    "driver__smi": Smi(code=127, said="sh: nvidia-smi: not found"),
    "driver__installed_version": None,
    "driver__kernels_with_module": (),
    "gpus": (),
}
PASCAL = PciDevice(
    address="0000:01:00.0", device="1b06", device_class="030000", driver="nvidia", chip="GP102"
)
BLACKWELL = PciDevice(
    address="0000:01:00.0", device="2b85", device_class="030000", driver="nvidia", chip=""
)
SWITCH = PciDevice(address="0000:05:00.0", device="22a3", device_class="068000", driver="nvidia")
WSL = {
    "platform": Platform.WSL2,
    "pci": (),
    "driver__module_version": None,
    "driver__installed_version": None,
    "driver__nodes": (),
}
JETSON = {
    "platform": Platform.JETSON,
    "architecture": "aarch64",
    "pci": (),
    "driver__smi": Smi(code=127),
    "driver__module_version": None,
    "driver__installed_version": None,
    "driver__nodes": (),
    "gpus": (),
}


def gpu(**changes: object) -> dict[str, object]:
    """Changes that give the GPU other values."""
    return {"gpus": (replace(L40S, **changes),)}


def failing(code: int | None, said: str, **more: object) -> dict[str, object]:
    """nvidia-smi fails with the module loaded."""
    return {"driver__smi": Smi(code=code, said=said), "gpus": None} | more


MACHINE: list[Situation] = [
    ("kernel and architecture did not come", {"system__kernel": None}, "machine.unknown"),
    ("a Mac", {"system__kernel_name": "Darwin", "system__kernel": "24.1.0"}, "machine.not-linux"),
    ("a POWER machine", {"architecture": "ppc64le"}, "machine.architecture"),
    ("CentOS 6", {"system__kernel": "2.6.32-754.el6"}, "machine.kernel-old"),
    ("CentOS 7", {"system__kernel": "3.10.0-1160.el7"}, "machine.kernel-edge"),
    ("a clock an hour behind", {"system__clock_skew_s": -3600}, "machine.clock"),
    ("a clock that nobody compared", {"system__clock_skew_s": None}, ""),
    ("2 GiB of memory", {"memory_mib": 2048}, "machine.memory"),
    ("a small /dev/shm", {"system__shm_mib": 63}, "machine.shared-memory"),
    ("WSL2 in order", WSL, "machine.wsl2"),
    (
        "a Jetson in order, without nvidia-smi",
        JETSON | {"toolkit__cdi_driver_versions": ()},
        "machine.jetson",
    ),
]

DRIVER_DEAD: list[Situation] = [
    ("no card and no driver", GONE | {"pci": ()}, "hardware.no-gpu"),
    (
        "a bus that nobody may see, and no driver",
        GONE | {"pci": None},
        "hardware.unknown driver.missing",
    ),
    ("a card and no driver", GONE, "driver.missing"),
    ("nouveau among the modules", GONE | {"driver__loaded": ("nouveau",)}, "driver.nouveau"),
    ("nouveau at the card", GONE | {"pci": (replace(CARD, driver="nouveau"),)}, "driver.nouveau"),
    ("Secure Boot is on", DEAD | {"driver__secure_boot": True}, "driver.secure-boot"),
    (
        "the kernel rejected the module",
        DEAD | {"driver__messages": ("nvidia: module verification failed: signature",)},
        "driver.secure-boot",
    ),
    (
        "a kernel update without the module",
        DEAD | {"driver__installed_version": None, "driver__kernels_with_module": ("6.8.0-40",)},
        "driver.kernel-without-module",
    ),
    ("installed and not loaded", DEAD, "driver.not-loaded"),
    (
        "upgraded and not rebooted",
        failing(18, "Failed to initialize NVML: Driver/library version mismatch"),
        "driver.mismatch",
    ),
    ("nvidia-smi hangs", failing(None, ""), "driver.hangs"),
    ("nvidia-smi prints for ever", failing(None, "", probe__cut=("smi",)), "driver.failed"),
    (
        "R590 on a GTX 1080 Ti",
        failing(6, "No devices were found", pci=(PASCAL,), driver_version="590.48.01"),
        "driver.branch-drops-card",
    ),
    (
        "R590 on a GTX 1080 Ti, the module not loaded",
        DEAD | {"pci": (PASCAL,), "driver__installed_version": "590.48.01"},
        "driver.branch-drops-card",
    ),
    (
        "the open module on a GTX 1080 Ti",
        failing(6, "No devices were found", pci=(PASCAL,)),
        "driver.wrong-module",
    ),
    (
        "the proprietary module on an RTX 5090",
        failing(6, "No devices were found", pci=(BLACKWELL,), driver__open_module=False),
        "driver.wrong-module",
    ),
    ("firmware that does not start", failing(6, "No devices were found"), "driver.no-devices"),
    ("a card off the bus", failing(15, "Unable to determine the device handle"), "driver.gpu-lost"),
    ("no right to the device files", failing(4, "Insufficient Permissions"), "driver.permissions"),
    ("a module without nvidia-smi", failing(127, ""), "driver.no-nvidia-smi"),
    ("an error that nobody knows", failing(255, "Unknown Error"), "driver.failed"),
    (
        "WSL2 without Windows' driver",
        WSL | {"driver__smi": Smi(code=127)},
        "machine.wsl2 driver.wsl-missing",
    ),
    (
        "WSL2 with a Linux driver",
        WSL | {"driver__installed_version": "535.1"},
        "machine.wsl2 driver.wsl-linux-driver",
    ),
    ("WSL2 whose nvidia-smi hangs", WSL | {"driver__smi": Smi()}, "machine.wsl2 driver.hangs"),
    (
        "WSL2 whose nvidia-smi fails",
        WSL | {"driver__smi": Smi(code=9, said="GPU access blocked"), "gpus": None},
        "machine.wsl2 driver.failed",
    ),
    ("a driver that nobody looked at", {"driver__smi": None}, "driver.unknown"),
]

STALE = {"toolkit__cdi_driver_versions": ()}

DRIVER_ALIVE: list[Situation] = [
    ("driver 410", STALE | {"driver_version": "410.104"}, "driver.too-old"),
    ("R470, ended in 2024", STALE | {"driver_version": "470.256.02"}, "driver.branch-ended"),
    ("R455, ended long ago", STALE | {"driver_version": "455.45.01"}, "driver.branch-ended"),
    (
        "R535 before its end",
        STALE | {"driver_version": "535.183.01", "system__probed_on": "2026-01-01"},
        "",
    ),
    (
        "R470 on a day that nobody knows",
        STALE | {"driver_version": "470.256.02", "system__probed_on": None},
        "",
    ),
    ("a branch of tomorrow", STALE | {"driver_version": "999.1"}, ""),
    (
        "another driver on disk",
        {"driver__installed_version": "580.105.08"},
        "driver.upgrade-pending",
    ),
    (
        "a new kernel without the module",
        {"driver__kernels": (KERNEL, "6.8.0-50-generic")},
        "driver.next-kernel-without-module",
    ),
    ("no uvm node", {"driver__nodes": (DeviceNode("/dev/nvidia0", True),)}, "driver.no-uvm-node"),
    (
        "nodes of another group",
        {"driver__nodes": (DeviceNode("/dev/nvidia0", False), DeviceNode("/dev/nvidia-uvm", True))},
        "driver.node-permissions",
    ),
    ("persistence off", gpu(persistence=False), "driver.no-persistence"),
]

GPUS: list[Situation] = [
    ("no list of GPUs", {"gpus": None}, "gpu.unknown"),
    ("a driver that is well and shows no GPU", {"gpus": ()}, "probe.no-proof"),
    ("a Fermi card", gpu(name="GeForce GTX 580", compute_capability="2.0"), "gpu.too-old"),
    ("a GTX 1080 Ti", gpu(name="GeForce GTX 1080 Ti", compute_capability=None), "gpu.legacy"),
    ("a card of no table", gpu(name="NVIDIA Q9", compute_capability=None), "gpu.not-known"),
    ("ERR! in a cell", gpu(cell_error=True), "gpu.in-error"),
    ("memory errors", gpu(ecc_uncorrected=3), "gpu.ecc-errors"),
    ("one of two cards shown", {"pci": (CARD, replace(CARD, address="2"))}, "gpu.missing"),
    ("MIG on, no instance", gpu(mig_enabled=True, mig_pending=True), "gpu.mig-without-instances"),
    ("MIG on from the next reset", gpu(mig_enabled=False, mig_pending=True), "gpu.mig-pending"),
    ("MIG off from the next reset", gpu(mig_enabled=True, mig_pending=False), "gpu.mig-pending"),
    ("MIG with an instance", gpu(mig_enabled=True, mig_pending=True, mig_devices=("MIG-1",)), ""),
    ("NVSwitch, fabric manager missing", {"pci": (CARD, SWITCH)}, "gpu.fabric-manager"),
    ("NVSwitch without systemd", {"pci": (CARD, SWITCH), "system__services": None}, ""),
    (
        "NVSwitch and its manager",
        {
            "pci": (CARD, SWITCH),
            "system__services": (("nvidia-fabricmanager.service", "active"),),
        },
        "",
    ),
    ("computing forbidden", gpu(compute_mode="Prohibited"), "gpu.compute-prohibited"),
    ("one process a card", gpu(compute_mode="Exclusive_Process", index=None), "gpu.exclusive"),
    ("all memory taken", gpu(memory_free_mib=100), "gpu.busy"),
    ("memory that nobody knows", gpu(memory_free_mib=None), ""),
]
