"""The one reader and writer of files: all or nothing, with a size limit and an undo.

Below a project no link is followed (`below`). A path of the user's own, such as ~/.ssh/config,
may be a link: those who keep their settings in a repository have them so.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from scaffold.adapters.local.folders import (
    READ,
    READ_LIMIT,
    Seen,
    folder_below,
    parts_below,
    read_open,
)
from scaffold.adapters.local.paths import private
from scaffold.errors import InputError
from scaffold.parsing.untrusted.printable import printable
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """The new content of `path`; `backup` keeps a copy of the present file.

    `seen` is the content that the caller looked at, None for no file: if it changed since,
    nothing is written.
    """

    path: Path
    content: bytes
    mode: int = 0o644
    backup: bool = False
    seen: Seen = ...


def read_file(path: Path, *, below: Path | None = None, limit: int = READ_LIMIT) -> bytes | None:
    """The content of a regular file, None if there is none.

    Raises InputError if something else stands at the path, where it may not be read or is
    larger than `limit`, and, with `below`, where a link stands on the way from there.
    """
    try:
        if below is None:
            return _read(os.open(path, os.O_RDONLY | os.O_NONBLOCK), path, limit)
        *folders, name = parts_below(below, path)
        with folder_below(below, folders) as folder:
            return _read(os.open(name, READ, dir_fd=folder), path, limit)
    except FileNotFoundError:
        return None
    except NotADirectoryError as error:
        raise InputError(
            f"{shown(path.parent)} is a file where a folder is needed",
            hint=f"move {shown(path.parent)} away and run again",
        ) from error
    except OSError as error:
        raise _unreadable(path, error, strict=below is not None) from error


def _read(handle: int, path: Path, limit: int) -> bytes:
    try:
        return read_open(handle, path, limit)
    finally:
        os.close(handle)


def _unreadable(path: Path, error: OSError, *, strict: bool) -> InputError:
    if strict and path.is_symlink():
        return InputError(
            f"{shown(path)} is a link, not a regular file",
            hint="replace the link by a file, then run again",
        )
    if path.exists() and not path.is_file():
        return InputError(
            f"{shown(path)} is not a regular file",
            hint="move it away, or choose another project folder",
        )
    return InputError(f"cannot read {shown(path)}: {error.strerror}")


def write_files(files: Iterable[NewFile], *, below: Path | None = None) -> list[Path]:
    """Write all files or none, and return the backups that were made.

    With `below` (a project) no link is followed on the way from there, and what a run that was
    killed had begun is completed first. All contents are on disk before the first file is
    replaced; a failure or a signal puts back what was. Raises InputError with the reason, and
    with what could not be put back.
    """
    from scaffold.adapters.local import placing

    if below is not None:
        placing.complete(below)
    batch = placing.Batch(below)
    try:
        for file in files:
            batch.stage(file.path, file.content, file.mode, backup=file.backup, seen=file.seen)
        batch.place()
    except OSError as error:
        left = batch.undo()
        raise InputError(
            f"cannot write {shown(Path(error.filename or '.'))}: {error.strerror}",
            hint=left or "nothing was changed; free space or fix the permissions, then run again",
        ) from error
    except BaseException:
        batch.undo()
        raise
    finally:
        batch.close()
    return batch.backups


def write_private(path: Path, content: bytes) -> None:
    """Write a file of our own (cache, state): 0600, in a folder 0700, whatever the umask.

    Raises InputError if the disk or another user is in the way.
    """
    try:
        private(path.parent)
    except OSError as error:
        raise InputError(f"cannot write {shown(path.parent)}: {error.strerror}") from error
    write_files([NewFile(path=path, content=content, mode=0o600)], below=path.parent)


def shown(path: Path) -> str:
    """A path as it can be printed: control characters and lone surrogates are escaped."""
    return printable(str(path))
