"""Empty wheels that stand in for GPU libraries: their name, their version, and nothing else."""

import base64
import hashlib
import os
import re
import zipfile
from pathlib import Path

from tests.lab.support.engine import CACHE

EMPTY = "py3-none-any"

_GPU_ONLY = re.compile(
    r"nvidia-.*|triton|pytorch-triton|cuda-(toolkit|bindings|pathfinder)|jax-cuda\d+-.*"
)


def stand_in_names(name: str) -> bool:
    """Whether a package serves a GPU only: gigabytes that cannot run here."""
    return _GPU_ONLY.fullmatch(name) is not None


def write_empty_wheel(file: str) -> Path:
    """The wheel of this file name, made when it is first asked for."""
    path = CACHE / "empty-wheels" / file
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        name, version, _ = file.split("-", 2)
        info = f"{name}-{version}.dist-info"
        files = {
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
            f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {EMPTY}\n",
        }
        record = [f"{where},sha256={_digest(text)},{len(text)}" for where, text in files.items()]
        files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]) + "\n"
        part = path.with_name(f".{file}.{os.getpid()}")
        with zipfile.ZipFile(part, "w") as wheel:
            for where, text in files.items():
                wheel.writestr(where, text)
        part.rename(path)
    return path


def _digest(text: str) -> str:
    raw = hashlib.sha256(text.encode()).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
