"""Folders of this user: cache, state and runtime, each 0700 and really this user's."""

import os
import stat
from pathlib import Path

from scaffold.errors import InputError
from scaffold.parsing.untrusted.printable import printable

NAME = "gpu-scaffold"


def home() -> Path | None:
    """The user's home folder; None without $HOME and without an entry in passwd."""
    try:
        return Path.home()
    except (RuntimeError, KeyError):
        return None


def config_folder() -> Path:
    """Where settings of the user's own are kept (XDG_CONFIG_HOME). The folder need not exist."""
    return _xdg("XDG_CONFIG_HOME", ".config")


def cache_folder() -> Path:
    """Where what can be read again is kept (XDG_CACHE_HOME). The folder need not exist."""
    return _xdg("XDG_CACHE_HOME", ".cache")


def state_folder() -> Path:
    """Where what has to be remembered is kept (XDG_STATE_HOME). The folder need not exist."""
    return _xdg("XDG_STATE_HOME", ".local/state")


def runtime_folder() -> Path:
    """Where sockets and locks of this login are kept; the state folder without a runtime one."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if Path(runtime).is_absolute() and Path(runtime).is_dir():
        return Path(runtime) / NAME
    return state_folder()


def _xdg(variable: str, below_home: str) -> Path:
    # A relative value is to be ignored (XDG Base Directory Specification, "Basics").
    given = os.environ.get(variable, "")
    if Path(given).is_absolute():
        return Path(given) / NAME
    base = home()
    if base is None:
        import tempfile

        return Path(tempfile.gettempdir()) / f"{NAME}-{os.geteuid()}"
    return base / below_home / NAME


def private(folder: Path) -> Path:
    """Create a folder of ours, 0700, and return it; missing folders above are private too.

    Raises InputError if the folder is a link or another user's, OSError if it cannot be
    made.
    """
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise InputError(f"{printable(str(folder))} is not a folder", hint="move it away")
    if found.st_uid != os.geteuid():
        raise InputError(
            f"{printable(str(folder))} belongs to another user (uid {found.st_uid})",
            hint="move it away, or set XDG_CACHE_HOME and XDG_STATE_HOME to folders of yours",
        )
    if found.st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def open_private(path: Path) -> int:
    """Open a file of ours for writing, emptied: 0600 whatever the umask, no link is followed."""
    flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(path, flags, 0o600)
    os.fchmod(handle, 0o600)
    return handle
