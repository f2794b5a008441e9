"""Several GPUs together: an all-reduce through NCCL, one process each, as training does it."""

from collections.abc import Iterator

from scaffold.checks.container.seen import CheckedContainer
from scaffold.checks.topics import Topic
from scaffold.facts.inside import FrameworkFacts
from scaffold.findings import Finding, Level, Rule, by_hand

GUIDE = "NCCL user guide, troubleshooting"

SHARED_MEMORY = Rule(
    id="nccl.shared-memory",
    level=Level.ERROR,
    title="NCCL has too little shared memory",
    why="Processes on one machine meet in /dev/shm, of which Docker gives 64 MiB.",
    source=f"{GUIDE}, shared memory",
    fix=(
        by_hand('Add "--shm-size=8g" or "--ipc=host" to runArgs in devcontainer.json and rebuild.'),
    ),
)
HANGS = Rule(
    id="nccl.hangs",
    level=Level.ERROR,
    title="An all-reduce between the GPUs hangs",
    why="Mostly peer-to-peer copies that the PCI bus does not carry: IOMMU or ACS is on, as in "
    "virtual machines.",
    source=f"{GUIDE}, PCI Access Control Services",
    fix=(
        by_hand("Try it with NCCL_P2P_DISABLE=1; if that works, switch ACS or the IOMMU off."),
        by_hand("Ask the host: nvidia-smi topo -m"),
    ),
)
WRONG = Rule(
    id="nccl.wrong-sum",
    level=Level.ERROR,
    title="An all-reduce between the GPUs gives wrong sums",
    why="Peer-to-peer copies that an IOMMU or ACS redirects arrive damaged.",
    source=f"{GUIDE}, PCI Access Control Services",
    fix=(by_hand("Set NCCL_P2P_DISABLE=1 in containerEnv, or switch ACS and the IOMMU off."),),
)
FAILED = Rule(
    id="nccl.failed",
    level=Level.ERROR,
    title="An all-reduce between the GPUs fails",
    why="The message is NCCL's own; NCCL_DEBUG=INFO says more.",
    source=GUIDE,
    fix=(by_hand("Run your training once with NCCL_DEBUG=INFO, and read the first warning."),),
)

SHARED = ("shared memory", "/dev/shm", "No space left on device")  # noqa: S108 (a message)


def _reduced(seen: CheckedContainer) -> Iterator[Finding]:
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


def _several(seen: CheckedContainer) -> FrameworkFacts | None:
    """PyTorch, if it sees several GPUs: only its NCCL is tested."""
    found = (one for one in seen.inside.frameworks or () if one.module == "torch")
    return next((one for one in found if (one.count or 0) > 1), None)


def _summary(seen: CheckedContainer) -> str:
    torch = _several(seen)
    if torch is None:
        return "not tried: fewer than two GPUs, or no PyTorch"
    done = torch.reduced is not None and torch.reduced.right
    return f"all-reduce over {torch.count} GPUs" + ("" if done else " is not right")


TOPIC = Topic(
    name="nccl",
    title="Between GPUs",
    rules=(SHARED_MEMORY, HANGS, WRONG, FAILED),
    checks=(_reduced,),
    summary=_summary,
    needs=("look", "gpu", "framework"),
)
