"""File contents on the way from a container: kept by digest, up to a limit, and searched."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import field
from pathlib import Path
from typing import IO
from uuid import uuid4

from scaffold.adopt.file_tree import FileEntry
from scaffold.adopt.overlay import TEXT_BYTES
from scaffold.container.secret_search import holds_secret
from scaffold.records import dataclass

PIECE = 1 << 20


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


def copied(
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


def pieces(content: IO[bytes]) -> Iterator[bytes]:
    """The content of a file, piece by piece."""
    while piece := content.read(PIECE):
        yield piece
