"""What `nvidia-smi` prints: the table's header, CSV queries, `-L`, `-q`, and its complaints.

Formats come from the samples in tests/parsing/nvidia_smi; the man page guarantees none.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from scaffold.facts import Gpu, Smi
from scaffold.parsing.untrusted.numbers import whole

# R610 renamed "Driver Version" to "KMD Version" and "CUDA Version" to "CUDA UMD Version".
_DRIVER = re.compile(r"(?:Driver|KMD) Version:\s*([0-9]+(?:\.[0-9]+)+)")
_CUDA = re.compile(r"CUDA(?:\s+UMD)?\s+Version:\s*([0-9]+\.[0-9]+)")
_PROGRAM = re.compile(r"NVIDIA-SMI\s+([0-9]+(?:\.[0-9]+)+)")
_LIBRARY = re.compile(r"NVML library version:\s*([0-9]+(?:\.[0-9]+)+)")
_GPU_LINE = re.compile(r"GPU (\d+): (.*?) \(UUID: (GPU-[^)\s]+)\)")
_MIG_LINE = re.compile(r"\(UUID:\s*(MIG-[^)\s]+)\)")
_TABLE_ROW = re.compile(r"\|\s+(\d+)\s+(\S.*?)\s+(?:On|Off|N/A)\s+\|")
_MIG_CELL = re.compile(r"\|\s+(Enabled|Disabled)(\*?)\s*\|\s*$")
_MEMORY = re.compile(r"(\d+)\s*MiB\s*/\s*(\d+)\s*MiB")


_COMPLAINS = re.compile(
    r"warning|error|fail|unable|couldn't|could not|no devices|not found|blocked|lost|reset|denied"
    r"|insufficient|mismatch|unsupported|not supported",
    re.IGNORECASE,
)
_HARMLESS = {
    *("N/A", "Not Supported", "Not Active", "Not Found", "None"),
    *("Requested functionality has been deprecated", "Insufficient Permissions"),
}
"""What a driver prints in brackets for a value that a card does not have, or not for this user."""


def read_smi(text: str, code: int | None) -> Smi:
    """Result of the plain call; `code` None means that it hung."""
    program, library = _PROGRAM.search(text), _LIBRARY.search(text)
    return Smi(
        code=code,
        said=complaint(text, strict=code == 0),
        version=program[1] if program else None,
        library_version=library[1] if library else None,
    )


def complaint(text: str, *, strict: bool = False) -> str:
    """The first line that complains; unless `strict`, else the first that is not empty.

    Rows of the table count for neither: `Volatile Uncorr. ECC` is no complaint.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    words = [line for line in lines if not line.startswith(("|", "+"))]
    first = "" if strict else (lines or [""])[0]
    return next((line for line in words if _COMPLAINS.search(line)), first)


def header_versions(text: str) -> tuple[str | None, str | None]:
    """Driver version and CUDA release of the table's title, None if it names none."""
    driver, cuda = _DRIVER.search(text), _CUDA.search(text)
    return driver[1] if driver else None, cuda[1] if cuda else None


def read_query(text: str) -> tuple[Gpu, ...] | None:
    """GPUs of the last CSV query that has a header; None if every query failed."""
    rows = [[cell.strip() for cell in row] for row in csv.reader(_csv_lines(text))]
    starts = [index for index, row in enumerate(rows) if "name" in row]
    if not starts:
        return None
    names = [cell.partition(" [")[0] for cell in rows[starts[-1]]]
    cells = [dict(zip(names, row, strict=False)) for row in rows[starts[-1] + 1 :]]
    return tuple(_gpu(row) for row in cells if len(row) == len(names))


def _csv_lines(text: str) -> list[str]:
    # A NUL ends the csv module's patience before Python 3.13.
    return [line.replace("\0", "") for line in text.splitlines() if '"' not in line]


def _gpu(row: Mapping[str, str]) -> Gpu:
    capability = row.get("compute_cap", "")
    error = next((cell for cell in row.values() if _is_error(cell)), "")
    uuid, pci = row.get("uuid", ""), row.get("pci.bus_id", "")
    return Gpu(
        name=row["name"],
        index=whole(row.get("index", "")),
        uuid=uuid if uuid.startswith("GPU-") else None,
        compute_capability=capability if re.fullmatch(r"[0-9]+\.[0-9]+", capability) else None,
        memory_mib=whole(row.get("memory.total", "").removesuffix(" MiB")),
        memory_free_mib=whole(row.get("memory.free", "").removesuffix(" MiB")),
        mig_enabled=_switch(row.get("mig.mode.current", "")),
        mig_pending=_switch(row.get("mig.mode.pending", "")),
        pci_address=pci.lower() if ":" in pci else None,
        persistence=_switch(row.get("persistence_mode", "")),
        compute_mode=row.get("compute_mode") or None,
        ecc_enabled=_switch(row.get("ecc.mode.current", "")),
        ecc_uncorrected=whole(row.get("ecc.errors.uncorrected.volatile.total", "")),
        utilization_percent=whole(row.get("utilization.gpu", "").removesuffix(" %")),
        cell_error=bool(error),
        cell_message=error,
    )


def _is_error(cell: str) -> bool:
    """`ERR!`, or brackets around anything but a value that the card does not have."""
    inner = cell[1:-1] if cell.startswith("[") and cell.endswith("]") else None
    return "ERR!" in cell or "Unknown Error" in cell or bool(inner and inner not in _HARMLESS)


def _switch(text: str) -> bool | None:
    return {"Enabled": True, "Disabled": False}.get(text)


def read_table(text: str) -> tuple[Gpu, ...]:
    """GPUs of the plain table, whose names may be cut, for drivers that refuse a query."""
    gpus: list[Gpu] = []
    for line in text.splitlines():
        if "Processes:" in line or "MIG devices:" in line:
            break
        if row := _TABLE_ROW.match(line):
            gpus.append(Gpu(name=row[2], index=whole(row[1])))
        elif gpus:
            gpus[-1] = _second_line(gpus[-1], line)
    return tuple(gpus)


def _second_line(gpu: Gpu, line: str) -> Gpu:
    if memory := _MEMORY.search(line):
        total, used = int(memory[2][:9]), int(memory[1][:9])
        gpu = replace(gpu, memory_mib=total, memory_free_mib=max(total - used, 0))
    if mig := _MIG_CELL.search(line):
        on = mig[1] == "Enabled"
        gpu = replace(gpu, mig_enabled=on, mig_pending=on is not bool(mig[2]))
    if "ERR!" in line:
        gpu = replace(gpu, cell_error=True, cell_message="ERR!")
    return gpu


def read_slices(text: str) -> dict[str, tuple[str, ...]]:
    """MIG slices by the UUID of their GPU, as `nvidia-smi -L` nests them."""
    slices: dict[str, tuple[str, ...]] = {}
    gpu = ""
    for line in text.splitlines():
        if match := _GPU_LINE.match(line):
            gpu = match[3]
            slices[gpu] = ()
        elif gpu and (match := _MIG_LINE.search(line)):
            slices[gpu] = (*slices[gpu], match[1])
    return slices


def read_processes(text: str) -> Counter[str]:
    """How many compute processes each GPU has, by UUID."""
    cells = (line.partition(",")[0].strip() for line in text.splitlines())
    return Counter(cell for cell in cells if cell.startswith("GPU-"))


def read_details(text: str) -> dict[str, dict[str, str]]:
    """Lines of `nvidia-smi -q` that no CSV query has, by the GPU's PCI address.

    The keys are those of the output; `State` counts under the heading `Fabric` only.
    """
    found: dict[str, dict[str, str]] = {}
    row: dict[str, str] = {}
    fabric = False
    for line in text.splitlines():
        key, sign, value = (word.strip() for word in line.partition(":"))
        if line.startswith("GPU "):
            row = found.setdefault(line.removeprefix("GPU ").strip().lower(), {})
            fabric = False
        elif key == "Fabric":
            fabric = True
        elif sign and (fabric or key not in {"State", "Status"}):
            row.setdefault(key, value)
    return found
