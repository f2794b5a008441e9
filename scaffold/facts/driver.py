"""The NVIDIA driver and its devices, as observed."""

from scaffold.records import dataclass


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

    `path` is the program that was run; `on_path` whether a login's PATH has it. `confidential`
    is the ready state of GPUs in a confidential virtual machine.
    """

    code: int | None = None
    said: str = ""
    version: str | None = None
    library_version: str | None = None
    path: str | None = None
    on_path: bool | None = None
    confidential: str | None = None


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
