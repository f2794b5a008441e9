"""NVIDIA's real CUDA compiler, unpacked from its wheels, for the place where the images have it."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from tests.lab.support.engine import CACHE, locked

_RELEASE = "13.0.*"
_WHEELS = ("nvidia-cuda-nvcc", "nvidia-nvvm", "nvidia-cuda-crt", "nvidia-cuda-runtime")
_INSIDE = "nvidia/cu13/"
_RUN_HERE = ("bin", "nvvm")


def cuda_compiler() -> Path:
    """A folder like /usr/local/cuda, with nvcc, its headers and the static runtime."""
    made = CACHE / "cuda-compiler"
    with locked("cuda-compiler"):
        if not made.exists():
            part, wheels = made.with_suffix(".part"), made.with_suffix(".wheels")
            shutil.rmtree(part, ignore_errors=True)
            _download(wheels)
            for wheel in wheels.glob("*.whl"):
                _unpack(wheel, part)
            (part / "lib").rename(part / "lib64")
            part.rename(made)
            shutil.rmtree(wheels)
    return made


def _download(into: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(into)]
    subprocess.run([*pip, *(f"{name}=={_RELEASE}" for name in _WHEELS)], check=True)


def _unpack(wheel: Path, into: Path) -> None:
    with ZipFile(wheel) as archive:
        for member in archive.infolist():
            name = member.filename.removeprefix(_INSIDE)
            if name == member.filename or member.is_dir():
                continue
            path = into / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(member))
            path.chmod(0o755 if name.startswith(_RUN_HERE) else 0o644)
