"""One scaffold at a time changes this user's files outside of projects: others wait."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from scaffold.adapters.local.paths import open_private, private, state_folder
from scaffold.adapters.local.temporary import is_linked
from scaffold.errors import InputError

_LONGEST = 1 << 16


@contextlib.contextmanager
def home_locked() -> Iterator[None]:
    """Hold the lock of this user; it ends with the process, and leaves no file.

    The lock is in a folder that only this user can enter, so that no other account can hold
    it. Nothing is held if there is no such folder, or if its file system has no locks.
    """
    with contextlib.ExitStack() as closing:
        with contextlib.suppress(OSError, InputError):
            folder = state_folder()
            made = {one for one in (folder, *folder.parents) if not one.exists()}
            handle = _locked(folder / "lock", made)
            closing.callback(os.close, handle)
            os.pwrite(handle, b"\0".join(map(os.fsencode, made)), 0)
            closing.callback(_remove, folder / "lock", made)
        yield


def _locked(path: Path, made: set[Path]) -> int:
    """Open and lock a file that still has its name once it is locked.

    `made` also gets the folders that runs before have made and could not remove, since this
    one waited in them: the file holds their paths.
    """
    while True:
        private(path.parent)
        try:
            handle = open_private(path, os.O_RDWR)
        except FileNotFoundError:
            # The run before removed the folder that it had made.
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except BaseException:
            os.close(handle)
            raise
        known = os.pread(handle, _LONGEST, 0).split(b"\0")
        made |= {Path(os.fsdecode(one)) for one in known if one}
        if is_linked(handle):
            return handle
        os.close(handle)


def _remove(path: Path, made: set[Path]) -> None:
    """Remove the lock and the folders that were made for it, unless they hold anything else."""
    with contextlib.suppress(OSError):
        path.unlink()
        for folder in sorted(made, reverse=True):
            folder.rmdir()
