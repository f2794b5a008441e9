"""Tar archives of an engine: the files in them, one after the other, and archives without some."""

import tarfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from posixpath import dirname, join, normpath
from typing import IO

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt.file_tree import FileEntry, FileKind
from scaffold.errors import TargetError

PIECE = 1 << 20


def pieces(content: IO[bytes]) -> Iterator[bytes]:
    """The content of a file, piece by piece."""
    while piece := content.read(PIECE):
        yield piece


def read_each(
    engine: DockerEngine, name: str, whole: Iterable[str], single: Iterable[str]
) -> Iterator[tuple[FileEntry, IO[bytes] | None]]:
    """Each regular file with its content, to be read at once: of folders, and single ones.

    A hard link to a file of the same folder has its `target` and no content.
    """
    for roots, first_only in ((whole, False), (single, True)):
        for path in sorted(roots):
            with engine.archive(name, path) as stream:
                for entry, content in members(stream, dirname(path)) if stream else ():
                    if entry.kind == "file":
                        yield entry, content
                    if first_only:
                        break


def list_tree(engine: DockerEngine, name: str) -> dict[str, tuple[int, float, int]]:
    """Size, time and mode of each path of a container, without mounts; folders have no time."""
    found: dict[str, tuple[int, float, int]] = {}
    with engine.export(name) as stream, _opened(stream) as archive:
        for member in archive:
            time = 0.0 if member.isdir() else float(member.mtime)
            found[normpath(join("/", member.name))] = (member.size, time, member.mode)
    return found


def without_files(stream: IO[bytes], left_out: Collection[str]) -> Iterator[bytes]:
    """A tar stream of a file system, without the files at these paths."""
    with _opened(stream) as archive:
        for member in archive:
            entry = _entry(member, "/")
            if entry.path in left_out or (member.islnk() and entry.target in left_out):
                continue
            yield member.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
            content = archive.extractfile(member) if member.isreg() else None
            yield from pieces(content) if content else ()
            yield b"\0" * (-member.size % tarfile.BLOCKSIZE if content else 0)
    yield b"\0" * (2 * tarfile.BLOCKSIZE)


def members(stream: IO[bytes], parent: str) -> Iterator[tuple[FileEntry, IO[bytes] | None]]:
    """Each entry of an archive that is packed below `parent`, a regular file with its content."""
    with _opened(stream) as archive:
        for member in archive:
            entry = _entry(member, parent)
            content = archive.extractfile(member) if member.isreg() else None
            yield entry, content


@contextmanager
def _opened(stream: IO[bytes]) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            yield archive
    except tarfile.TarError as error:
        raise TargetError(f"the engine's archive ended early: {error}") from error


def _entry(member: tarfile.TarInfo, parent: str) -> FileEntry:
    path = normpath(join("/", parent, member.name))
    target = member.linkname if member.issym() else ""
    if member.islnk():
        target = normpath(join("/", parent, member.linkname))
    size = member.size if member.isreg() else 0
    return FileEntry(
        path=path,
        kind=_kind(member),
        mode=member.mode & 0o7777,
        uid=member.uid,
        gid=member.gid,
        size=size,
        digest="",
        target=target,
    )


def _kind(member: tarfile.TarInfo) -> FileKind:
    if member.isreg() or member.islnk():
        return "file"
    return "dir" if member.isdir() else "link" if member.issym() else "other"
