"""One scaffold at a time changes this user's files outside of projects: others wait."""

import contextlib
import fcntl
import os
from collections.abc import Iterator

from scaffold.adapters.local.paths import private, state_folder
from scaffold.errors import InputError


@contextlib.contextmanager
def home_locked() -> Iterator[None]:
    """Hold the lock of this user; it ends with the process.

    The lock lies in a folder that only this user can enter, so that no other account can hold
    it. Nothing is held where there is no such folder, or its file system knows no locks.
    """
    with contextlib.ExitStack() as closing:
        with contextlib.suppress(OSError, InputError):
            path = private(state_folder()) / "lock"
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            closing.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
