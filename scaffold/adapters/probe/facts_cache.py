"""The last probe of each host that was set up, for this user only; it can be deleted any time."""

import re
from pathlib import Path

from scaffold.adapters.local.files import read_file, write_private
from scaffold.adapters.local.paths import cache_folder
from scaffold.errors import InputError
from scaffold.parsing.recording import Recording, read_recording


def cache_path(name: str) -> Path:
    """The file, in the XDG cache folder."""
    return cache_folder() / "hosts" / re.sub(r"[^A-Za-z0-9_.-]", "_", name)


def remember(name: str, recording: Recording) -> None:
    """Keep a probe."""
    write_private(cache_path(name), recording.to_bytes())


def refresh(name: str, recording: Recording) -> None:
    """Replace the probe of a host that was set up; others are not kept."""
    if cache_path(name).exists():
        remember(name, recording)


def remembered(name: str) -> Recording | None:
    """The last probe, None if there is none that can be read."""
    try:
        return read_recording(read_file(cache_path(name)) or b"")
    except InputError:
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
