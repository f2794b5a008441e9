"""A conda channel of a few small packages, written into the cache.

`python` makes the prefix an environment of Debian's interpreter, `pip` is the true one,
`pytorch` comes in a build for CPUs and one that asks for `__cuda`, as conda-forge's does, and
`labdemo` is one more dependency.
"""

import hashlib
import io
import json
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.lab.support.engine import CACHE, LAB

Files = dict[str, bytes | str]
"""Path in the prefix to content; a text is the target of a symbolic link."""

PYTHON_FILES: Files = {
    "pyvenv.cfg": b"home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n",
    "bin/python3.11": "/usr/bin/python3.11",
    "bin/python3": "python3.11",
    "bin/python": "python3.11",
}


@cache
def demo_channel() -> Path:
    """The channel's folder, written once a run."""
    channel = CACHE / f"channel{LAB or ''}"
    python = {"name": "python", "version": "3.11.9", "depends": []}
    cuda = "12.8"
    _write_subdir(
        channel / "linux-64",
        [
            (python, "h0_cpython", PYTHON_FILES),
            (_torch(["python", "__cuda"]), "cuda128_0", _module("torch", f"cuda = '{cuda}'\n")),
            (_torch(["python"]), "cpu_0", _module("torch", "cuda = None\n")),
        ],
    )
    pip = {"name": "pip", "version": "25.3", "depends": ["python"], "noarch": "python"}
    demo = {"name": "labdemo", "version": "1.2.0", "depends": ["python"], "noarch": "python"}
    demo_files: Files = {"site-packages/labdemo.py": b"answer = 42\n"}
    _write_subdir(
        channel / "noarch",
        [(pip, "py_0", _installed_pip()), (demo, "py_0", demo_files)],
    )
    return channel


def _torch(depends: list[str]) -> dict[str, Any]:
    return {"name": "pytorch", "version": "2.8.0", "depends": depends}


def _module(name: str, text: str) -> Files:
    return {f"lib/python3.11/site-packages/{name}.py": text.encode()}


def _installed_pip() -> Files:
    import pip

    root = Path(pip.__file__).parent
    return {
        f"site-packages/pip/{path.relative_to(root)}": path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _write_subdir(folder: Path, packages: list[tuple[dict[str, Any], str, Files]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    records = {}
    for about, build, files in packages:
        # Of two builds that fit, solvers take the higher build number: the one for GPUs.
        number = 1 if "__cuda" in about["depends"] else 0
        record = {**about, "build": build, "build_number": number, "subdir": folder.name}
        archive = _package(record, files)
        name = f"{about['name']}-{about['version']}-{build}.tar.bz2"
        (folder / name).write_bytes(archive)
        records[name] = {
            **record,
            "size": len(archive),
            "md5": hashlib.md5(archive, usedforsecurity=False).hexdigest(),
            "sha256": hashlib.sha256(archive).hexdigest(),
        }
    repodata = {"info": {"subdir": folder.name}, "packages": records, "packages.conda": {}}
    (folder / "repodata.json").write_text(json.dumps(repodata))


def _package(record: dict[str, Any], files: Files) -> bytes:
    paths = [_path_entry(name, content) for name, content in files.items()]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:bz2") as archive:
        _add(archive, "info/index.json", json.dumps(record).encode())
        _add(
            archive,
            "info/paths.json",
            json.dumps({"paths": paths, "paths_version": 1}).encode(),
        )
        if record.get("noarch") == "python":
            link = {"noarch": {"type": "python"}, "package_metadata_version": 1}
            _add(archive, "info/link.json", json.dumps(link).encode())
        for name, content in files.items():
            _add(archive, name, content)
    return out.getvalue()


def _path_entry(name: str, content: bytes | str) -> dict[str, Any]:
    if isinstance(content, str):
        return {"_path": name, "path_type": "softlink"}
    digest = hashlib.sha256(content).hexdigest()
    return {
        "_path": name,
        "path_type": "hardlink",
        "sha256": digest,
        "size_in_bytes": len(content),
    }


def _add(archive: tarfile.TarFile, name: str, content: bytes | str) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode = 0o644
    if isinstance(content, str):
        entry.type, entry.linkname = tarfile.SYMTYPE, content
        archive.addfile(entry)
    else:
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
