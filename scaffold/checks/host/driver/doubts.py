"""Findings about a driver that shows GPUs and is still not in order."""

from scaffold.checks.host.machine import PREREQUISITES
from scaffold.checks.host.packages import reboot
from scaffold.findings import Consent, Level, Rule, by_hand, root, see

TOO_OLD = Rule(
    id="driver.too-old",
    level=Level.ERROR,
    title="The driver is older than 418.81.07",
    why="The NVIDIA Container Toolkit does not work with it, and neither does CUDA 10.1 or later.",
    source=PREREQUISITES,
    fix=(by_hand("Install a current branch that still supports the card."), reboot()),
)
ENDED = Rule(
    id="driver.branch-ended",
    level=Level.WARN,
    title="The driver's branch gets no more fixes",
    why="Security fixes end with it, and frameworks move on to newer CUDA.",
    source="NVIDIA data centre drivers, supported drivers and CUDA toolkit versions",
    fix=(by_hand("Install a branch with long support that still supports the card (R580, R595)."),),
)
REBOOT_PENDING = Rule(
    id="driver.upgrade-pending",
    level=Level.WARN,
    title="The installed driver version is not the one that runs",
    why="From the next reboot, or the next library upgrade, another driver is in use.",
    source="modinfo -F version nvidia, /proc/driver/nvidia/version",
    fix=(reboot(),),
    consent=Consent.OWN_CHOICE,
)
NEXT_KERNEL = Rule(
    id="driver.next-kernel-without-module",
    level=Level.WARN,
    title="The newest kernel has no driver module",
    why="After the next reboot no program will find the GPU.",
    source="GoogleCloudPlatform/compute-gpu-installation#18",
    consent=Consent.OWN_CHOICE,
)
COMPLAINS = Rule(
    id="driver.complains",
    level=Level.WARN,
    title="nvidia-smi shows the GPUs and reports an error",
    why="Programs run; the message names what may fail later.",
    source="nvidia-smi manual page, return values",
    fix=(see("Read its error message.", "nvidia-smi"),),
)
INFOROM = Rule(
    id="driver.inforom",
    level=Level.WARN,
    title="The infoROM of a GPU is damaged",
    why="Programs run, but settings such as ECC mode and the error counts of that card may be "
    "lost.",
    source="nvidia-smi's exit code 14 (NVML_ERROR_CORRUPTED_INFOROM)",
    fix=(by_hand("Have the card's vendor reflash the infoROM; until then ignore exit code 14."),),
    symptom="WARNING: infoROM is corrupted at gpu 0000:BD:00.0",
)
OFF_PATH = Rule(
    id="driver.smi-off-path",
    level=Level.WARN,
    title="nvidia-smi is not on the PATH",
    why="The driver runs and its files are in a folder of this image; scripts that call nvidia-smi "
    "fail, and containers need that folder mounted.",
    source="cloud.google.com/container-optimized-os/docs/how-to/run-gpus",
    fix=(by_hand("Add the folder to PATH in ~/.profile, and its lib64 to LD_LIBRARY_PATH."),),
    symptom="nvidia-smi: command not found",
)
UVM = Rule(
    id="driver.no-uvm-node",
    level=Level.WARN,
    title="/dev/nvidia-uvm is missing",
    why="nvidia-smi works without it, CUDA does not; a container that starts first has none.",
    source="NVIDIA/nvidia-docker#139, #396, #471",
    fix=(root("Load the module and make its device file.", "nvidia-modprobe", "-u", "-c=0"),),
    consent=Consent.ROUTINE,
    symptom="lstat /dev/nvidia-uvm: no such file or directory",
)
NODES = Rule(
    id="driver.node-permissions",
    level=Level.WARN,
    title="This user may not use every device file of the driver",
    why="Rootless containers and Remote-SSH sessions run with the user's own rights.",
    source="NVIDIA driver README, NVreg_DeviceFileMode",
    fix=(see("See who may.", "sh", "-c", "ls -l /dev/nvidia*"),),
)
PERSISTENCE = Rule(
    id="driver.no-persistence",
    level=Level.INFO,
    title="The driver unloads while no program uses the GPU",
    why="Every first start then waits seconds for the GPU, and its settings are lost.",
    source="NVIDIA driver persistence documentation",
    consent=Consent.ROUTINE,
)
WITHOUT_DAEMON = (
    root(
        "Keep it loaded until the next reboot; this host lacks the persistence daemon.",
        *("nvidia-smi", "-pm", "1"),
        undo=("nvidia-smi", "-pm", "0"),
    ),
)
