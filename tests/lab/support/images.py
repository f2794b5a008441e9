"""Base images under the names that the template uses, made from Debian packages.

A stand-in has what the product relies on: where the interpreter lies, that there is a compiler
by the name of nvcc, a micromamba in /bin. It is never asked whether CUDA works.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from scaffold.plan.managers import UV
from tests.lab.support.engine import CACHE, Engine, locked
from tests.lab.support.index import wheels_on_disk
from tests.lab.support.micromamba import packed_micromamba
from tests.lab.support.well_known import DOCKERFILES

PYTHON_IMAGE = "python:3.11-slim-bookworm"
REDIS_IMAGE = "redis:8-bookworm"
CUDA_IMAGE = "nvidia/cuda:12.6.3-cudnn-devel-ubuntu22.04"
MICROMAMBA_IMAGE = "mambaorg/micromamba:2.9.0"

_PACKAGES = "python3,python3-venv,python3-pip,python3-dev"

# The official image has its interpreter in /usr/local/bin, and a pip that may install there.
_PYTHON = """\
FROM lab/debian
RUN ln -s /usr/bin/python3 /usr/local/bin/python3 && ln -s python3 /usr/local/bin/python \\
    && ln -s /usr/bin/pip3 /usr/local/bin/pip && rm -f /usr/lib/python3*/EXTERNALLY-MANAGED
"""
_CUDA = """\
FROM lab/debian
RUN mkdir -p /usr/local/cuda/bin && printf '#!/bin/sh\\necho "nvcc: stand-in, release 12.6"\\n' \\
    >/usr/local/cuda/bin/nvcc && chmod +x /usr/local/cuda/bin/nvcc
ENV PATH=/usr/local/cuda/bin:$PATH CUDA_HOME=/usr/local/cuda
"""
# Answers every client as a server of its kind answers PING; its own client asks so.
_REDIS = """\
FROM lab/debian
RUN printf '%s\\n' 'import socketserver' \\
    'class Answer(socketserver.BaseRequestHandler):' \\
    '    def handle(self):' \\
    '        self.request.recv(64), self.request.sendall(b"+PONG\\r\\n")' \\
    'socketserver.ThreadingTCPServer(("", 6379), Answer).serve_forever()' >/server.py \\
    && printf '%s\\n' '#!/usr/bin/python3' 'import socket' \\
    'socket.create_connection(("127.0.0.1", 6379), 2)' >/usr/local/bin/redis-cli \\
    && chmod +x /usr/local/bin/redis-cli
CMD ["python3", "/server.py"]
"""
_MICROMAMBA = "FROM lab/debian\nCOPY micromamba /bin/micromamba\n"
_TORCH = f"""\
{_PYTHON}
RUN --mount=type=bind,target=/wheels python -m pip install --no-deps --no-index /wheels/*.whl
"""


def provide(engine: Engine, name: str) -> bool:
    """Make the stand-in for an image where there is one; tell whether it is there now."""
    for pattern, recipe in _STAND_INS:
        if re.fullmatch(pattern, name):
            _build(engine, name, recipe())
            return True
    return engine.has_image(name)


def provide_for(engine: Engine, dockerfile: str) -> None:
    """Make the stand-ins for every image that a Dockerfile names."""
    for name in re.findall(r"^(?:FROM |COPY --from=)(\S+)", dockerfile, re.MULTILINE):
        assert provide(engine, name), f"the lab has no stand-in for {name}"


@dataclass(frozen=True)
class Recipe:
    """A Dockerfile and the files of its context."""

    dockerfile: str
    files: tuple[Path, ...] = ()

    @property
    def digest(self) -> str:
        """Changes with what the image would be made from."""
        stats = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in self.files]
        return hashlib.sha256(repr((self.dockerfile, stats)).encode()).hexdigest()


def _uv() -> Recipe:
    """The image of uv's makers, with the program of its wheel."""
    folder = CACHE / UV.tool.replace("==", "-")
    with locked("uv"):
        if not (folder / "uv").exists():
            download = [*(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")]
            subprocess.run([*download, "--dest", str(folder), UV.tool], check=True)
            with ZipFile(next(folder.glob("*.whl"))) as wheel:
                name = next(one for one in wheel.namelist() if one.endswith("/scripts/uv"))
                (folder / "uv").write_bytes(wheel.read(name))
            (folder / "uv").chmod(0o755)
    return Recipe("FROM lab/debian\nCOPY uv /uv\n", (folder / "uv",))


def _torch() -> Recipe:
    wheels = tuple(wheel for wheel in wheels_on_disk() if wheel.name.startswith("torch-"))
    assert wheels, "pip's find-links holds no CPU build of torch"
    return Recipe(_TORCH, wheels)


_STAND_INS: tuple[tuple[str, Callable[[], Recipe]], ...] = (
    *((pattern, partial(Recipe, text)) for pattern, text in DOCKERFILES),
    (r"ghcr\.io/astral-sh/uv:.*", _uv),
    (r"(.*/)?python:3\.11-slim-bookworm", lambda: Recipe(_PYTHON)),
    # The base of conda's and pixi's environments, whose own Python runs nothing.
    (r"(.*/)?python:3\.12-slim-bookworm", lambda: Recipe("FROM lab/debian\n")),
    (r"(.*/)?nvidia/cuda:.*", lambda: Recipe(_CUDA)),
    (r"(.*/)?pytorch/pytorch:.*", _torch),
    (REDIS_IMAGE, lambda: Recipe(_REDIS)),
    (r"(.*/)?mambaorg/micromamba:.*", lambda: Recipe(_MICROMAMBA, (packed_micromamba(),))),
)


def _build(engine: Engine, name: str, recipe: Recipe) -> None:
    """Build where the image is missing or made from something else; no step needs a network."""
    label = ("image", "inspect", "--format", '{{index .Config.Labels "lab.digest"}}', name)
    if engine.docker(*label, check=False).stdout.strip() == recipe.digest:
        return
    _debian(engine)
    with TemporaryDirectory(dir=CACHE) as context:
        for file in recipe.files:
            shutil.copy(file, context)
        (Path(context) / "Dockerfile").write_text(recipe.dockerfile)
        options = ("--network=none", "--label", f"lab.digest={recipe.digest}")
        engine.docker("build", "--quiet", *options, "--tag", name, context)


def _debian(engine: Engine) -> None:
    if not engine.has_image("lab/debian"):
        with _archive().open("rb") as archive:
            engine.docker("import", "-", "lab/debian", stdin=archive)


def _archive() -> Path:
    """A minimal Debian with Python, packed once."""
    archive = CACHE / "bookworm.tar"
    with locked("bookworm"):
        if not archive.exists():
            root = CACHE / "bookworm-making"
            shutil.rmtree(root, ignore_errors=True)
            bootstrap = ["debootstrap", "--variant=minbase", f"--include={_PACKAGES}"]
            made = subprocess.run(
                [*bootstrap, "bookworm", str(root)], capture_output=True, text=True, check=False
            )
            assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-3000:]
            shutil.rmtree(root / "var/cache/apt/archives")
            packing = archive.with_suffix(".part")
            subprocess.run(["tar", "-C", str(root), "-cf", str(packing), "."], check=True)
            packing.rename(archive)
            shutil.rmtree(root)
    return archive
