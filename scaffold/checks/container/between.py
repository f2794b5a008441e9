"""Several GPUs together: an all-reduce through NCCL, one process each, as training does it."""

from collections.abc import Iterator

from scaffold.checks.container.seen import ContainerState
from scaffold.checks.topics import Topic
from scaffold.facts.inside import FrameworkFacts
from scaffold.findings import Finding, Level, Rule, by_hand

GUIDE = "NCCL user guide, troubleshooting"

SHARED_MEMORY = Rule(
    "nccl.shared-memory",
    Level.ERROR,
    "NCCL has too little shared memory",
    "Processes on one machine meet in /dev/shm, of which Docker gives 64 MiB.",
    f"{GUIDE}, shared memory",
    (by_hand('Add "--shm-size=8g" or "--ipc=host" to runArgs in devcontainer.json and rebuild.'),),
)
HANGS = Rule(
    "nccl.hangs",
    Level.ERROR,
    "An all-reduce between the GPUs hangs",
    "Mostly peer-to-peer copies that the PCI bus does not carry: IOMMU or ACS is on, as in "
    "virtual machines.",
    f"{GUIDE}, PCI Access Control Services",
    (
        by_hand("Try it with NCCL_P2P_DISABLE=1; if that works, switch ACS or the IOMMU off."),
        by_hand("Ask the host: nvidia-smi topo -m"),
    ),
)
WRONG = Rule(
    "nccl.wrong-sum",
    Level.ERROR,
    "An all-reduce between the GPUs gives wrong sums",
    "Peer-to-peer copies that an IOMMU or ACS redirects arrive damaged.",
    f"{GUIDE}, PCI Access Control Services",
    (by_hand("Set NCCL_P2P_DISABLE=1 in containerEnv, or switch ACS and the IOMMU off."),),
)
FAILED = Rule(
    "nccl.failed",
    Level.ERROR,
    "An all-reduce between the GPUs fails",
    "The message is NCCL's own; NCCL_DEBUG=INFO says more.",
    GUIDE,
    (by_hand("Run your training once with NCCL_DEBUG=INFO, and look at the first warning."),),
)

SHARED = ("shared memory", "/dev/shm", "No space left on device")  # noqa: S108 (a message)


def _reduced(seen: ContainerState) -> Iterator[Finding]:
    torch = _several(seen)
    if torch is None or torch.reduced is None or torch.reduced.right:
        return
    said = torch.reduced.error
    if torch.reduced.right is False:
        yield WRONG.found(f"the sums over {torch.count} GPUs are wrong")
    elif said == "hangs":
        yield HANGS.found(f"{torch.count} processes, one for each GPU, do not come together")
    else:
        rule = SHARED_MEMORY if any(text in said for text in SHARED) else FAILED
        yield rule.found(said)


def _several(seen: ContainerState) -> FrameworkFacts | None:
    """PyTorch, where it sees several GPUs: only its NCCL is tried."""
    found = (one for one in seen.inside.frameworks or () if one.module == "torch")
    return next((one for one in found if (one.count or 0) > 1), None)


def _summary(seen: ContainerState) -> str:
    torch = _several(seen)
    if torch is None:
        return "not tried: fewer than two GPUs, or no PyTorch"
    done = torch.reduced is not None and torch.reduced.right
    return f"all-reduce over {torch.count} GPUs" + ("" if done else " is not right")


TOPIC = Topic(
    "nccl",
    "Between GPUs",
    (SHARED_MEMORY, HANGS, WRONG, FAILED),
    (_reduced,),
    _summary,
    ("look", "gpu", "framework"),
)
