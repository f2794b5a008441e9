"""GPUs, and what their driver runs under, as observed."""

from enum import StrEnum

from scaffold.records import dataclass


class Platform(StrEnum):
    """What the host's GPU driver runs under; each has rules of its own for containers."""

    LINUX = "linux"
    WSL2 = "wsl2"
    JETSON = "jetson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One GPU as `nvidia-smi` shows it.

    `compute_capability` is `X.Y`, absent if the driver is too old to report it; memory is in
    MiB. `mig_devices` are the UUIDs of the existing slices. `cell_error` is True if a cell of
    the table or query holds an error (`cell_message`: `ERR!`, `[GPU requires reset]`).
    `utilization_percent` is the share of the last sample in which a program computed.
    `fabric_state` is the NVLink fabric's (`Completed`, `In Progress`), `licence` the vGPU
    licence status, `recovery` the recovery action that the driver asks for. `virtualization` is
    the mode of a virtual GPU or its host (`None`, `Pass-Through`, `VGPU`, `Host VGPU`).
    """

    name: str
    index: int | None = None
    uuid: str | None = None
    compute_capability: str | None = None
    memory_mib: int | None = None
    memory_free_mib: int | None = None
    mig_enabled: bool | None = None
    mig_devices: tuple[str, ...] = ()
    pci_address: str | None = None
    mig_pending: bool | None = None
    persistence: bool | None = None
    compute_mode: str | None = None
    ecc_enabled: bool | None = None
    ecc_uncorrected: int | None = None
    processes: int | None = None
    utilization_percent: int | None = None
    cell_error: bool = False
    cell_message: str = ""
    fabric_state: str | None = None
    licence: str | None = None
    recovery: str | None = None
    remapping_failed: bool | None = None
    virtualization: str | None = None
