"""Findings about the GPUs that the driver shows."""

from scaffold.checks.host.driver.messages import XID_SOURCE
from scaffold.checks.host.machine import PREREQUISITES
from scaffold.findings import Consent, Interrupts, Level, Rule, Step, by_hand, root, see

RESET_GPU = Step(
    why="Reset it while no program uses it; programs on the GPU end.",
    argv=("nvidia-smi", "--gpu-reset"),
    sudo=True,
    interrupts=Interrupts.GPU_PROGRAMS,
)

TOO_OLD = Rule(
    id="gpu.too-old",
    level=Level.ERROR,
    title="The GPU is older than Kepler",
    why="Compute capability 3.0 is the least for GPU containers.",
    source=PREREQUISITES,
    fix=(by_hand("Use a newer card: current frameworks want compute capability 7.5 and more."),),
)
LEGACY = Rule(
    id="gpu.legacy",
    level=Level.INFO,
    title="Current CUDA no longer builds for this GPU",
    why="It works with older builds of the frameworks; `scaffold init` chooses them.",
    source="NVIDIA CUDA toolkit, driver and architecture matrix",
)
NOT_KNOWN = Rule(
    id="gpu.not-known",
    level=Level.UNKNOWN,
    title="The GPU is in no table and its compute capability is not known",
    why="Which builds have code for it is unknown.",
    source="scaffold catalogue gpus",
    fix=(see("Ask the driver.", "nvidia-smi", "--query-gpu=name,compute_cap", "--format=csv"),),
)
IN_ERROR = Rule(
    id="gpu.in-error",
    level=Level.ERROR,
    title="A GPU reports an error",
    why="nvidia-smi shows ERR! or [GPU requires reset] for a card that fails or waits for a reset.",
    source="nvidia-smi manual page",
    fix=(
        RESET_GPU,
        by_hand("Power the machine off and on; if it comes back, the card is broken."),
    ),
)
ECC = Rule(
    id="gpu.ecc-errors",
    level=Level.WARN,
    title="A GPU had memory errors that could not be corrected",
    why="Programs on it were ended, and its pages are retired at the next reset.",
    source="NVIDIA GPU memory error management",
    fix=(RESET_GPU,),
)
MISSING = Rule(
    id="gpu.missing",
    level=Level.ERROR,
    title="A GPU is on the bus but the driver does not show it",
    why="It fell off the bus or failed to start; the others work.",
    source="NVIDIA/open-gpu-kernel-modules#246",
    fix=(see("Read the kernel's messages.", "sh", "-c", "dmesg | grep -E 'NVRM|Xid'", sudo=True),),
)
MIG_EMPTY = Rule(
    id="gpu.mig-without-instances",
    level=Level.ERROR,
    title="MIG is on but has no instances",
    why="CUDA sees no device on such a GPU. Instances do not survive a reboot.",
    source="NVIDIA cloud-native docs, MIG; NVIDIA/nvidia-container-toolkit#86",
    fix=(
        see("List the available sizes.", "nvidia-smi", "mig", "-lgip", sudo=True),
        root("Make an instance, for example half of it.", "nvidia-smi", "mig", "-cgi", "9", "-C"),
        root("Or switch MIG off.", "nvidia-smi", "-mig", "0", undo=("nvidia-smi", "-mig", "1")),
    ),
)
MIG_PENDING = Rule(
    id="gpu.mig-pending",
    level=Level.WARN,
    title="A change of MIG waits for a reset",
    why="The GPU stays as it was until it is reset while no program uses it.",
    source="NVIDIA/k8s-device-plugin#201",
    fix=(RESET_GPU, by_hand("Or restart the machine.")),
)
FABRIC = Rule(
    id="gpu.fabric-manager",
    level=Level.ERROR,
    title="The fabric manager does not run",
    why="With NVSwitch, CUDA fails with error 802 (system not yet initialized) until it does.",
    source="pytorch/pytorch#35710; NVIDIA/gpu-operator#544; NVIDIA fabric manager user guide",
    consent=Consent.ROUTINE,
    symptom="CUDA error 802: system not yet initialized; fabric manager NVIDIA GPU driver "
    "interface version 550.127.05 don't match with driver version 550.120",
)
PROHIBITED = Rule(
    id="gpu.compute-prohibited",
    level=Level.ERROR,
    title="Computing is forbidden on a GPU",
    why="Its compute mode lets no program use CUDA.",
    source="nvidia-smi manual page, --compute-mode",
    fix=(root("Allow it again.", "nvidia-smi", "-c", "0", undo=("nvidia-smi", "-c", "2")),),
    consent=Consent.ROUTINE,
    symptom="CUDA error: all CUDA-capable devices are busy or unavailable",
)
EXCLUSIVE = Rule(
    id="gpu.exclusive",
    level=Level.INFO,
    title="A GPU takes one process at a time",
    why="A second notebook or container on it fails.",
    source="nvidia-smi manual page, --compute-mode",
)
BUSY = Rule(
    id="gpu.busy",
    level=Level.WARN,
    title="All GPUs are taken",
    why="A training run would end with CUDA out of memory.",
    source="nvidia-smi, memory.free",
    fix=(see("See who uses them.", "nvidia-smi"),),
)
UNKNOWN = Rule(
    id="gpu.unknown",
    level=Level.UNKNOWN,
    title="The GPUs could not be listed",
    why="nvidia-smi ran and its output lists no GPU, or cannot be read. Unknown is no pass.",
    source="the probe's own record",
    fix=(see("Read its output.", "nvidia-smi"),),
)

PART = Rule(
    id="gpu.part-yours",
    level=Level.INFO,
    title="Only some of the machine's GPUs are yours",
    why="A scheduler, a container or a device cgroup shares them out; Docker would give all of "
    "them.",
    source="slurm.schedmd.com/gres.html; kernel documentation, device cgroups",
)
SET_ASIDE = Rule(
    id="gpu.set-aside",
    level=Level.INFO,
    title="A GPU is reserved for a virtual machine",
    why="vfio-pci holds it; the other GPUs are free for containers.",
    source="docs.kernel.org/driver-api/vfio.html",
)
XID = Rule(
    id="gpu.xid",
    level=Level.WARN,
    title="The kernel has logged an error of a GPU",
    why="The driver reports errors of hardware and firmware by their Xid number.",
    source=XID_SOURCE,
    fix=(see("Read the kernel's messages.", "sh", "-c", "dmesg | grep -i xid", sudo=True),),
    symptom="NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.",
)
REMAPPING = Rule(
    id="gpu.row-remapping-failed",
    level=Level.WARN,
    title="A GPU could not replace a broken row of its memory",
    why="Its spare rows are used up; NVIDIA replaces such cards.",
    source="docs.nvidia.com/deploy/a100-gpu-mem-error-mgmt",
    fix=(by_hand("Have the card replaced; until then exclude it with --gpus device=…."),),
)
VGPU_HOST = Rule(
    id="gpu.vgpu-host",
    level=Level.ERROR,
    title="The driver is that of a host of virtual GPUs",
    why="The vGPU manager shares the card among virtual machines and has no CUDA itself.",
    source="DualCoder/vgpu_unlock#51; docs.nvidia.com/vgpu, virtual GPU manager",
    fix=(
        by_hand("Run containers in a virtual machine that has a virtual GPU of this card."),
        by_hand("Or replace the vGPU manager by NVIDIA's usual driver, and reboot."),
    ),
    symptom="CUDA Version: N/A; CUDA error 100: no CUDA-capable device is detected",
)
LICENCE = Rule(
    id="gpu.vgpu-unlicensed",
    level=Level.ERROR,
    title="The virtual GPU has no licence",
    why="nvidia-smi works, and after some minutes CUDA is slowed down and then refused.",
    source="docs.nvidia.com/vgpu, licensing user guide; Azure/AKS#4870",
    fix=(
        see("Read why.", "journalctl", "-u", "nvidia-gridd", "-n", "50", "--no-pager", sudo=True),
        by_hand(
            "Put the licence token into /etc/nvidia/ClientConfigToken and restart nvidia-gridd."
        ),
    ),
    symptom="CUDA error: all CUDA-capable devices are busy or unavailable",
)
LICENCE_UNKNOWN = Rule(
    id="gpu.vgpu-licence-unknown",
    level=Level.UNKNOWN,
    title="The licence of the virtual GPU is unknown",
    why="Without a licence CUDA stops some minutes after the start. Unknown is no pass.",
    source="docs.nvidia.com/vgpu, licensing user guide: unlicensed vGPU",
    fix=(see("Read its licence status.", "sh", "-c", "nvidia-smi -q | grep -i licen"),),
)
CONFIDENTIAL = Rule(
    id="gpu.confidential-not-ready",
    level=Level.ERROR,
    title="A GPU with confidential computing is not set ready",
    why="nvidia-smi lists it, and CUDA refuses every program until the ready state is set.",
    source="NVIDIA/nvtrust#37, #56; NVIDIA confidential computing deployment guide",
    fix=(
        by_hand("Attest the GPUs first, if you rely on it: NVIDIA/nvtrust, local GPU verifier."),
        root(
            "Set them ready; a reboot takes the state back.",
            *("nvidia-smi", "conf-compute", "-srs", "1"),
            undo=("nvidia-smi", "conf-compute", "-srs", "0"),
        ),
    ),
    consent=Consent.OWN_CHOICE,
    symptom="CUDA error 802: system not yet initialized",
)
