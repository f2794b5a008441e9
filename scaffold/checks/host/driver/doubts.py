"""Findings about a driver that shows GPUs and is still not in order."""

from scaffold.checks.host.machine import PREREQUISITES
from scaffold.checks.host.packages import reboot
from scaffold.findings import Consent, Level, Rule, by_hand, root, see

TOO_OLD = Rule(
    "driver.too-old",
    Level.ERROR,
    "The driver is older than 418.81.07",
    "The NVIDIA Container Toolkit does not work with it, and neither does CUDA 10.1 or later.",
    PREREQUISITES,
    (by_hand("Install a current branch that still supports the card."), reboot()),
)
ENDED = Rule(
    "driver.branch-ended",
    Level.WARN,
    "The driver's branch gets no more fixes",
    "Security fixes end with it, and frameworks move on to newer CUDA.",
    "NVIDIA data centre drivers, supported drivers and CUDA toolkit versions",
    (by_hand("Install a branch with long support that still supports the card (R580, R595)."),),
)
REBOOT_PENDING = Rule(
    "driver.upgrade-pending",
    Level.WARN,
    "The installed driver version is not the one that runs",
    "From the next reboot, or the next library upgrade, another driver is in use.",
    "modinfo -F version nvidia, /proc/driver/nvidia/version",
    (reboot(),),
    consent=Consent.OWN_CHOICE,
)
NEXT_KERNEL = Rule(
    "driver.next-kernel-without-module",
    Level.WARN,
    "The newest kernel has no driver module",
    "After the next reboot no program will find the GPU.",
    "GoogleCloudPlatform/compute-gpu-installation#18",
    consent=Consent.OWN_CHOICE,
)
COMPLAINS = Rule(
    "driver.complains",
    Level.WARN,
    "nvidia-smi shows the GPUs and reports an error",
    "Programs run; the message names what may fail later.",
    "nvidia-smi manual page, return values",
    (see("Read its error message.", "nvidia-smi"),),
)
INFOROM = Rule(
    "driver.inforom",
    Level.WARN,
    "The infoROM of a GPU is damaged",
    "Programs run, but settings such as ECC mode and the error counts of that card may be lost.",
    "nvidia-smi's exit code 14 (NVML_ERROR_CORRUPTED_INFOROM)",
    (by_hand("Have the card's vendor reflash the infoROM; until then ignore exit code 14."),),
    symptom="WARNING: infoROM is corrupted at gpu 0000:BD:00.0",
)
OFF_PATH = Rule(
    "driver.smi-off-path",
    Level.WARN,
    "nvidia-smi is not on the PATH",
    "The driver runs and its files are in a folder of this image; scripts that call nvidia-smi "
    "fail, and containers need that folder mounted.",
    "cloud.google.com/container-optimized-os/docs/how-to/run-gpus",
    (by_hand("Add the folder to PATH in ~/.profile, and its lib64 to LD_LIBRARY_PATH."),),
    symptom="nvidia-smi: command not found",
)
UVM = Rule(
    "driver.no-uvm-node",
    Level.WARN,
    "/dev/nvidia-uvm is missing",
    "nvidia-smi works without it, CUDA does not; a container that starts first has none.",
    "NVIDIA/nvidia-docker#139, #396, #471",
    (root("Load the module and make its device file.", "nvidia-modprobe", "-u", "-c=0"),),
    consent=Consent.ROUTINE,
    symptom="lstat /dev/nvidia-uvm: no such file or directory",
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
    "The driver unloads while no program uses the GPU",
    "Every first start then waits seconds for the GPU, and its settings are lost.",
    "NVIDIA driver persistence documentation",
    consent=Consent.ROUTINE,
)
WITHOUT_DAEMON = (
    root(
        "Keep it loaded until the next reboot; this host lacks the persistence daemon.",
        *("nvidia-smi", "-pm", "1"),
        undo=("nvidia-smi", "-pm", "0"),
    ),
)
