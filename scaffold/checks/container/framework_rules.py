"""Findings about what a framework sees of the GPU."""

from scaffold.checks.container.gpu_rules import CHECK_HOST
from scaffold.findings import Level, Rule, by_hand, run
from scaffold.project.framework_table import TITLES, listed

NO_PYTHON = Rule(
    id="framework.no-python",
    level=Level.INFO,
    title="The container has no Python",
    why="No framework could be tested, so only nvidia-smi shows that the GPU works.",
    source="the check's own record",
)
NONE = Rule(
    id="framework.none",
    level=Level.INFO,
    title=f"None of {listed(tuple(TITLES.values()))} is installed",
    why="Only nvidia-smi shows that the GPU works. The summary names the Python that was tested.",
    source="the check's own record",
)
UNKNOWN = Rule(
    id="framework.unknown",
    level=Level.UNKNOWN,
    title="The frameworks could not be asked",
    why="Unknown is no pass.",
    source="the check's own record",
    fix=(by_hand("Ask inside the container: python -c 'import torch'"),),
)
BROKEN = Rule(
    id="framework.broken",
    level=Level.ERROR,
    title="A framework cannot be imported, or fails before it searches for a GPU",
    why="Its installation is damaged or mixed with packages that it does not go with.",
    source="Python's own message",
    fix=(by_hand("Rebuild the container without cache; the message names the missing part."),),
)
HANGS = Rule(
    id="framework.hangs",
    level=Level.ERROR,
    title="A framework hangs",
    why="A driver stuck in the kernel, a GPU that fell off the bus, or a disk too slow to load "
    "from.",
    source="the check's own record: each step has a quarter of the time",
    fix=(
        by_hand("If the disk is slow, give it more time: scaffold verify --timeout 600"),
        CHECK_HOST,
    ),
)
CRASHED = Rule(
    id="framework.crashed",
    level=Level.ERROR,
    title="A framework crashes",
    why="The process was ended by a signal: libraries that do not go together, or too little "
    "memory.",
    source="the exit code of Python: 128 and the signal's number",
    fix=(
        by_hand("Look for two CUDA installations: LD_LIBRARY_PATH should be empty with wheels."),
        by_hand("137 is the kernel's or Docker's memory limit."),
    ),
)
CPU_BUILD = Rule(
    id="framework.cpu-build",
    level=Level.ERROR,
    title="The framework is a build without CUDA",
    why="It can never see a GPU, whatever driver and container are.",
    source="torch.version.cuda; pip's jax and tensorflow without their CUDA extras",
)
HIDDEN = Rule(
    id="framework.hidden",
    level=Level.ERROR,
    title="CUDA_VISIBLE_DEVICES hides the GPUs",
    why="CUDA shows programs only the devices that the variable names.",
    source="CUDA C++ Programming Guide, CUDA environment variables",
    fix=(by_hand("Remove it from containerEnv and remoteEnv, or name devices that exist."),),
)
DRIVER_OLD = Rule(
    id="framework.driver-too-old",
    level=Level.ERROR,
    title="The driver is too old for the framework's CUDA",
    why="A build for CUDA 12 needs driver 525.60.13, one for CUDA 13 needs 580.65.06.",
    source="NVIDIA CUDA toolkit release notes, minor version compatibility",
)
FABRIC = Rule(
    id="framework.fabric-manager",
    level=Level.ERROR,
    title="The GPUs' NVSwitch is not ready (CUDA error 802)",
    why="The host's fabric manager does not run, or is of another version than the driver.",
    source="pytorch/pytorch#35710; NVIDIA fabric manager user guide",
    fix=(by_hand("On the host: sudo systemctl enable --now nvidia-fabricmanager"), CHECK_HOST),
)
COMPAT = Rule(
    id="framework.forward-compat",
    level=Level.ERROR,
    title="The image's compatibility library hides the driver's (CUDA error 804)",
    why="cuda-compat works on data centre cards only, and it comes first in the library path.",
    source="NVIDIA/nvidia-container-toolkit#291; NVIDIA/nvidia-docker#1294",
    fix=(
        by_hand("Take /usr/local/cuda/compat out of LD_LIBRARY_PATH, or remove cuda-compat."),
        by_hand("Or update the host's driver."),
    ),
)
NO_UVM = Rule(
    id="framework.no-uvm",
    level=Level.ERROR,
    title="CUDA cannot start (unknown error)",
    why="Mostly the host's nvidia_uvm module was not loaded when the container began.",
    source="NVIDIA/nvidia-docker#396; pytorch/pytorch#49081",
    fix=(
        by_hand("On the host: sudo nvidia-modprobe -u -c=0; then restart the container."),
        CHECK_HOST,
    ),
)
SEES_NONE = Rule(
    id="framework.sees-none",
    level=Level.ERROR,
    title="The driver shows a GPU, and the framework finds none",
    why="It was built for another CUDA, or the libraries that it needs are not installed.",
    source="the framework's own message",
)
FEWER = Rule(
    id="framework.fewer",
    level=Level.WARN,
    title="The framework sees fewer GPUs than the driver shows",
    why="CUDA_VISIBLE_DEVICES leaves some out, or they are MIG instances, of which a process sees "
    "one.",
    source="CUDA C++ Programming Guide, CUDA environment variables; pytorch/pytorch#130181",
    fix=(
        by_hand("One process for each MIG instance, with CUDA_VISIBLE_DEVICES=MIG-…, or leave it."),
    ),
)
NO_KERNEL = Rule(
    id="framework.no-kernel",
    level=Level.ERROR,
    title="The framework's build has no code for this card",
    why="A wheel holds binary code for certain compute capabilities only, and fails at the first "
    "sum.",
    source="pytorch/pytorch#150733, #157517; CUDA C++ Programming Guide, binary compatibility",
)
PTX = Rule(
    id="framework.compiles-first",
    level=Level.INFO,
    title="The build holds no binary code for this card, only PTX",
    why="The driver compiles it at the first use, which takes minutes and is then kept in a cache.",
    source="CUDA C++ Programming Guide, just-in-time compilation",
)
OUT_OF_MEMORY = Rule(
    id="framework.out-of-memory",
    level=Level.WARN,
    title="The GPU has no memory left for even a small product",
    why="Another program holds it: on the host, or in another container.",
    source="CUDA error 2, out of memory",
    fix=(run("See who uses it, on the host.", "nvidia-smi"),),
)
FAILED = Rule(
    id="framework.failed",
    level=Level.ERROR,
    title="A product on the GPU fails",
    why="The message is the framework's own.",
    source="the framework's own message",
    fix=(CHECK_HOST,),
)
WRONG = Rule(
    id="framework.wrong-product",
    level=Level.ERROR,
    title="The GPU computes something else than the CPU",
    why="Whole numbers this small have one product: the card or its memory is broken.",
    source="IEEE 754: sums of whole numbers below 2^24 are exact in single precision",
    fix=(
        by_hand("Do not train on it. Look for Xid messages and ECC errors on the host."),
        run("See the card's error counters, on the host.", "nvidia-smi", "-q", "-d", "ECC"),
    ),
)
