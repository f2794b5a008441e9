"""The log that a user can paste when the tool itself is at fault."""

import os
import platform
import tempfile
import traceback
from pathlib import Path

from scaffold import __version__


def write_bug_log(error: Exception, argv: list[str]) -> Path:
    """Write the traceback to a file of the user's own state folder and return its path.

    Only the option names of `argv` are kept, since values can hold paths and addresses.
    """
    options = [part.split("=")[0] for part in argv[1:] if part.startswith("-")]
    versions = f"gpu-scaffold {__version__}, Python {platform.python_version()}"
    text = "\n".join(
        [
            f"{versions}, {platform.platform()}",
            f"options: {' '.join(options)}",
            "".join(traceback.format_exception(error)),
        ]
    )
    path = _log_folder() / f"bug-{os.getpid()}.log"
    path.write_text(text, encoding="utf-8")
    return path


def _log_folder() -> Path:
    """The XDG state folder, or a temporary one where home cannot be written."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    folder = Path(state) / "gpu-scaffold"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="gpu-scaffold-"))
    return folder
