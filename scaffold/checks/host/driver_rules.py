"""What can be said of the NVIDIA driver."""

from scaffold.checks.host.machine import PREREQUISITES
from scaffold.findings import Level, Rule, by_hand, root, see

GUIDE = "docs.nvidia.com/datacenter/tesla/driver-installation-guide"
REBOOT = root("Start the machine anew; running programs end.", "reboot")

MISSING = Rule(
    "driver.missing",
    Level.ERROR,
    "No NVIDIA driver is installed",
    "A container brings CUDA, but the driver must be on the host.",
    "NVIDIA Container Toolkit install guide; NVIDIA/nvidia-docker#1711",
)
NOUVEAU = Rule(
    "driver.nouveau",
    Level.ERROR,
    "nouveau holds the GPU",
    "The kernel's own driver took the card before NVIDIA's could, and it knows no CUDA.",
    "NVIDIA/gpu-operator#8; NVIDIA driver installation guide, Nouveau",
    (
        root(
            "Keep nouveau from loading.",
            *("sh", "-c"),
            "printf 'blacklist nouveau\\noptions nouveau modeset=0\\n' "
            ">/etc/modprobe.d/blacklist-nouveau.conf && "
            "(update-initramfs -u || dracut --force)",
            undo=("rm", "/etc/modprobe.d/blacklist-nouveau.conf"),
        ),
        REBOOT,
    ),
)
SECURE_BOOT = Rule(
    "driver.secure-boot",
    Level.ERROR,
    "Secure Boot refuses the driver's module",
    "The module is installed, but not signed by a key that this machine trusts.",
    "canonical/nvidia-graphics-drivers#61, NVIDIA/gpu-driver-container#44",
    (
        root(
            "Enrol the key that DKMS signs with; it asks for a password of your choice.",
            *("mokutil", "--import", "/var/lib/dkms/mok.pub"),
        ),
        by_hand("Reboot, and choose Enroll MOK at the machine's own screen."),
        by_hand("Or install the distribution's signed modules, or switch Secure Boot off."),
    ),
)
KERNEL_WITHOUT_MODULE = Rule(
    "driver.kernel-without-module",
    Level.ERROR,
    "The running kernel has no driver module",
    "A kernel update came without the module being built for it (no dkms, or no headers).",
    "GoogleCloudPlatform/compute-gpu-installation#18",
    (
        root(
            "Install the kernel's headers.",
            *("sh", "-c", "apt-get install -y dkms linux-headers-$(uname -r)"),
        ),
        root("Build the module for this kernel.", "dkms", "autoinstall"),
        root("Load it.", "modprobe", "nvidia"),
    ),
)
NOT_LOADED = Rule(
    "driver.not-loaded",
    Level.ERROR,
    "The driver is installed but not loaded",
    "Without its kernel module nothing can talk to the GPU.",
    "nvidia-smi's exit code 9 (NVML_ERROR_DRIVER_NOT_LOADED)",
    (
        root("Load the module; its complaint names the reason.", "modprobe", "nvidia"),
        see("Read what the kernel says.", "sh", "-c", "dmesg | grep -i nvrm", sudo=True),
    ),
)
MISMATCH = Rule(
    "driver.mismatch",
    Level.ERROR,
    "Driver and library are of different versions",
    "The driver was upgraded while the old module stayed loaded: a reboot is pending.",
    "nvidia-smi's exit code 18; Debian bug 889669",
    (REBOOT,),
)
HANGS = Rule(
    "driver.hangs",
    Level.ERROR,
    "nvidia-smi hangs",
    "A GPU that fell off the bus, or a driver stuck in the kernel; containers would hang too.",
    "NVML calls sit in uninterruptible sleep, which no timeout ends",
    (
        see(
            "Read what the kernel says (look for Xid 79).",
            "sh",
            "-c",
            "dmesg | grep -i xid",
            sudo=True,
        ),
        REBOOT,
    ),
)
DROPPED = Rule(
    "driver.branch-drops-card",
    Level.ERROR,
    "This driver branch no longer knows the card",
    "R470 is the last branch for Kepler, R580 the last for Maxwell, Pascal and Volta.",
    "NVIDIA CUDA toolkit, driver and architecture matrix; NixOS/nixos-hardware#1828",
    (
        by_hand("Install the card's last branch and pin it, so that upgrades leave it alone."),
        root("On Ubuntu, for Maxwell to Volta.", "apt-get", "install", "-y", "nvidia-driver-580"),
    ),
)
FLAVOUR = Rule(
    "driver.wrong-module",
    Level.ERROR,
    "The kernel module is of the wrong kind for the card",
    "Open modules need Turing or newer; Blackwell needs the open ones.",
    "NVIDIA/open-gpu-kernel-modules#862; NVIDIA driver installation guide, kernel modules",
    (by_hand("Install the other kind: nvidia-driver-N-open or nvidia-driver-N."), REBOOT),
)
NO_DEVICES = Rule(
    "driver.no-devices",
    Level.ERROR,
    "The driver runs but starts no GPU",
    "Firmware, power or the bus: the kernel's messages name which.",
    "NVIDIA/open-gpu-kernel-modules#789, #1104, #543",
    (
        root(
            "Read what the kernel says.",
            *("sh", "-c", "dmesg | grep -E 'NVRM|RmInitAdapter|GSP'"),
        ),
        by_hand("Power the machine off and on; update its firmware; try another driver branch."),
    ),
)
LOST = Rule(
    "driver.gpu-lost",
    Level.ERROR,
    "A GPU has fallen off the bus",
    "The driver cannot reach the card any more, often for lack of power or heat.",
    "NVIDIA/open-gpu-kernel-modules#246",
    (by_hand("Power the machine off and on; look at power cables and temperature."),),
)
PERMISSIONS = Rule(
    "driver.permissions",
    Level.ERROR,
    "This user may not use the GPU",
    "The device files belong to a group that this user is not in, or SELinux forbids it.",
    "NVIDIA cloud-native docs, troubleshooting",
    (
        see("See who may.", "sh", "-c", "ls -l /dev/nvidia*"),
        by_hand("Join that group (often video or render) and log in anew."),
    ),
)
SMI_MISSING = Rule(
    "driver.no-nvidia-smi",
    Level.ERROR,
    "The driver is loaded but nvidia-smi is missing",
    "The driver's user-space half is not installed, and containers get it from the host.",
    "NVIDIA driver installation guide, package list",
    (by_hand("Install the utilities of the loaded version: nvidia-utils-N or cuda-drivers-N."),),
)
FAILED = Rule(
    "driver.failed",
    Level.ERROR,
    "nvidia-smi fails",
    "Containers reach the GPU the same way.",
    "nvidia-smi's own words",
    (see("See its own words.", "nvidia-smi"), see("And the kernel's.", "dmesg", sudo=True)),
)
WSL_NO_SMI = Rule(
    "driver.wsl-missing",
    Level.ERROR,
    "WSL2 has no NVIDIA driver from Windows",
    "Windows' driver puts libraries and nvidia-smi under /usr/lib/wsl/lib.",
    "NVIDIA, CUDA on WSL user guide",
    (by_hand("Install NVIDIA's driver in Windows, then: wsl --update and wsl --shutdown."),),
)
WSL_LINUX_DRIVER = Rule(
    "driver.wsl-linux-driver",
    Level.ERROR,
    "A Linux driver is installed inside WSL2",
    "It hides the libraries of Windows' driver, which alone can reach the card.",
    "NVIDIA, CUDA on WSL user guide: do not install any Linux display driver in WSL",
    (root("Remove it.", "sh", "-c", "apt-get purge -y '^nvidia-.*' '^libnvidia-.*'"),),
)
TOO_OLD = Rule(
    "driver.too-old",
    Level.ERROR,
    "The driver is older than 418.81.07",
    "The NVIDIA Container Toolkit does not work with it, and neither does CUDA 10.1 or later.",
    PREREQUISITES,
    (by_hand("Install a current branch that still knows the card."), REBOOT),
)
ENDED = Rule(
    "driver.branch-ended",
    Level.WARN,
    "The driver's branch gets no more fixes",
    "Security fixes end with it, and frameworks move on to newer CUDA.",
    "NVIDIA data centre drivers, supported drivers and CUDA toolkit versions",
    (by_hand("Install a branch with long support that still knows the card (R580, R595)."),),
)
REBOOT_PENDING = Rule(
    "driver.upgrade-pending",
    Level.WARN,
    "Another driver version is installed than the one that runs",
    "From the next reboot, or the next library upgrade, another driver is in use.",
    "modinfo -F version nvidia, /proc/driver/nvidia/version",
    (REBOOT,),
)
NEXT_KERNEL = Rule(
    "driver.next-kernel-without-module",
    Level.WARN,
    "The newest kernel has no driver module",
    "After the next reboot the GPU will be gone.",
    "GoogleCloudPlatform/compute-gpu-installation#18",
    (root("Build the module for every kernel that has headers.", "dkms", "autoinstall"),),
)
UVM = Rule(
    "driver.no-uvm-node",
    Level.WARN,
    "/dev/nvidia-uvm is missing",
    "nvidia-smi works without it, CUDA does not; a container that starts first has none.",
    "NVIDIA/nvidia-docker#139, #396, #471",
    (root("Load the module and make its device file.", "nvidia-modprobe", "-u", "-c=0"),),
)
NODES = Rule(
    "driver.node-permissions",
    Level.WARN,
    "This user may not use every device file of the driver",
    "Rootless containers and Remote-SSH sessions run with the user's own rights.",
    "NVIDIA driver README, NVreg_DeviceFileMode",
    (see("See who may.", "sh", "-c", "ls -l /dev/nvidia*"),),
)
PERSISTENCE = Rule(
    "driver.no-persistence",
    Level.INFO,
    "The driver unloads when nobody uses the GPU",
    "Every first start then waits seconds for the GPU, and its settings are lost.",
    "NVIDIA driver persistence documentation",
    (
        root(
            "Keep it loaded.",
            *("systemctl", "enable", "--now", "nvidia-persistenced"),
            undo=("systemctl", "disable", "--now", "nvidia-persistenced"),
        ),
    ),
)
WITHOUT_DAEMON = (
    root(
        "Keep it loaded until the next reboot; the daemon that would do it later is not here.",
        *("nvidia-smi", "-pm", "1"),
        undo=("nvidia-smi", "-pm", "0"),
    ),
)
UNKNOWN = Rule(
    "driver.unknown",
    Level.UNKNOWN,
    "The driver could not be looked at",
    "Unknown is no pass.",
    "the probe's own record",
)
