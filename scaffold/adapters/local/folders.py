"""Opens folders below a project by handles, without following any link. The root itself may be
reached through links: homes are on other disks, /tmp is a link on macOS.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import EllipsisType

from scaffold.adapters.local.temporary import NEW, fill
from scaffold.errors import InputError
from scaffold.parsing.untrusted.printable import printable

DOWN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK

READ_LIMIT = 16 << 20
"""Bytes of the largest file that is read whole, far above any configuration or manifest."""

Seen = bytes | None | EllipsisType
"""What stood at a path when it was looked at, None for no file, `...` where nobody looked."""

OUT_OF_BOUNDS = "the project's own files may not lead elsewhere; replace it, then run again"


def parts_below(root: Path, path: Path) -> list[str]:
    """The names of the folders between a root and a path, and the last one. Raises InputError for a
    path outside.
    """
    try:
        parts = list(path.relative_to(root).parts)
    except ValueError:
        parts = [".."]
    if not parts or ".." in parts:
        raise InputError(f"{printable(str(path))} is not below {printable(str(root))}")
    return parts


@contextlib.contextmanager
def folder_below(root: Path, names: Sequence[str], made: list[Path] | None = None) -> Iterator[int]:
    """Open the folder `names` below `root`; missing ones are made and added to `made`, if given.

    Raises InputError if a link, a file or a folder of another user is in the path, and
    FileNotFoundError if a folder is missing and `made` is None.
    """
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    owners = {os.geteuid(), os.fstat(at).st_uid}
    place = root
    try:
        for name in names:
            place /= name
            # In this order no signal can make the handle that was closed be closed again.
            above, at = at, _step(at, name, place, made)
            os.close(above)
            if made is not None and os.fstat(at).st_uid not in owners:
                raise InputError(
                    f"{printable(str(place))} belongs to another user (uid {os.fstat(at).st_uid})",
                    hint="only the owner of the project and its folders can change them safely",
                )
        yield at
    finally:
        os.close(at)


def _step(at: int, name: str, place: Path, made: list[Path] | None) -> int:
    if made is not None:
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, dir_fd=at)
            made.append(place)
    try:
        return os.open(name, DOWN, dir_fd=at)
    except OSError as error:
        if error.errno not in {errno.ELOOP, errno.ENOTDIR}:
            raise
        link = stat.S_ISLNK(os.stat(name, dir_fd=at, follow_symlinks=False).st_mode)
        raise InputError(
            f"{printable(str(place))} is {'a link' if link else 'a file'} where a folder is needed",
            hint=OUT_OF_BOUNDS if link else f"move {printable(str(place))} away and run again",
        ) from error


def check_target(folder: int, name: str, place: Path, *, strict: bool) -> os.stat_result | None:
    """The status of a file that will be replaced; None if it does not exist.

    Raises InputError for a link, a pipe, a device or a folder and, where `strict`, for a file of
    another user.
    """
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise InputError(f"{printable(str(place))} is {_kind(found)}", hint=OUT_OF_BOUNDS)
    if strict and found.st_uid not in {os.geteuid(), os.fstat(folder).st_uid}:
        raise InputError(
            f"{printable(str(place))} belongs to another user (uid {found.st_uid})",
            hint="take it over with chown, or move it away",
        )
    return found


def _kind(found: os.stat_result) -> str:
    kinds = {
        stat.S_IFLNK: "a link",
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
    }
    return f"{kinds.get(stat.S_IFMT(found.st_mode), 'a device')}, not a regular file"


def read_open(handle: int, place: Path, limit: int = READ_LIMIT) -> bytes:
    """Read an open file to its end. Raises InputError for what is not regular, or too large."""
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        raise InputError(
            f"{printable(str(place))} is {_kind(found)}",
            hint="move it away, or choose another project folder",
        )
    content = bytearray()
    while piece := os.read(handle, min(1 << 20, limit + 1 - len(content))):
        content += piece
        if len(content) > limit:
            raise InputError(
                f"{printable(str(place))} is larger than {limit >> 20} MiB",
                hint="move it away, or choose another project folder",
            )
    return bytes(content)


def check_as_seen(folder: int, name: str, place: Path, seen: bytes | None) -> None:
    """Raise InputError if the file of an open folder is not as it was when it was looked at."""
    try:
        handle = os.open(name, READ, dir_fd=folder)
    except FileNotFoundError:
        present = None
    else:
        try:
            present = read_open(handle, place)
        finally:
            os.close(handle)
    if present != seen:
        raise InputError(
            f"{printable(str(place))} was changed by another program meanwhile",
            hint="nothing was written; run the same command again to see the new difference",
        )


def second_name(folder: int, name: str, second: str, place: Path) -> None:
    """Keep a file of an open folder under a second name, a hard link where the disk knows them."""
    try:
        os.link(name, second, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:
        source = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
        try:
            content, mode = read_open(source, place), os.fstat(source).st_mode & 0o777
        finally:
            os.close(source)
        copy = os.open(second, NEW, 0o600, dir_fd=folder)
        try:
            fill(copy, content, mode)
        finally:
            os.close(copy)
