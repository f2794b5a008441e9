"""A tar stream of chosen paths, made while it is sent: GNU format, which every tar reads."""

import os
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from scaffold.errors import TargetError
from scaffold.sync.manifest import Entry, Manifest

CHUNK = 1 << 18
RECORD = tarfile.RECORDSIZE

Owner = tuple[int, int]


def packed(
    root: Path, paths: Sequence[str], mine: Manifest, owner: Owner, last: tuple[str, bytes]
) -> Iterator[bytes]:
    """The stream; `last` is one more file with its content, whose presence proves the end.

    Raises TargetError where a file shrinks while it is read: half of it must not arrive.
    """
    top, sent = str(root), 0
    for path in paths:
        for piece in _member(f"{top}/{path}", path, mine[path], owner):
            sent += len(piece)
            yield piece
    name, content = last
    end = _header(name, Entry("f", 0o600, len(content), 0), owner) + _padded(content)
    end += bytes(2 * tarfile.BLOCKSIZE)
    yield end + bytes(-(sent + len(end)) % RECORD)


def _member(full: str, path: str, one: Entry, owner: Owner) -> Iterator[bytes]:
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


def _content(file: int, path: str, one: Entry, owner: Owner) -> Iterator[bytes]:
    """A file as long as it was when it was listed; what has been added since comes next time."""
    head, left = _header(path, one, owner), one.size
    while left:
        piece = os.read(file, min(left, CHUNK))
        if not piece:
            raise TargetError(
                f"{path} became shorter while it was sent", hint="run again when it rests"
            )
        left -= len(piece)
        yield head + piece
        head = b""
    yield head + bytes(-one.size % tarfile.BLOCKSIZE)


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % tarfile.BLOCKSIZE)


def _header(path: str, one: Entry, owner: Owner) -> bytes:
    info = tarfile.TarInfo(path)
    info.mtime = one.mtime // 10**9
    info.mode = one.mode
    info.uid, info.gid = owner
    if one.kind == "d":
        # Else nobody but root could fill it.
        info.type, info.mode = tarfile.DIRTYPE, one.mode | 0o700
    elif one.kind == "l":
        info.type, info.linkname = tarfile.SYMTYPE, one.target
    else:
        info.size = one.size
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
