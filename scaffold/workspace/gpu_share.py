"""How much of its host's GPUs a container uses."""

from collections.abc import Collection

from scaffold.parsing.gpu_use import GpuUse
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuShare:
    """One container's use of one GPU; `used_mib` is None if the driver does not report it."""

    gpu: str
    index: int | None
    used_mib: int | None
    busy: int | None
    processes: int


def shares(use: GpuUse, pids: Collection[int]) -> tuple[GpuShare, ...]:
    """Use by GPU for the processes of one container. `busy` is that of the whole GPU in %."""
    found = []
    for gpu in use.gpus:
        ours = [one for one in use.processes if one.gpu == gpu.uuid and one.pid in pids]
        sizes = [one.used_mib for one in ours]
        if ours:
            total = None if None in sizes else sum(size for size in sizes if size)
            found.append(
                GpuShare(
                    gpu=gpu.name,
                    index=gpu.index,
                    used_mib=total,
                    busy=gpu.busy,
                    processes=len(ours),
                )
            )
    return tuple(found)
