"""What nvidia-smi says of who uses the GPUs just now."""

from collections.abc import Iterator

from scaffold.parsing.untrusted.numbers import whole
from scaffold.records import dataclass

SCRIPT = """\
gpu=uuid,index,name,utilization.gpu,memory.used,memory.total
nvidia-smi --query-gpu=$gpu --format=csv,noheader,nounits 2>/dev/null | sed 's/^/@NONCE@ gpu, /'
app=pid,gpu_uuid,used_memory
nvidia-smi --query-compute-apps=$app --format=csv,noheader,nounits 2>/dev/null |
  sed 's/^/@NONCE@ app, /'
command -v nvidia-smi >/dev/null && echo '@NONCE@ looked' || echo '@NONCE@ none'
"""
"""POSIX sh. Fields: `nvidia-smi --help-query-gpu` and `--help-query-compute-apps`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuLoad:
    """One GPU: `busy` in percent, memory in MiB; None if the driver does not tell."""

    uuid: str
    index: int | None
    name: str
    busy: int | None
    used_mib: int | None
    total_mib: int | None


@dataclass(frozen=True, slots=True)
class GpuProcess:
    """One process on a GPU, by its number on the host; memory in MiB."""

    pid: int
    gpu: str
    used_mib: int | None


@dataclass(frozen=True, slots=True)
class GpuUse:
    """All GPUs of a host and what computes on them."""

    gpus: tuple[GpuLoad, ...] = ()
    processes: tuple[GpuProcess, ...] = ()


def read_gpu_use(text: str, nonce: str) -> GpuUse | None:
    """Read what SCRIPT printed; None if it did not come to its end, or nvidia-smi failed. A host
    without nvidia-smi has no GPUs in use.
    """
    lines = [line.strip().removeprefix(f"{nonce} ") for line in text.splitlines() if nonce in line]
    if "none" in lines:
        return GpuUse()
    gpus = tuple(_gpus(lines))
    return GpuUse(gpus, tuple(_processes(lines))) if "looked" in lines and gpus else None


def _rows(lines: list[str], kind: str, columns: int) -> Iterator[list[str]]:
    for line in lines:
        cells = [cell.strip() for cell in line.split(",")]
        if cells[0] == kind and len(cells) == columns + 1:
            yield cells[1:]


def _gpus(lines: list[str]) -> Iterator[GpuLoad]:
    for uuid, index, name, busy, used, total in _rows(lines, "gpu", 6):
        yield GpuLoad(
            uuid=uuid,
            index=whole(index),
            name=name,
            busy=whole(busy),
            used_mib=whole(used),
            total_mib=whole(total),
        )


def _processes(lines: list[str]) -> Iterator[GpuProcess]:
    for pid, gpu, used in _rows(lines, "app", 3):
        number = whole(pid)
        if number is not None:
            yield GpuProcess(number, gpu, whole(used))
