"""Tiny wheels and an index of them, as the generator would find them on the package index."""

import hashlib
import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Iterable, Mapping

from tests.tools.catalogue.web import Web


def fat_binary(entries: Iterable[tuple[int, int]]) -> bytes:
    """A container of `(kind, architecture)` entries: 1 is PTX, 2 is binary code."""
    body = b""
    for kind, architecture in entries:
        head = struct.pack("<HHIQ", kind, 0, 64, 32).ljust(28, b"\0")
        body += (head + struct.pack("<I", architecture)).ljust(64, b"\0") + b"code" * 8
    return struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(body)) + body


def wheel(
    members: Mapping[str, bytes | str], requires: Iterable[str] = (), extra: str = ""
) -> bytes:
    """A wheel with METADATA and the given members."""
    lines = ["Metadata-Version: 2.1", "Name: a", "Version: 1"]
    lines += [f"Provides-Extra: {name}" for name in extra.split()]
    lines += [f"Requires-Dist: {text}" for text in requires]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr("a-1.dist-info/METADATA", "\n".join(lines) + "\n")
    return buffer.getvalue()


def sdist(requires: str, name: str = "a.egg-info/requires.txt") -> bytes:
    """A source archive with `requires.txt`."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        entry = tarfile.TarInfo(f"a-1/{name}")
        entry.size = len(requires.encode())
        archive.addfile(entry, io.BytesIO(requires.encode()))
    return buffer.getvalue()


def listing(project: str, files: Iterable[dict[str, object]]) -> bytes:
    """A listing in the JSON form of PEP 691."""
    return json.dumps({"name": project, "files": list(files), "meta": {}}).encode()


def publish(
    web: Web, project: str, files: Mapping[str, bytes], requires_python: str = "", **more: object
) -> None:
    """Put a project with its files on the index."""
    entries = []
    for name, body in files.items():
        web[f"/files/{name}"] = body
        entries.append(
            {
                "filename": name,
                "url": f"{web.base}/files/{name}",
                "hashes": {"sha256": hashlib.sha256(body).hexdigest()},
                "size": len(body),
                "requires-python": requires_python or None,
                "yanked": False,
                **more,
            }
        )
    web[f"/simple/{project}/"] = listing(project, entries)
