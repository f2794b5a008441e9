"""Findings about a driver that shows no GPU. What concerns a living driver: driver_doubts."""

from scaffold.checks.host.driver.messages import NVML_SOURCE
from scaffold.checks.host.packages import reboot
from scaffold.findings import Consent, Level, Rule, by_hand, root, see

GUIDE = "docs.nvidia.com/datacenter/tesla/driver-installation-guide"
READ_KERNEL_LOG = see(
    "Read the kernel's messages.", "sh", "-c", "dmesg | grep -E 'NVRM|Xid'", sudo=True
)

MISSING = Rule(
    "driver.missing",
    Level.ERROR,
    "No NVIDIA driver is installed",
    "A container brings CUDA, but the driver must be on the host.",
    "NVIDIA Container Toolkit install guide; NVIDIA/nvidia-docker#1711",
    consent=Consent.OWN_CHOICE,
    symptom="nvidia-smi: command not found",
)
NOUVEAU = Rule(
    "driver.nouveau",
    Level.ERROR,
    "nouveau holds the GPU",
    "The kernel's own driver took the card before NVIDIA's could, and it does not support CUDA.",
    "NVIDIA/gpu-operator#8; NVIDIA driver installation guide, Nouveau",
    consent=Consent.OWN_CHOICE,
    symptom="NVRM: The NVIDIA probe routine was not called for 1 device(s).",
)
SET_ASIDE = Rule(
    "driver.set-aside",
    Level.ERROR,
    "The GPU is reserved for a virtual machine",
    "vfio-pci (or Xen's pciback) holds the card, so NVIDIA's driver cannot; modprobe changes "
    "nothing.",
    "docs.kernel.org/driver-api/vfio.html; cloud-hypervisor/cloud-hypervisor#4353",
    symptom="Kernel driver in use: vfio-pci",
)
SECURE_BOOT = Rule(
    "driver.secure-boot",
    Level.ERROR,
    "Secure Boot refuses the driver's module",
    "The module is installed, but not signed by a key that this machine trusts.",
    "canonical/nvidia-graphics-drivers#61, NVIDIA/gpu-driver-container#44",
    symptom="modprobe: ERROR: could not insert 'nvidia': Key was rejected by service",
)
KERNEL_WITHOUT_MODULE = Rule(
    "driver.kernel-without-module",
    Level.ERROR,
    "The running kernel has no driver module",
    "A kernel update came without a module built for it (no dkms or akmods, or no headers).",
    "GoogleCloudPlatform/compute-gpu-installation#18",
    consent=Consent.OWN_CHOICE,
    symptom="modprobe: FATAL: Module nvidia not found in directory /lib/modules",
)
NOT_LOADED = Rule(
    "driver.not-loaded",
    Level.ERROR,
    "The driver is installed but not loaded",
    "Without its kernel module no program can use the GPU.",
    "nvidia-smi's exit code 9 (NVML_ERROR_DRIVER_NOT_LOADED)",
    (
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
MISMATCH = Rule(
    "driver.mismatch",
    Level.ERROR,
    "Driver and library are of different versions",
    "The driver was upgraded while the old module stayed loaded: a reboot is pending.",
    "nvidia-smi's exit code 18; Debian bug 889669",
    (reboot(),),
    consent=Consent.OWN_CHOICE,
    symptom="Failed to initialize NVML: Driver/library version mismatch",
)
HANGS = Rule(
    "driver.hangs",
    Level.ERROR,
    "nvidia-smi hangs",
    "A GPU fell off the bus, or the driver is stuck in the kernel; containers would hang too.",
    "NVML calls sit in uninterruptible sleep, which no timeout ends",
    (READ_KERNEL_LOG, reboot()),
    consent=Consent.OWN_CHOICE,
    symptom="NVRM: Xid: 79, GPU has fallen off the bus.",
)
DROPPED = Rule(
    "driver.branch-drops-card",
    Level.ERROR,
    "This driver branch no longer supports the card",
    "R470 is the last branch for Kepler, R580 the last for Maxwell, Pascal and Volta.",
    "NVIDIA CUDA toolkit, driver and architecture matrix; NixOS/nixos-hardware#1828",
    symptom="NVRM: The NVIDIA GPU is supported through the NVIDIA 580.xx Legacy drivers.",
)
FLAVOUR = Rule(
    "driver.wrong-module",
    Level.ERROR,
    "The kernel module is of the wrong kind for the card",
    "Open modules need Turing or newer; Blackwell needs the open ones.",
    "NVIDIA/open-gpu-kernel-modules#862; negativo17/nvidia-driver#158",
    (by_hand("Install the other kind: nvidia-driver-N-open or nvidia-driver-N."), reboot()),
    symptom="NVRM: installed in this system is not supported by open nvidia.ko",
)
NO_DEVICES = Rule(
    "driver.no-devices",
    Level.ERROR,
    "The driver runs but starts no GPU",
    "Firmware, power or the bus: the kernel's messages name which.",
    "NVIDIA/open-gpu-kernel-modules#789, #1104, #543",
    (
        READ_KERNEL_LOG,
        by_hand("Power the machine off and on; update its firmware; try another driver branch."),
    ),
    symptom="No devices were found",
)
FIRMWARE = Rule(
    "driver.firmware-missing",
    Level.ERROR,
    "The driver's firmware files are missing",
    "The GPU's system processor (GSP) is started with a file of exactly the module's version.",
    "NVIDIA/open-gpu-kernel-modules#943; NVIDIA driver README, GSP firmware",
    (by_hand("Install the firmware package of the driver's version (nvidia-firmware-N)."),),
    symptom="Direct firmware load for nvidia/580.95.05/gsp_ga10x.bin failed with error -2",
)
BAR = Rule(
    "driver.no-bar",
    Level.ERROR,
    "The machine's firmware gave the GPU no memory window",
    "The card's BAR needs addresses above 4 GB, which the BIOS or the virtual machine withholds.",
    "NVIDIA/gpu-operator#492; cloud-hypervisor/cloud-hypervisor#6147",
    (
        by_hand('Switch on "Above 4G Decoding" in the BIOS (or 64-bit MMIO for the VM).'),
        by_hand("Or boot the kernel with pci=realloc."),
    ),
    symptom="NVRM: This PCI I/O region assigned to your NVIDIA device is invalid",
)
POWER = Rule(
    "driver.no-power",
    Level.ERROR,
    "A GPU has not enough power",
    "Its external power cables are not connected, or not all of them.",
    NVML_SOURCE,
    (by_hand("Check that the card is seated and that every power cable is plugged in."),),
    symptom="Your graphics card is not getting enough power from its external power cables",
)
LOST = Rule(
    "driver.gpu-lost",
    Level.ERROR,
    "A GPU has fallen off the bus",
    "The driver cannot reach the card any more, often for lack of power or heat.",
    "NVIDIA/open-gpu-kernel-modules#246",
    (by_hand("Power the machine off and on; check power cables and temperature."),),
    symptom="Unable to determine the device handle for GPU: GPU is lost.",
)
RESET = Rule(
    "driver.reset-required",
    Level.ERROR,
    "A GPU has to be reset before it can be used",
    "An error left it in a state that only a reset ends.",
    NVML_SOURCE,
    (
        by_hand("Stop every program on that GPU, then: sudo nvidia-smi --gpu-reset -i INDEX"),
        by_hand("Or restart the machine."),
    ),
    symptom="GPU requires reset",
)
PERMISSIONS = Rule(
    "driver.permissions",
    Level.ERROR,
    "This user may not use the GPU",
    "The device files belong to a group that this user is not in, or SELinux or a device cgroup "
    "forbids it.",
    "NVIDIA cloud-native docs, troubleshooting",
    (
        see("See who may.", "sh", "-c", "ls -lZ /dev/nvidia* || ls -l /dev/nvidia*"),
        by_hand("Join that group (often video or render) and log in again."),
    ),
    symptom="Failed to initialize NVML: Insufficient Permissions",
)
LIBRARY = Rule(
    "driver.library-missing",
    Level.ERROR,
    "The driver's user-space libraries are missing",
    "nvidia-smi is installed, but libnvidia-ml.so is not, or the linker's cache does not list it; "
    "containers get the same libraries from the host.",
    f"nvidia-smi's exit codes 12 and 13; {NVML_SOURCE}",
    consent=Consent.OWN_CHOICE,
    symptom="NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.",
)
SMI_MISSING = Rule(
    "driver.no-nvidia-smi",
    Level.ERROR,
    "The driver is loaded but nvidia-smi is missing",
    "The driver's user-space half is not installed, and containers get it from the host.",
    "NVIDIA driver installation guide, package list",
)
FAILED = Rule(
    "driver.failed",
    Level.ERROR,
    "nvidia-smi fails",
    "Containers reach the GPU in the same way.",
    NVML_SOURCE,
    (see("Read its error message.", "nvidia-smi"), READ_KERNEL_LOG),
    symptom="Failed to initialize NVML: Unknown Error",
)
BLOCKED = Rule(
    "driver.blocked",
    Level.ERROR,
    "The operating system or the hypervisor blocks the GPU",
    "A device cgroup, a container without the GPU, or a virtual machine without its licence.",
    NVML_SOURCE,
    (by_hand("Ask whoever runs the host or its hypervisor to give the GPU to this machine."),),
    symptom="GPU access blocked by the operating system",
)
UNKNOWN = Rule(
    "driver.unknown",
    Level.UNKNOWN,
    "The state of the driver is unknown",
    "Unknown is no pass.",
    "the probe's own record",
)
