"""NVIDIA hardware and its driver, as observed."""

from dataclasses import dataclass
from enum import StrEnum


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
    licence status, `recovery` the recovery action that the driver asks for.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PciDevice:
    """One NVIDIA function on the PCI bus; `chip` is NVIDIA's code name (`GP102`) where known."""

    address: str
    device: str
    device_class: str
    driver: str = ""
    chip: str = ""

    @property
    def is_gpu(self) -> bool:
        """A VGA or 3D controller (PCI class 03)."""
        return self.device_class.startswith("03")

    @property
    def is_nvswitch(self) -> bool:
        """An NVSwitch shows as a bridge of class 0680."""
        return self.device_class.startswith("0680")


@dataclass(frozen=True, slots=True, kw_only=True)
class Smi:
    """Result of plain `nvidia-smi`: exit code (127 missing, None: it hung) and its complaint.

    `path` is the program that was run; `on_path` whether a login's PATH has it.
    """

    code: int | None = None
    said: str = ""
    version: str | None = None
    library_version: str | None = None
    path: str | None = None
    on_path: bool | None = None


@dataclass(frozen=True, slots=True)
class DeviceNode:
    """A device file of the driver, and whether this user may read and write it.

    `refused` is True if a device cgroup refuses to open it.
    """

    path: str
    usable: bool | None = None
    refused: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverFacts:
    """The NVIDIA driver around its version.

    `loaded` are kernel modules by name; `installed_version` is what modinfo says of the module
    on disk for the running kernel; `kernels` are the installed kernels, newest last, and
    `kernels_with_module` those that have an nvidia module.
    """

    smi: Smi | None = None
    module_version: str | None = None
    open_module: bool | None = None
    loaded: tuple[str, ...] | None = None
    installed_version: str | None = None
    installed_open: bool | None = None
    kernels: tuple[str, ...] | None = None
    kernels_with_module: tuple[str, ...] = ()
    secure_boot: bool | None = None
    nodes: tuple[DeviceNode, ...] | None = None
    messages: tuple[str, ...] = ()
