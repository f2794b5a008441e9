"""The last probe of each host that was set up, for this user only; it can be deleted any time."""

import os
import re
from pathlib import Path

from scaffold.adapters.local.files import NewFile, write_files
from scaffold.errors import InputError
from scaffold.parsing.recording import Recording, read_recording


def cache_path(name: str) -> Path:
    """The file, in the XDG cache folder."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "gpu-scaffold" / "hosts" / re.sub(r"[^A-Za-z0-9_.-]", "_", name)


def remember(name: str, recording: Recording) -> None:
    """Keep a probe."""
    write_files([NewFile(cache_path(name), recording.to_bytes(), 0o600)])


def remembered(name: str) -> Recording | None:
    """The last probe, None where there is none that can be read."""
    try:
        return read_recording(cache_path(name).read_bytes())
    except (OSError, InputError):
        return None


def forget(name: str) -> None:
    """Delete it, and the folders that it leaves empty."""
    path = cache_path(name)
    path.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent):
        try:
            folder.rmdir()
        except OSError:
            return
