"""Stands in for a PyTorch whose wheel or GPUs cannot be had here; everything else is real.

TORCH_STUB is a JSON object: version, cuda, architectures, devices (pairs of name and
capability), and what fails: `unavailable` (the reason why no GPU is seen), `wrong` (a device
that miscomputes), `error` (what a product on a GPU raises), `hang` (a step that never ends).
"""

import json
import os
import time
from types import SimpleNamespace

_SETTINGS = json.loads(os.environ.get("TORCH_STUB", "{}"))
__version__ = _SETTINGS.get("version", "2.8.0+cu126")
version = SimpleNamespace(cuda=_SETTINGS.get("cuda", "12.6"))
_ARCHITECTURES = _SETTINGS.get("architectures", "sm_50 sm_60 sm_70 sm_75 sm_80 sm_86 sm_90")
_C = SimpleNamespace(_cuda_getArchFlags=lambda: _ARCHITECTURES)
_DEVICES = [] if "unavailable" in _SETTINGS else _SETTINGS.get("devices", [])
if _SETTINGS.get("hang") == "import":
    time.sleep(1000)


class _Tensor:
    def __init__(self, rows, device=-1):
        self.rows, self.device = rows, device

    def to(self, device):
        return _Tensor(self.rows, int(device.rpartition(":")[2]))

    def cpu(self):
        return _Tensor(self.rows)

    def __matmul__(self, other):
        if self.device >= 0:
            _compute(self.device)
        columns = list(zip(*other.rows, strict=True))
        rows = [[sum(map(float.__mul__, row, column)) for column in columns] for row in self.rows]
        if self.device >= 0 and _SETTINGS.get("wrong") == self.device:
            rows[0][0] += 1
        return _Tensor(rows, self.device)


def _compute(device):
    if _SETTINGS.get("hang") == "device":
        time.sleep(1000)
    if "error" in _SETTINGS:
        raise RuntimeError(_SETTINGS["error"])
    major = _DEVICES[device][1].split(".")[0]
    if not any(name[3:-1] == major for name in _ARCHITECTURES.split()):
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device")


def tensor(rows):
    return _Tensor(rows)


def equal(left, right):
    return left.rows == right.rows


def _init():
    raise RuntimeError(_SETTINGS["unavailable"])


cuda = SimpleNamespace(
    is_available=lambda: bool(_DEVICES),
    device_count=lambda: len(_DEVICES),
    init=_init,
    get_device_name=lambda index: _DEVICES[index][0],
    get_device_capability=lambda index: tuple(map(int, _DEVICES[index][1].split("."))),
)
