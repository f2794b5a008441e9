"""What can be said of a framework's own view of the GPU."""

from scaffold.checks.container.gpu_rules import CHECK_HOST
from scaffold.findings import Level, Rule, by_hand, run
from scaffold.project.framework_table import TITLES, listed

NO_PYTHON = Rule(
    "framework.no-python",
    Level.INFO,
    "There is no Python in the container",
    "So no framework could be asked; only nvidia-smi speaks for the GPU.",
    "the check's own record",
)
NONE = Rule(
    "framework.none",
    Level.INFO,
    f"None of {listed(tuple(TITLES.values()))} is installed",
    "So only nvidia-smi speaks for the GPU. Asked was the Python that the summary names.",
    "the check's own record",
)
UNKNOWN = Rule(
    "framework.unknown",
    Level.UNKNOWN,
    "The frameworks could not be asked",
    "Unknown is no pass.",
    "the check's own record",
    (by_hand("Ask inside the container: python -c 'import torch'"),),
)
BROKEN = Rule(
    "framework.broken",
    Level.ERROR,
    "A framework cannot be imported, or fails before it looks for a GPU",
    "Its installation is damaged or mixed with packages that it does not go with.",
    "Python's own message",
    (by_hand("Rebuild the container without cache; the message names the missing part."),),
)
HANGS = Rule(
    "framework.hangs",
    Level.ERROR,
    "A framework hangs",
    "A driver stuck in the kernel, a GPU that fell off the bus, or a disk too slow to load from.",
    "the check's own record: each step has a quarter of the time",
    (
        by_hand("If the disk is slow, give it more time: scaffold verify --timeout 600"),
        CHECK_HOST,
    ),
)
CRASHED = Rule(
    "framework.crashed",
    Level.ERROR,
    "A framework crashes",
    "The process was ended by a signal: libraries that do not go together, or too little memory.",
    "the exit code of Python: 128 and the signal's number",
    (
        by_hand("Look for two CUDA installations: LD_LIBRARY_PATH should be empty with wheels."),
        by_hand("137 is the kernel's or Docker's memory limit."),
    ),
)
CPU_BUILD = Rule(
    "framework.cpu-build",
    Level.ERROR,
    "The framework is a build without CUDA",
    "It can never see a GPU, whatever driver and container are.",
    "torch.version.cuda; pip's jax and tensorflow without their CUDA extras",
)
HIDDEN = Rule(
    "framework.hidden",
    Level.ERROR,
    "CUDA_VISIBLE_DEVICES hides the GPUs",
    "CUDA shows programs only the devices that the variable names.",
    "CUDA C++ Programming Guide, CUDA environment variables",
    (by_hand("Take it out of containerEnv and remoteEnv, or name devices that are there."),),
)
DRIVER_OLD = Rule(
    "framework.driver-too-old",
    Level.ERROR,
    "The driver is too old for the framework's CUDA",
    "A build for CUDA 12 needs driver 525.60.13, one for CUDA 13 needs 580.65.06.",
    "NVIDIA CUDA toolkit release notes, minor version compatibility",
)
FABRIC = Rule(
    "framework.fabric-manager",
    Level.ERROR,
    "The GPUs' NVSwitch is not ready (CUDA error 802)",
    "The host's fabric manager does not run, or is of another version than the driver.",
    "pytorch/pytorch#35710; NVIDIA fabric manager user guide",
    (by_hand("On the host: sudo systemctl enable --now nvidia-fabricmanager"), CHECK_HOST),
)
COMPAT = Rule(
    "framework.forward-compat",
    Level.ERROR,
    "The image's compatibility library hides the driver's (CUDA error 804)",
    "cuda-compat works on data centre cards only, and it comes first in the library path.",
    "NVIDIA/nvidia-container-toolkit#291; NVIDIA/nvidia-docker#1294",
    (
        by_hand("Take /usr/local/cuda/compat out of LD_LIBRARY_PATH, or remove cuda-compat."),
        by_hand("Or update the host's driver."),
    ),
)
NO_UVM = Rule(
    "framework.no-uvm",
    Level.ERROR,
    "CUDA cannot start (unknown error)",
    "Mostly the host's nvidia_uvm module was not loaded when the container began.",
    "NVIDIA/nvidia-docker#396; pytorch/pytorch#49081",
    (
        by_hand("On the host: sudo nvidia-modprobe -u -c=0; then restart the container."),
        CHECK_HOST,
    ),
)
SEES_NONE = Rule(
    "framework.sees-none",
    Level.ERROR,
    "The driver shows a GPU, and the framework finds none",
    "It was built for another CUDA, or the libraries that it needs are not installed.",
    "the framework's own message",
)
FEWER = Rule(
    "framework.fewer",
    Level.WARN,
    "The framework sees fewer GPUs than the driver shows",
    "CUDA_VISIBLE_DEVICES leaves some out, or they are MIG instances, of which a process sees one.",
    "CUDA C++ Programming Guide, CUDA environment variables; pytorch/pytorch#130181",
    (by_hand("One process for each MIG instance, with CUDA_VISIBLE_DEVICES=MIG-…, or leave it."),),
)
NO_KERNEL = Rule(
    "framework.no-kernel",
    Level.ERROR,
    "The framework's build has no code for this card",
    "A wheel holds binary code for certain compute capabilities only, and fails at the first sum.",
    "pytorch/pytorch#150733, #157517; CUDA C++ Programming Guide, binary compatibility",
)
PTX = Rule(
    "framework.compiles-first",
    Level.INFO,
    "The build holds no binary code for this card, only PTX",
    "The driver compiles it at the first use, which takes minutes and is then kept in a cache.",
    "CUDA C++ Programming Guide, just-in-time compilation",
)
OUT_OF_MEMORY = Rule(
    "framework.out-of-memory",
    Level.WARN,
    "The GPU has no memory left for even a small product",
    "Another program holds it: on the host, or in another container.",
    "CUDA error 2, out of memory",
    (run("See who uses it, on the host.", "nvidia-smi"),),
)
FAILED = Rule(
    "framework.failed",
    Level.ERROR,
    "A product on the GPU fails",
    "The message is the framework's own.",
    "the framework's own message",
    (CHECK_HOST,),
)
WRONG = Rule(
    "framework.wrong-product",
    Level.ERROR,
    "The GPU computes something else than the CPU",
    "Whole numbers this small have one product: the card or its memory is broken.",
    "IEEE 754: sums of whole numbers below 2^24 are exact in single precision",
    (
        by_hand("Do not train on it. Look for Xid messages and ECC errors on the host."),
        run("See the card's error counters, on the host.", "nvidia-smi", "-q", "-d", "ECC"),
    ),
)
