"""Which GPUs are free, by one probe of a host: a snapshot and no reservation."""

import re

from scaffold.errors import InputError
from scaffold.facts import Gpu, HostFacts

FREE = re.compile(r"free(?::([1-9][0-9]{0,3}))?")
"""`free` is one GPU, `free:2` two."""

IDLE_PERCENT = 5
"""A desktop or a monitoring agent keeps a card a little busy."""


def chosen(text: str, host: HostFacts) -> str:
    """The GPU request that `free` or `free:N` stands for now; any other text as it is.

    Raises InputError if the GPUs are unknown, or fewer.
    """
    match = FREE.fullmatch(text)
    if not match:
        return text
    count, gpus = int(match[1] or 1), _whole_gpus(host)
    if len(gpus) < count:
        known = f"{len(gpus)} known" if gpus else host.gpu_error or "none known"
        raise InputError(
            f"--gpus {text}: the GPUs of {host.name} are {known}",
            hint="--gpus all, or name them: --gpus device=0",
        )
    return "device=" + ",".join(str(gpu.index) for gpu in freest(gpus)[:count])


def freest(gpus: tuple[Gpu, ...]) -> tuple[Gpu, ...]:
    """The GPUs, unused ones first, among them those with the most free memory."""
    return tuple(sorted(gpus, key=lambda gpu: (in_use(gpu), -(gpu.memory_free_mib or 0))))


def in_use(gpu: Gpu) -> bool:
    """Whether programs compute on it, judged by one probe."""
    return bool(gpu.processes) or (gpu.utilization_percent or 0) > IDLE_PERCENT


def _whole_gpus(host: HostFacts) -> tuple[Gpu, ...]:
    """Those that a request by index reaches; one in MIG mode is asked for by its slices."""
    return tuple(gpu for gpu in host.gpus or () if gpu.index is not None and not gpu.mig_enabled)


def usage(gpu: Gpu) -> tuple[str, str, str]:
    """Memory used, utilisation and programs of a GPU, or that they are unknown."""
    total, free = gpu.memory_mib, gpu.memory_free_mib
    known = total is not None and free is not None
    memory = f"{total - free} of {total} MiB used" if known else "memory unknown"  # type: ignore[operator]
    busy = gpu.utilization_percent
    load = "load unknown" if busy is None else f"{busy} % busy"
    count = gpu.processes
    programs = "programs unknown" if count is None else f"{count} programs"
    return memory, load, programs
