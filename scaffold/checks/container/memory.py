"""Shared memory, which data loaders hand batches over in."""

from collections.abc import Iterator

from scaffold.checks.container.seen import CheckedContainer
from scaffold.checks.host.machine import SHM_FOLDER, SMALL_SHM_MIB
from scaffold.checks.topics import Topic
from scaffold.findings import Finding, Level, Rule, by_hand

SMALL = Rule(
    id="memory.shared-small",
    level=Level.WARN,
    title="Shared memory has Docker's default size",
    why="Data loaders with workers die of a bus error, and NCCL cannot connect processes.",
    source="PyTorch documentation, torch.utils.data and multiprocessing; NCCL user guide, "
    "troubleshooting, shared memory",
    fix=(by_hand('Add "--shm-size=8g" to runArgs in devcontainer.json and rebuild.'),),
)
UNKNOWN = Rule(
    id="memory.unknown",
    level=Level.UNKNOWN,
    title="The size of shared memory could not be seen",
    why="Unknown is no pass.",
    source="the check's own record: df",
    fix=(by_hand(f"Ask inside the container: df -h {SHM_FOLDER}"),),
)


def _size(seen: CheckedContainer) -> Iterator[Finding]:
    size = seen.inside.shm_mib
    if size is None:
        yield UNKNOWN.found(f"the size of {SHM_FOLDER} is not known")
    elif size <= SMALL_SHM_MIB and seen.inside.frameworks:
        yield SMALL.found(f"{SHM_FOLDER} has {size} MiB", f"df {SHM_FOLDER}")


def _summary(seen: CheckedContainer) -> str:
    size, whose = seen.inside.shm_mib, "" if seen.asked.own_memory else ", the host's"
    return f"{size} MiB{whose}"


TOPIC = Topic(
    name="memory",
    title="Shared memory",
    rules=(SMALL, UNKNOWN),
    checks=(_size,),
    summary=_summary,
    needs=("look",),
)
