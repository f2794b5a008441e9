"""Findings about the GPUs that the driver shows."""

from scaffold.checks.host.driver.messages import XID_SOURCE
from scaffold.checks.host.machine import PREREQUISITES
from scaffold.findings import Consent, Interrupts, Level, Rule, Step, by_hand, root, see

RESET_GPU = Step(
    "Reset it while no program uses it; programs on the GPU end.",
    ("nvidia-smi", "--gpu-reset"),
    sudo=True,
    interrupts=Interrupts.GPU_PROGRAMS,
)

TOO_OLD = Rule(
    "gpu.too-old",
    Level.ERROR,
    "The GPU is older than Kepler",
    "Compute capability 3.0 is the least for GPU containers.",
    PREREQUISITES,
    (by_hand("Use a newer card: current frameworks want compute capability 7.5 and more."),),
)
LEGACY = Rule(
    "gpu.legacy",
    Level.INFO,
    "Current CUDA no longer builds for this GPU",
    "It works with older builds of the frameworks; `scaffold init` chooses them.",
    "NVIDIA CUDA toolkit, driver and architecture matrix",
)
NOT_KNOWN = Rule(
    "gpu.not-known",
    Level.UNKNOWN,
    "The GPU is in no table and its compute capability is not known",
    "Which builds have code for it is unknown.",
    "scaffold catalogue gpus",
    (see("Ask the driver.", "nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv"),),
)
IN_ERROR = Rule(
    "gpu.in-error",
    Level.ERROR,
    "A GPU reports an error",
    "nvidia-smi shows ERR! or [GPU requires reset] for a card that fails or waits for a reset.",
    "nvidia-smi manual page",
    (
        RESET_GPU,
        by_hand("Power the machine off and on; if it comes back, the card is broken."),
    ),
)
ECC = Rule(
    "gpu.ecc-errors",
    Level.WARN,
    "A GPU had memory errors that could not be corrected",
    "Programs on it were ended, and its pages are retired at the next reset.",
    "NVIDIA GPU memory error management",
    (RESET_GPU,),
)
MISSING = Rule(
    "gpu.missing",
    Level.ERROR,
    "A GPU is on the bus but the driver does not show it",
    "It fell off the bus or failed to start; the others work.",
    "NVIDIA/open-gpu-kernel-modules#246",
    (see("Read the kernel's messages.", "sh", "-c", "dmesg | grep -E 'NVRM|Xid'", sudo=True),),
)
MIG_EMPTY = Rule(
    "gpu.mig-without-instances",
    Level.ERROR,
    "MIG is on but there are no instances",
    "CUDA sees no device on such a GPU. Instances do not survive a reboot.",
    "NVIDIA cloud-native docs, MIG; NVIDIA/nvidia-container-toolkit#86",
    (
        see("List the sizes that there are.", "nvidia-smi", "mig", "-lgip", sudo=True),
        root("Make an instance, for example half of it.", "nvidia-smi", "mig", "-cgi", "9", "-C"),
        root("Or switch MIG off.", "nvidia-smi", "-mig", "0", undo=("nvidia-smi", "-mig", "1")),
    ),
)
MIG_PENDING = Rule(
    "gpu.mig-pending",
    Level.WARN,
    "A change of MIG waits for a reset",
    "The GPU stays as it was until it is reset while no program uses it.",
    "NVIDIA/k8s-device-plugin#201",
    (RESET_GPU, by_hand("Or restart the machine.")),
)
FABRIC = Rule(
    "gpu.fabric-manager",
    Level.ERROR,
    "The fabric manager does not run",
    "With NVSwitch, CUDA fails with error 802 (system not yet initialized) until it does.",
    "pytorch/pytorch#35710; NVIDIA fabric manager user guide",
    consent=Consent.ROUTINE,
    symptom="CUDA error 802: system not yet initialized",
)
PROHIBITED = Rule(
    "gpu.compute-prohibited",
    Level.ERROR,
    "Computing is forbidden on a GPU",
    "Its compute mode lets no program use CUDA.",
    "nvidia-smi manual page, --compute-mode",
    (root("Allow it again.", "nvidia-smi", "-c", "0", undo=("nvidia-smi", "-c", "2")),),
    consent=Consent.ROUTINE,
    symptom="CUDA error: all CUDA-capable devices are busy or unavailable",
)
EXCLUSIVE = Rule(
    "gpu.exclusive",
    Level.INFO,
    "A GPU takes one process at a time",
    "A second notebook or container on it fails.",
    "nvidia-smi manual page, --compute-mode",
)
BUSY = Rule(
    "gpu.busy",
    Level.WARN,
    "All GPUs are taken",
    "A training run would end with CUDA out of memory.",
    "nvidia-smi, memory.free",
    (see("See who uses them.", "nvidia-smi"),),
)
UNKNOWN = Rule(
    "gpu.unknown",
    Level.UNKNOWN,
    "The GPUs could not be listed",
    "nvidia-smi ran and its output lists no GPU, or cannot be read. Unknown is no pass.",
    "the probe's own record",
    (see("Read its output.", "nvidia-smi"),),
)

PART = Rule(
    "gpu.part-yours",
    Level.INFO,
    "Only some of the machine's GPUs are yours",
    "A scheduler, a container or a device cgroup shares them out; Docker would give all of them.",
    "slurm.schedmd.com/gres.html; kernel documentation, device cgroups",
)
SET_ASIDE = Rule(
    "gpu.set-aside",
    Level.INFO,
    "A GPU is reserved for a virtual machine",
    "vfio-pci holds it; the other GPUs are free for containers.",
    "docs.kernel.org/driver-api/vfio.html",
)
XID = Rule(
    "gpu.xid",
    Level.WARN,
    "The kernel has logged an error of a GPU",
    "The driver reports errors of hardware and firmware by their Xid number.",
    XID_SOURCE,
    (see("Read the kernel's messages.", "sh", "-c", "dmesg | grep -i xid", sudo=True),),
    symptom="NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.",
)
REMAPPING = Rule(
    "gpu.row-remapping-failed",
    Level.WARN,
    "A GPU could not replace a broken row of its memory",
    "Its spare rows are used up; NVIDIA replaces such cards.",
    "docs.nvidia.com/deploy/a100-gpu-mem-error-mgmt",
    (by_hand("Have the card replaced; until then exclude it with --gpus device=…."),),
)
LICENCE = Rule(
    "gpu.vgpu-unlicensed",
    Level.ERROR,
    "The virtual GPU has no licence",
    "nvidia-smi works, and after some minutes CUDA is slowed down and then refused.",
    "docs.nvidia.com/vgpu, licensing user guide; Azure/AKS#4870",
    (
        see("Read why.", "journalctl", "-u", "nvidia-gridd", "-n", "50", "--no-pager", sudo=True),
        by_hand(
            "Put the licence token into /etc/nvidia/ClientConfigToken and restart nvidia-gridd."
        ),
    ),
    symptom="CUDA error: all CUDA-capable devices are busy or unavailable",
)
LICENCE_UNKNOWN = Rule(
    "gpu.vgpu-licence-unknown",
    Level.UNKNOWN,
    "The licence of the virtual GPU is unknown",
    "Without a licence CUDA stops some minutes after the start. Unknown is no pass.",
    "docs.nvidia.com/vgpu, licensing user guide: unlicensed vGPU",
    (see("Read its licence status.", "sh", "-c", "nvidia-smi -q | grep -i licen"),),
)
