"""The log that a user can paste when the tool itself is at fault."""

import os
import platform
import tempfile
import traceback
from pathlib import Path

from scaffold import __version__
from scaffold.adapters.local.paths import private, state_folder
from scaffold.errors import InputError
from scaffold.parsing.untrusted.secret_forms import redacted

NOFOLLOW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW


def write_bug_log(error: Exception, argv: list[str]) -> Path | None:
    """Write the traceback to the user's state folder; its path, None if no disk takes it.

    Only the option names of `argv` are kept, since values can hold paths and addresses; what
    looks like a secret in the traceback is replaced.
    """
    options = [part.split("=")[0] for part in argv[1:] if part.startswith("-")]
    versions = f"gpu-scaffold {__version__}, Python {platform.python_version()}"
    lines = (
        f"{versions}, {platform.platform()}",
        f"options: {' '.join(options)}",
        redacted("".join(traceback.format_exception(error))),
    )
    content = "\n".join(lines).encode("utf-8", "backslashreplace")
    for folder in (_state, _temporary):
        try:
            return _written(folder() / f"bug-{os.getpid()}.log", content)
        except (OSError, InputError):
            continue
    return None


def _state() -> Path:
    return private(state_folder())


def _temporary() -> Path:
    return Path(tempfile.mkdtemp(prefix="gpu-scaffold-log-"))


def _written(path: Path, content: bytes) -> Path:
    with os.fdopen(os.open(path, NOFOLLOW, 0o600), "wb") as stream:
        stream.write(content)
    return path
