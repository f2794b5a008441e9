"""Base images under the names that the template uses, made from Debian packages."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.lab.engine import CACHE, Engine

PACKAGES = "python3,python3-venv,python3-pip,ca-certificates,openssl"

PYTHON_IMAGE = "python:3.11-slim-bookworm"
CUDA_IMAGE = "nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04"

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def base_images(engine: Engine) -> None:
    """Make the stand-ins that are not in the engine's data root yet."""
    for name, prepare in ((PYTHON_IMAGE, _as_python_image), (CUDA_IMAGE, _as_cuda_image)):
        if engine.docker("image", "inspect", name, check=False).returncode != 0:
            _import(engine, name, prepare)


def _root() -> Path:
    """A minimal Debian, made once."""
    root = CACHE / "bookworm"
    if not (root / ".complete").exists():
        shutil.rmtree(root, ignore_errors=True)
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)],
            check=True,
            capture_output=True,
        )
        # Where the network sits behind an authority of its own, so do the containers.
        shutil.copy(os.environ.get("SSL_CERT_FILE", BUNDLE), root / BUNDLE.lstrip("/"))
        (root / ".complete").touch()
    return root


def _import(engine: Engine, name: str, prepare) -> None:
    root = _root()
    extra = prepare(root)
    change = f"ENV PIP_CERT={BUNDLE} SSL_CERT_FILE={BUNDLE} REQUESTS_CA_BUNDLE={BUNDLE}"
    with subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE) as packed:
        engine.docker("import", "--change", change, "-", name, stdin=packed.stdout)
    assert packed.returncode == 0
    for path in extra:
        path.unlink()


def _as_python_image(root: Path) -> list[Path]:
    """The official image has its interpreter in /usr/local/bin."""
    made = []
    for name in ("python", "python3"):
        link = root / "usr/local/bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to("/usr/bin/python3")
        made.append(link)
    return made


def _as_cuda_image(root: Path) -> list[Path]:
    """A compiler that only says its name stands in for nvcc."""
    nvcc = root / "usr/local/bin/nvcc"
    nvcc.write_text("#!/bin/sh\necho 'nvcc: stand-in, release 12.6'\n")
    nvcc.chmod(0o755)
    return [nvcc]
