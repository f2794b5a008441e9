"""Hosts whose driver is dead, and others that it is alive on but not in order."""

from tests.lab.hosts.pieces_docker import cdi
from tests.lab.hosts.pieces_gpu import (
    CARD,
    DRIVER,
    RTX_5090,
    card,
    kernels,
    module,
    modules,
    nodes,
    on_disk,
    pci,
    recorded,
    smi,
)
from tests.lab.hosts.pieces_system import uname
from tests.lab.hosts.row import HANGING, NO_DEVICES, SMI, TABLE, Broken
from tests.lab.support.host_view import Changes, DeadMount, Program

PASCAL, TURING = "0x1b06", "0x1eb8"

UNLOADED: Changes = {
    **modules("ext4"),
    **nodes(),
    "/proc/driver/nvidia/version": None,
    **pci((CARD, RTX_5090, "0x030000", "")),
    **smi(recorded("err_couldnt_communicate.txt"), code=9),
}
"""The driver is on disk and its module is not in the kernel."""

NO_DRIVER: Changes = {
    **UNLOADED,
    **kernels(k6_8_0_45=False),
    "/usr/sbin/modinfo": None,
    SMI: None,
}


def said_by_kernel(*lines: str) -> Changes:
    """The kernel's messages."""
    return {"/usr/bin/dmesg": Program("\n".join(f"echo '{line}'" for line in lines))}


def on_old_card(device: str, version: str, *, open_kind: bool = False) -> Changes:
    """Another card and another driver; its CDI specification is of the same version."""
    return {
        **pci((CARD, device, "0x030000", "nvidia")),
        **module(version, open_kind=open_kind),
        **cdi(version),
    }


DEAD_DRIVER = (
    Broken("no card and no driver", NO_DRIVER | pci(), "hardware.no-gpu"),
    Broken("a card and no driver", NO_DRIVER, "driver.missing"),
    Broken("nouveau among the modules", NO_DRIVER | modules("nouveau", "drm"), "driver.nouveau"),
    Broken(
        "nouveau bound to the card",
        NO_DRIVER | pci((CARD, RTX_5090, "0x030000", "nouveau")),
        "driver.nouveau",
    ),
    Broken(
        "Secure Boot is on",
        {**UNLOADED, "/usr/bin/mokutil": Program("echo SecureBoot enabled")},
        "driver.secure-boot",
    ),
    Broken(
        "the kernel rejects the module's key",
        {
            **UNLOADED,
            **said_by_kernel("[ 3.1] Lockdown: modprobe: unsigned module nvidia rejected"),
        },
        "driver.secure-boot",
    ),
    Broken(
        "a kernel update without the module",
        {
            **UNLOADED,
            **uname("6.8.0-50-generic"),
            **kernels(k6_8_0_45=True, k6_8_0_50=False),
            "/usr/sbin/modinfo": Program("exit 1"),
        },
        "driver.kernel-without-module",
    ),
    Broken("installed and not loaded", UNLOADED, "driver.not-loaded"),
    Broken(
        "upgraded and not rebooted",
        {**module("580.95.05"), **smi(recorded("err_mismatch_580.txt"), code=18)},
        "driver.mismatch",
    ),
    Broken("nvidia-smi hangs", {SMI: HANGING}, "driver.hangs", 2),
    Broken(
        "nvidia-smi hangs in the kernel, where no signal reaches",
        {SMI: Program("exec cat /mnt/gpu/x"), "/mnt/gpu": DeadMount()},
        "driver.hangs",
        2,
    ),
    Broken(
        "nvidia-smi prints for ever", {SMI: Program("while :; do echo x; done")}, "driver.failed"
    ),
    Broken(
        "R590 on a GTX 1080 Ti",
        on_old_card(PASCAL, "590.48.01") | NO_DEVICES,
        "driver.branch-drops-card",
    ),
    Broken(
        "R590 on a GTX 1080 Ti, its module not loaded",
        UNLOADED | pci((CARD, PASCAL, "0x030000", "")) | on_disk("590.48.01"),
        "driver.branch-drops-card",
    ),
    Broken(
        "the open module on a GTX 1080 Ti",
        on_old_card(PASCAL, DRIVER, open_kind=True) | NO_DEVICES,
        "driver.wrong-module",
    ),
    Broken(
        "the proprietary module on an RTX 5090",
        module(open_kind=False) | NO_DEVICES,
        "driver.wrong-module",
    ),
    Broken(
        "firmware that does not start",
        NO_DEVICES | said_by_kernel("[ 9.1] NVRM: GPU 0000:bd:00.0: RmInitAdapter failed! (0x62)"),
        "driver.no-devices",
    ),
    Broken(
        "a card off the bus",
        smi("Unable to determine the device handle for GPU0000:BD:00.0: Unknown Error\n", code=255),
        "driver.gpu-lost",
    ),
    Broken(
        "no right to the device files",
        smi("Failed to initialize NVML: Insufficient Permissions\n", code=4),
        "driver.permissions",
    ),
    Broken("a module without nvidia-smi", {SMI: None}, "driver.no-nvidia-smi"),
    Broken("NVML fails", smi(recorded("err_nvml_unknown_error.txt"), code=255), "driver.failed"),
)

OLD_FIELDS = ("compute_cap", "mig.mode.current", "mig.mode.pending")

LIVING_DRIVER = (
    Broken(
        "a GeForce 8400 on R340",
        on_old_card("0x06e4", "340.108")
        | smi(
            recorded("geforce8400_340.108_no_cuda_field.txt"),
            card("GeForce 8400 GS"),
            lacks=OLD_FIELDS,
        ),
        "driver.too-old",
    ),
    Broken(
        "a K80 on R470, which ended",
        on_old_card("0x102d", "470.57.02")
        | smi(recorded("k80_470.57.02.txt"), card("Tesla K80"), lacks=("compute_cap",)),
        "driver.branch-ended gpu.legacy",
    ),
    Broken(
        "a T4 on R450, which ended",
        on_old_card(TURING, "450.80.02")
        | smi(recorded("t4_450.80.02_docker_compose.txt"), card("Tesla T4"), lacks=OLD_FIELDS),
        "driver.branch-ended",
    ),
    Broken(
        "R610, whose table has other titles",
        {
            **on_old_card(RTX_5090, "610.43.02", open_kind=True),
            **smi(recorded("rtx5090_610.43.02_KMD_header.txt"), card()),
        },
        "driver.branch-ended",
    ),
    Broken("another driver on disk", on_disk("580.105.08"), "driver.upgrade-pending"),
    Broken(
        "a new kernel without the module",
        kernels(k6_8_0_45=True, k6_8_0_50=False),
        "driver.next-kernel-without-module",
    ),
    Broken("no uvm node", nodes("/dev/nvidia0", "/dev/nvidiactl"), "driver.no-uvm-node"),
    Broken(
        "nodes of root's alone",
        nodes("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm", mode=0o600),
        "driver.node-permissions",
    ),
    Broken(
        "persistence off",
        smi(TABLE, card(persistence_mode="Disabled")),
        "driver.no-persistence",
    ),
)

A100 = recorded("a100_mig_535.161.08.txt").replace("535.161.08", DRIVER)
