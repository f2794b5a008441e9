"""Files of containers, read through the engine's tar streams: no program runs in any of them."""

import hashlib
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import IO
from uuid import uuid4

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt.overlay import TEXT_BYTES
from scaffold.adopt.tree import Entry, Kind
from scaffold.errors import TargetError

PIECE = 1 << 20


@dataclass(slots=True)
class Read:
    """What was read: entries by path, and the contents that were asked for."""

    entries: dict[str, Entry] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Store:
    """A folder for the contents of files, by digest, up to a limit of bytes.

    What does not fit any more is counted and not kept.
    """

    folder: Path
    limit: int
    size: int = 0
    seen: int = 0

    @property
    def full(self) -> bool:
        """Whether something was not kept."""
        return self.seen > self.size

    def path(self, digest: str) -> Path:
        """Where the content of a file is."""
        return self.folder / digest


@contextmanager
def made_of(engine: DockerEngine, image: str) -> Iterator[str]:
    """A container of an image that is never started, and removed afterwards; its name."""
    name = f"scaffold-look-{uuid4().hex[:12]}"
    # The command is never run; an image without one would be refused.
    engine.create(name, {"Image": image, "Cmd": ["true"], "NetworkDisabled": True})
    try:
        yield name
    finally:
        engine.remove(name, unnamed_volumes=True)


def read_path(
    engine: DockerEngine, name: str, path: str, wanted: Callable[[str], bool]
) -> dict[str, bytes]:
    """The contents of the wanted regular files at and below a path; none where it is missing."""
    read = Read()
    with engine.archive(name, path) as stream:
        if stream is not None:
            for entry, content in _members(stream, dirname(path)):
                if entry.kind == "file" and content and wanted(entry.path):
                    read.contents[entry.path] = content.read()
    return read.contents


def read_real(
    engine: DockerEngine, name: str, whole: Iterable[str], single: Iterable[str], store: Store
) -> Read:
    """Read entries with their contents, which go into the store; small ones are also returned.

    `whole` folders are read with all that is in them, of `single` paths only they themselves.
    """
    read = Read()
    for root in sorted(whole):
        with engine.archive(name, root) as stream:
            for entry, content in _members(stream, dirname(root)) if stream else ():
                _take(read, entry, content, store)
    for path in sorted(single):
        with engine.archive(name, path) as stream:
            for entry, content in _members(stream, dirname(path)) if stream else ():
                _take(read, entry, content, store)
                break
    _resolve_hard_links(read)
    return read


def _take(read: Read, entry: Entry, content: IO[bytes] | None, store: Store) -> None:
    if entry.kind == "file" and content is not None:
        keep = store.size + entry.size <= store.limit
        digest, head = _copied(content, store.folder if keep else None)
        entry = replace(entry, digest=digest)
        store.seen += entry.size
        store.size += entry.size if keep else 0
        if entry.size <= TEXT_BYTES:
            read.contents[entry.path] = head
    read.entries[entry.path] = entry


def _copied(content: IO[bytes], folder: Path | None) -> tuple[str, bytes]:
    """Read to the end, into a file named by the digest; the digest and the first piece."""
    digest, head = hashlib.sha256(), b""
    part = folder / f".{uuid4().hex}" if folder else None
    out = part.open("wb") if part else None
    try:
        while piece := content.read(PIECE):
            digest.update(piece)
            head = head or piece
            if out:
                out.write(piece)
    finally:
        if out:
            out.close()
    if part and folder:
        part.rename(folder / digest.hexdigest())
    return digest.hexdigest(), head


def read_tree(engine: DockerEngine, name: str, wanted: Callable[[str], bool]) -> Read:
    """A container's whole file system, every file by its digest."""
    read = Read()
    with engine.export(name) as stream:
        for entry, content in _members(stream, "/"):
            if entry.kind != "file" or content is None:
                read.entries[entry.path] = entry
                continue
            if wanted(entry.path):
                whole = content.read()
                read.contents[entry.path] = whole
                digest = hashlib.sha256(whole).hexdigest()
            else:
                digest, _ = _copied(content, None)
            read.entries[entry.path] = replace(entry, digest=digest)
    _resolve_hard_links(read)
    return read


def _resolve_hard_links(read: Read) -> None:
    """A second name of a file has the content of the first: `target` says which that is."""
    for path, entry in read.entries.items():
        if entry.kind == "file" and entry.target:
            first = read.entries.get(entry.target, entry)
            read.entries[path] = replace(first, path=path, target="")
            if entry.target in read.contents:
                read.contents[path] = read.contents[entry.target]


def _members(stream: IO[bytes], parent: str) -> Iterator[tuple[Entry, IO[bytes] | None]]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                entry = _entry(member, parent)
                content = archive.extractfile(member) if member.isreg() else None
                yield entry, content
    except tarfile.TarError as error:
        raise TargetError(f"the engine's archive ended early: {error}") from error


def _entry(member: tarfile.TarInfo, parent: str) -> Entry:
    path = normpath(join("/", parent, member.name))
    target = member.linkname if member.issym() else ""
    if member.islnk():
        target = normpath(join("/", parent, member.linkname))
    size = member.size if member.isreg() else 0
    return Entry(
        path, _kind(member), member.mode & 0o7777, member.uid, member.gid, size, "", target
    )


def _kind(member: tarfile.TarInfo) -> Kind:
    if member.isreg() or member.islnk():
        return "file"
    return "dir" if member.isdir() else "link" if member.issym() else "other"
