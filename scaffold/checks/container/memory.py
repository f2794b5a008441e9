"""Shared memory, which data loaders hand batches over in."""

from collections.abc import Iterator

from scaffold.checks.container.seen import ContainerState
from scaffold.checks.host.machine import SHM_FOLDER, SMALL_SHM_MIB
from scaffold.checks.topics import Topic
from scaffold.findings import Finding, Level, Rule, by_hand

SMALL = Rule(
    "memory.shared-small",
    Level.WARN,
    "Shared memory has Docker's default size",
    "Data loaders with workers die of a bus error, and NCCL cannot connect processes.",
    "PyTorch documentation, torch.utils.data and multiprocessing; NCCL user guide, "
    "troubleshooting, shared memory",
    (by_hand('Add "--shm-size=8g" to runArgs in devcontainer.json and rebuild.'),),
)
UNKNOWN = Rule(
    "memory.unknown",
    Level.UNKNOWN,
    "The size of shared memory could not be seen",
    "Unknown is no pass.",
    "the check's own record: df",
    (by_hand(f"Ask inside the container: df -h {SHM_FOLDER}"),),
)


def _size(seen: ContainerState) -> Iterator[Finding]:
    size = seen.inside.shm_mib
    if size is None:
        yield UNKNOWN.found(f"the size of {SHM_FOLDER} is not known")
    elif size <= SMALL_SHM_MIB and seen.inside.frameworks:
        yield SMALL.found(f"{SHM_FOLDER} has {size} MiB", f"df {SHM_FOLDER}")


def _summary(seen: ContainerState) -> str:
    size, whose = seen.inside.shm_mib, "" if seen.asked.own_memory else ", the host's"
    return f"{size} MiB{whose}"


TOPIC = Topic("memory", "Shared memory", (SMALL, UNKNOWN), (_size,), _summary, ("look",))
