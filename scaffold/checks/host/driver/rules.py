"""Findings about a driver that shows no GPU. What concerns a living driver: driver_doubts."""

from scaffold.checks.host.driver.messages import NVML_SOURCE
from scaffold.checks.host.packages import reboot
from scaffold.findings import Consent, Level, Rule, by_hand, root, see

GUIDE = "docs.nvidia.com/datacenter/tesla/driver-installation-guide"
READ_KERNEL_LOG = see(
    "Read the kernel's messages.", "sh", "-c", "dmesg | grep -E 'NVRM|Xid'", sudo=True
)

MISSING = Rule(
    id="driver.missing",
    level=Level.ERROR,
    title="No NVIDIA driver is installed",
    why="A container brings CUDA, but the driver must be on the host.",
    source="NVIDIA Container Toolkit install guide; NVIDIA/nvidia-docker#1711",
    consent=Consent.OWN_CHOICE,
    symptom="nvidia-smi: command not found",
)
NOUVEAU = Rule(
    id="driver.nouveau",
    level=Level.ERROR,
    title="nouveau holds the GPU",
    why="The kernel's own driver took the card before NVIDIA's could, and it does not support "
    "CUDA.",
    source="NVIDIA/gpu-operator#8; NVIDIA driver installation guide, Nouveau",
    consent=Consent.OWN_CHOICE,
    symptom="NVRM: The NVIDIA probe routine was not called for 1 device(s).",
)
SET_ASIDE = Rule(
    id="driver.set-aside",
    level=Level.ERROR,
    title="The GPU is reserved for a virtual machine",
    why="vfio-pci (or Xen's pciback) holds the card, so NVIDIA's driver cannot; modprobe changes "
    "nothing.",
    source="docs.kernel.org/driver-api/vfio.html; cloud-hypervisor/cloud-hypervisor#4353",
    symptom="Kernel driver in use: vfio-pci",
)
SECURE_BOOT = Rule(
    id="driver.secure-boot",
    level=Level.ERROR,
    title="Secure Boot refuses the driver's module",
    why="The module is installed, but not signed by a key that this machine trusts.",
    source="canonical/nvidia-graphics-drivers#61, NVIDIA/gpu-driver-container#44",
    symptom="modprobe: ERROR: could not insert 'nvidia': Key was rejected by service",
)
KERNEL_WITHOUT_MODULE = Rule(
    id="driver.kernel-without-module",
    level=Level.ERROR,
    title="The running kernel has no driver module",
    why="A kernel update came without a module built for it (no dkms or akmods, or no headers).",
    source="GoogleCloudPlatform/compute-gpu-installation#18",
    consent=Consent.OWN_CHOICE,
    symptom="modprobe: FATAL: Module nvidia not found in directory /lib/modules",
)
NOT_LOADED = Rule(
    id="driver.not-loaded",
    level=Level.ERROR,
    title="The driver is installed but not loaded",
    why="Without its kernel module no program can use the GPU.",
    source="nvidia-smi's exit code 9 (NVML_ERROR_DRIVER_NOT_LOADED)",
    fix=(
        root(
            "Load the module; its error message names the reason.",
            *("modprobe", "nvidia"),
            undo=("modprobe", "-r", "nvidia"),
        ),
        READ_KERNEL_LOG,
    ),
    consent=Consent.OWN_CHOICE,
    symptom="NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
)
KERNEL_REMOVED = Rule(
    id="driver.kernel-removed",
    level=Level.ERROR,
    title="The modules of the running kernel were removed by an upgrade",
    why="Nothing can be loaded into this kernel any more, neither the driver nor Docker's network.",
    source="wiki.archlinux.org/title/System_maintenance; NVIDIA/nvidia-docker#365",
    fix=(reboot(),),
    consent=Consent.OWN_CHOICE,
    symptom="modprobe: FATAL: Module nvidia not found in directory /lib/modules/6.17.8-arch1-1",
)
MISMATCH = Rule(
    id="driver.mismatch",
    level=Level.ERROR,
    title="Driver and library are of different versions",
    why="The driver was upgraded while the old module stayed loaded: a reboot is pending.",
    source="nvidia-smi's exit code 18; Debian bug 889669",
    fix=(reboot(),),
    consent=Consent.OWN_CHOICE,
    symptom="Failed to initialize NVML: Driver/library version mismatch",
)
HANGS = Rule(
    id="driver.hangs",
    level=Level.ERROR,
    title="nvidia-smi hangs",
    why="A GPU fell off the bus, or the driver is stuck in the kernel; containers would hang too.",
    source="NVML calls sit in uninterruptible sleep, which no timeout ends",
    fix=(
        READ_KERNEL_LOG,
        by_hand(
            "If nvidia-smi answers after some seconds, let the persistence daemon keep the GPUs "
            "started: sudo systemctl enable --now nvidia-persistenced."
        ),
        reboot(),
    ),
    consent=Consent.OWN_CHOICE,
    symptom="NVRM: Xid: 79, GPU has fallen off the bus.",
)
NO_DEVICES = Rule(
    id="driver.no-devices",
    level=Level.ERROR,
    title="The driver runs but starts no GPU",
    why="Firmware, power or the bus: the kernel's messages name which.",
    source="NVIDIA/open-gpu-kernel-modules#789, #1104, #543",
    fix=(
        READ_KERNEL_LOG,
        by_hand("Power the machine off and on; update its firmware; try another driver branch."),
    ),
    symptom="No devices were found",
)
FIRMWARE = Rule(
    id="driver.firmware-missing",
    level=Level.ERROR,
    title="The driver's firmware files are missing",
    why="The GPU's system processor (GSP) is started with a file of exactly the module's version.",
    source="NVIDIA/open-gpu-kernel-modules#943; NVIDIA driver README, GSP firmware",
    fix=(by_hand("Install the firmware package of the driver's version (nvidia-firmware-N)."),),
    symptom="Direct firmware load for nvidia/580.95.05/gsp_ga10x.bin failed with error -2",
)
BAR = Rule(
    id="driver.no-bar",
    level=Level.ERROR,
    title="The machine's firmware gave the GPU no memory window or no interrupt",
    why="The card's BAR needs addresses above 4 GB, which the BIOS or the virtual machine "
    "withholds.",
    source="NVIDIA/gpu-operator#492; cloud-hypervisor/cloud-hypervisor#6147, #2000",
    fix=(
        by_hand('Switch on "Above 4G Decoding" in the BIOS (or 64-bit MMIO for the VM).'),
        by_hand("Or boot the kernel with pci=realloc."),
    ),
    symptom="NVRM: This PCI I/O region assigned to your NVIDIA device is invalid",
)
POWER = Rule(
    id="driver.no-power",
    level=Level.ERROR,
    title="A GPU has not enough power",
    why="Its external power cables are not connected, or not all of them.",
    source=NVML_SOURCE,
    fix=(by_hand("Check that the card is seated and that every power cable is plugged in."),),
    symptom="Your graphics card is not getting enough power from its external power cables",
)
LOST = Rule(
    id="driver.gpu-lost",
    level=Level.ERROR,
    title="A GPU has fallen off the bus",
    why="The driver cannot reach the card any more, often for lack of power or heat.",
    source="NVIDIA/open-gpu-kernel-modules#246",
    fix=(by_hand("Power the machine off and on; check power cables and temperature."),),
    symptom="Unable to determine the device handle for GPU: GPU is lost.",
)
RESET = Rule(
    id="driver.reset-required",
    level=Level.ERROR,
    title="A GPU has to be reset before it can be used",
    why="An error left it in a state that only a reset ends.",
    source=NVML_SOURCE,
    fix=(
        by_hand("Stop every program on that GPU, then: sudo nvidia-smi --gpu-reset -i INDEX"),
        by_hand("Or restart the machine."),
    ),
    symptom="GPU requires reset",
)
PERMISSIONS = Rule(
    id="driver.permissions",
    level=Level.ERROR,
    title="This user may not use the GPU",
    why="The device files belong to a group that this user is not in, or SELinux or a device "
    "cgroup "
    "forbids it.",
    source="NVIDIA cloud-native docs, troubleshooting",
    fix=(
        see("See who may.", "sh", "-c", "ls -lZ /dev/nvidia* || ls -l /dev/nvidia*"),
        by_hand("Join that group (often video or render) and log in again."),
    ),
    symptom="Failed to initialize NVML: Insufficient Permissions",
)
LIBRARY = Rule(
    id="driver.library-missing",
    level=Level.ERROR,
    title="The driver's user-space libraries are missing",
    why="nvidia-smi is installed, but libnvidia-ml.so is not, or the linker's cache does not list "
    "it; "
    "containers get the same libraries from the host.",
    source=f"nvidia-smi's exit codes 12 and 13; {NVML_SOURCE}",
    consent=Consent.OWN_CHOICE,
    symptom="NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.",
)
SMI_MISSING = Rule(
    id="driver.no-nvidia-smi",
    level=Level.ERROR,
    title="The driver is loaded but nvidia-smi is missing",
    why="The driver's user-space half is not installed, and containers get it from the host.",
    source="NVIDIA driver installation guide, package list",
)
FAILED = Rule(
    id="driver.failed",
    level=Level.ERROR,
    title="nvidia-smi fails",
    why="Containers reach the GPU in the same way.",
    source=NVML_SOURCE,
    fix=(see("Read its error message.", "nvidia-smi"), READ_KERNEL_LOG),
    symptom="Failed to initialize NVML: Unknown Error",
)
BLOCKED = Rule(
    id="driver.blocked",
    level=Level.ERROR,
    title="The operating system or the hypervisor blocks the GPU",
    why="A device cgroup, a container without the GPU, or a virtual machine without its licence.",
    source=NVML_SOURCE,
    fix=(
        by_hand(
            "Ask the administrator of the host or its hypervisor to give the GPU to this machine."
        ),
    ),
    symptom="GPU access blocked by the operating system",
)
UNKNOWN = Rule(
    id="driver.unknown",
    level=Level.UNKNOWN,
    title="The state of the driver is unknown",
    why="Unknown is no pass.",
    source="the probe's own record",
)
