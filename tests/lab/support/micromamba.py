"""Packing the stand-in for micromamba into the one file that the template's COPY takes."""

import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

from tests.lab.support.engine import CACHE, locked

RATTLER = "py-rattler==0.28.0"
PROGRAM = Path(__file__).with_name("micromamba_program.py")


def packed_micromamba() -> Path:
    """The program with its libraries, runnable by any Python 3.10 or newer."""
    packed = CACHE / "micromamba"
    with locked("micromamba"):
        if not packed.exists() or packed.stat().st_mtime < PROGRAM.stat().st_mtime:
            part = packed.with_suffix(".part")
            part.write_bytes(b"#!/usr/bin/python3\n")
            with zipfile.ZipFile(part, "a", zipfile.ZIP_DEFLATED) as archive:
                archive.write(PROGRAM, "__main__.py")
                _add_rattler(archive)
                _add_yaml(archive)
            part.chmod(0o755)
            part.rename(packed)
    return packed


def _add_rattler(archive: zipfile.ZipFile) -> None:
    folder = CACHE / "rattler"
    if not (wheels := list(folder.glob("*.whl"))):
        argv = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder)]
        subprocess.run([*argv, RATTLER], check=True, capture_output=True)
        wheels = list(folder.glob("*.whl"))
    with zipfile.ZipFile(wheels[0]) as wheel:
        for name in wheel.namelist():
            if name.startswith("rattler/"):
                archive.writestr(name, wheel.read(name))


def _add_yaml(archive: zipfile.ZipFile) -> None:
    for path in Path(yaml.__file__).parent.glob("*.py"):
        archive.write(path, f"yaml/{path.name}")
