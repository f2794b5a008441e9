"""Names and folders that live as long as one run; a run that was killed leaves none for long."""

import contextlib
import fcntl
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = ".gpu-scaffold-tmp-"
"""Begins the name of every file that is not yet, or no longer, in place."""

FOLDER_PREFIX = "gpu-scaffold-run-"


def temporary_name() -> str:
    """A new name for a temporary file in the folder of its target."""
    return f"{PREFIX}{secrets.token_hex(6)}"


def is_temporary(path: str) -> bool:
    """Whether any part of a path is such a name."""
    return PREFIX in path and any(part.startswith(PREFIX) for part in path.split("/"))


def held(handle: int) -> bool:
    """Lock an open file or folder for as long as it is open; False if another run has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks.
        return True
    return True


NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
"""Flags of open(2) for a file that must not exist yet."""


def new_temporary(folder: int) -> tuple[str, int]:
    """Create and lock a temporary file in an open folder; returns its name and its handle.

    A sweep of another run may remove it before it is locked: then another one is made.
    """
    while True:
        name = temporary_name()
        handle = os.open(name, NEW, 0o600, dir_fd=folder)
        if held(handle) and is_linked(handle):
            return name, handle
        os.close(handle)


def fill(handle: int, content: bytes, mode: int) -> None:
    """Write all of a new file, set its permissions, and wait until the disk has it."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fchmod(handle, mode)
    os.fsync(handle)


def remove_from(folder: int, name: str) -> None:
    """Remove a file from an open folder, if it exists; no name means no file."""
    if name:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)


def sweep(folder: int) -> None:
    """Remove temporary files of runs that ended, from an open folder."""
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            if name.startswith(PREFIX):
                _remove_if_ended(folder, name)


def _remove_if_ended(folder: int, name: str) -> None:
    with contextlib.suppress(OSError):
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISLNK(found.st_mode):
            os.unlink(name, dir_fd=folder)
        if not stat.S_ISREG(found.st_mode):
            return
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        try:
            if held(handle):
                os.unlink(name, dir_fd=folder)
        finally:
            os.close(handle)


@contextlib.contextmanager
def private_folder(base: str | None = None) -> Iterator[Path]:
    """A folder of this run, 0700, removed at its end; those of killed runs are removed first.

    `base` is the folder above, the system's temporary one where it is not given.
    """
    above = Path(base or tempfile.gettempdir())
    _sweep_folders(above)
    made, handle = _own_folder(above)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(handle)


def _own_folder(above: Path) -> tuple[Path, int]:
    """A new folder and its lock. One that a sweep of another run took before the lock is lost."""
    while True:
        made = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=above))
        try:
            handle = os.open(made, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        if held(handle) and is_linked(handle):
            return made, handle
        os.close(handle)


def is_linked(handle: int) -> bool:
    """Whether an open file or folder still has a name: another run may have removed it."""
    return os.fstat(handle).st_nlink > 0


def _sweep_folders(above: Path) -> None:
    with contextlib.suppress(OSError), os.scandir(above) as entries:
        for entry in entries:
            if entry.name.startswith(FOLDER_PREFIX):
                _remove_folder_if_ended(Path(entry.path))


def _remove_folder_if_ended(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            mine = os.fstat(handle).st_uid == os.geteuid()
            if mine and held(handle):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)
