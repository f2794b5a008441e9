"""Read files of containers through the engine's tar streams; runs no program in them."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import field, replace
from pathlib import Path
from posixpath import dirname
from typing import IO
from uuid import uuid4

from scaffold.adapters.docker.container_archives import members, pieces
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.docker.run_mark import has_ended, mark
from scaffold.adopt.file_tree import FileEntry
from scaffold.adopt.overlay import TEXT_BYTES
from scaffold.container.engine_json import table
from scaffold.container.secret_search import SecretSearch, holds_secret
from scaffold.records import dataclass


@dataclass(slots=True)
class ReadFiles:
    """Read entries by path, the requested contents, and the paths of files with a secret."""

    entries: dict[str, FileEntry] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    secret: set[str] = field(default_factory=set)


@dataclass(slots=True)
class FileStore:
    """A folder for file contents, by digest, up to a limit in bytes.

    Contents above the limit are counted and not kept. `known` are secret values that are
    searched for on the way.
    """

    folder: Path
    limit: int
    size: int = 0
    seen: int = 0
    known: tuple[str, ...] = field(default=(), init=False)

    @property
    def full(self) -> bool:
        """Whether something was not kept."""
        return self.seen > self.size

    def path(self, digest: str) -> Path:
        """The path of a file's content."""
        return self.folder / digest


LOOK = "gpu-scaffold.look"
"""Label of a container that is made to read an image: the run that made it."""


def _remove_left(engine: DockerEngine) -> None:
    for row in engine.containers():
        made_by = table(row, "Labels").get(LOOK)
        if made_by and has_ended(str(made_by)):
            engine.remove(str(row["Id"]), unnamed_volumes=True)


@contextmanager
def made_of(engine: DockerEngine, image: str) -> Iterator[str]:
    """Create a container of an image without starting it; yields its name, removes it after.

    What killed runs of this computer left is removed first.
    """
    _remove_left(engine)
    name = f"scaffold-look-{uuid4().hex[:12]}"
    # The command never runs; without one the engine would refuse some images.
    settings = {"Image": image, "Cmd": ["true"], "NetworkDisabled": True, "Labels": {LOOK: mark()}}
    engine.create(name, settings)
    try:
        yield name
    finally:
        engine.remove(name, unnamed_volumes=True)


def read_path(
    engine: DockerEngine, name: str, path: str, wanted: Callable[[str], bool]
) -> dict[str, bytes]:
    """The contents of wanted regular files at and below a path; empty if it is missing."""
    read = ReadFiles()
    with engine.archive(name, path) as stream:
        if stream is not None:
            for entry, content in members(stream, dirname(path)):
                if entry.kind == "file" and content and wanted(entry.path):
                    read.contents[entry.path] = content.read()
    return read.contents


def read_real(
    engine: DockerEngine, name: str, whole: Iterable[str], single: Iterable[str], store: FileStore
) -> ReadFiles:
    """Read entries, with contents into the store; small contents are also returned.

    `whole` folders are read with everything below; of `single` paths only the entry itself.
    """
    read = ReadFiles()
    for root in sorted(whole):
        with engine.archive(name, root) as stream:
            for entry, content in members(stream, dirname(root)) if stream else ():
                _take(read, entry, content, store)
    for path in sorted(single):
        with engine.archive(name, path) as stream:
            for entry, content in members(stream, dirname(path)) if stream else ():
                _take(read, entry, content, store)
                break
    _resolve_hard_links(read)
    return read


def _take(read: ReadFiles, entry: FileEntry, content: IO[bytes] | None, store: FileStore) -> None:
    if entry.kind == "file" and content is not None:
        keep = store.size + entry.size <= store.limit
        search = SecretSearch(store.known)
        feed = search.feed if keep and entry.size > TEXT_BYTES else None
        digest, head = _copied(content, store.folder if keep else None, feed)
        entry = replace(entry, digest=digest)
        if search.found:
            read.secret.add(entry.path)
        store.seen += entry.size
        store.size += entry.size if keep else 0
        if entry.size <= TEXT_BYTES:
            read.contents[entry.path] = head
    read.entries[entry.path] = entry


def _copied(
    content: IO[bytes], folder: Path | None, feed: Callable[[bytes], None] | None = None
) -> tuple[str, bytes]:
    """Copy into a file named by the digest, and `feed` each piece; the digest and the first."""
    digest, head = hashlib.sha256(), b""
    part = folder / f".{uuid4().hex}" if folder else None
    out = part.open("wb") if part else None
    try:
        for piece in pieces(content):
            digest.update(piece)
            head = head or piece
            if feed:
                feed(piece)
            if out:
                out.write(piece)
    finally:
        if out:
            out.close()
    if part and folder:
        part.rename(folder / digest.hexdigest())
    return digest.hexdigest(), head


def large_files_with(
    store: FileStore, entries: Iterable[FileEntry], values: Collection[str]
) -> set[str]:
    """Paths of stored files that hold one of the values, of those too large for memory."""
    found = set()
    for entry in entries if values else ():
        path = store.path(entry.digest)
        if entry.kind == "file" and entry.size > TEXT_BYTES and path.exists():
            with path.open("rb") as content:
                if holds_secret(pieces(content), values, rules=False):
                    found.add(entry.path)
    return found


def read_tree(engine: DockerEngine, name: str, wanted: Callable[[str], bool]) -> ReadFiles:
    """The whole file system of a container, with the digest of every file."""
    read = ReadFiles()
    with engine.export(name) as stream:
        for entry, content in members(stream, "/"):
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


def _resolve_hard_links(read: ReadFiles) -> None:
    """Give hard links the content of the first name, which is their `target`."""
    for path, entry in read.entries.items():
        if entry.kind == "file" and entry.target:
            first = read.entries.get(entry.target, entry)
            read.entries[path] = replace(first, path=path, target="")
            if entry.target in read.contents:
                read.contents[path] = read.contents[entry.target]
            if entry.target in read.secret:
                read.secret.add(path)
