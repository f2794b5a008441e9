"""One scaffold at a time changes files of the user's: others wait for their turn."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def home_locked() -> Iterator[None]:
    """Hold the lock of the home folder; it ends with the process, and no file is made for it.

    Nothing is held where there is no such folder, or its file system knows no locks.
    """
    with contextlib.ExitStack() as closing:
        with contextlib.suppress(OSError):
            handle = os.open(Path.home(), os.O_RDONLY | os.O_DIRECTORY)
            closing.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
