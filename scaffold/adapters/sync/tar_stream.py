"""A tar stream of paths, built while it is sent, in GNU format, which every tar reads."""

import os
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from scaffold.errors import TargetError
from scaffold.sync.manifest import Manifest, ManifestEntry

CHUNK = 1 << 18
RECORD = tarfile.RECORDSIZE

Owner = tuple[int, int]


def tar_stream(
    root: Path, paths: Sequence[str], local: Manifest, owner: Owner, last: tuple[str, bytes]
) -> Iterator[bytes]:
    """Yield the stream; `last` is a final file with its content, whose presence proves the end.

    Raises TargetError if a file shrinks while it is read: half a file must not arrive.
    """
    top, sent = str(root), 0
    for path in paths:
        for piece in _member(f"{top}/{path}", path, local[path], owner):
            sent += len(piece)
            yield piece
    name, content = last
    end = _header(
        name, ManifestEntry(kind="f", mode=0o600, size=len(content), mtime=0), owner
    ) + _padded(content)
    end += bytes(2 * tarfile.BLOCKSIZE)
    yield end + bytes(-(sent + len(end)) % RECORD)


def _member(full: str, path: str, one: ManifestEntry, owner: Owner) -> Iterator[bytes]:
    if one.kind != "f":
        yield _header(path, one, owner)
        return
    try:
        file = os.open(full, os.O_RDONLY)
        try:
            yield from _content(file, path, one, owner)
        finally:
            os.close(file)
    except OSError as error:
        raise TargetError(f"cannot read {path}: {error.strerror}") from error


def _content(file: int, path: str, one: ManifestEntry, owner: Owner) -> Iterator[bytes]:
    """A file at its listed size; data appended since is uploaded by the next run."""
    head, left = _header(path, one, owner), one.size
    while left:
        piece = os.read(file, min(left, CHUNK))
        if not piece:
            raise TargetError(
                f"{path} became shorter while it was read",
                hint="run again when no program writes it",
            )
        left -= len(piece)
        yield head + piece
        head = b""
    yield head + bytes(-one.size % tarfile.BLOCKSIZE)


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % tarfile.BLOCKSIZE)


def _header(path: str, one: ManifestEntry, owner: Owner) -> bytes:
    info = tarfile.TarInfo(path)
    info.mtime = one.mtime // 10**9
    info.mode = one.mode
    info.uid, info.gid = owner
    if one.kind == "d":
        # Otherwise only root could write into it.
        info.type, info.mode = tarfile.DIRTYPE, one.mode | 0o700
    elif one.kind == "l":
        info.type, info.linkname = tarfile.SYMTYPE, one.target
    else:
        info.size = one.size
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
