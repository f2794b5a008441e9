"""Editors that open an address: VS Code and its derivatives."""

import contextlib
import shutil
import subprocess

from scaffold.errors import InputError, TargetError

EDITORS = {"code": "VS Code", "cursor": "Cursor", "codium": "VSCodium"}
"""Program to title, in order of preference."""

STARTED_S = 30
"""Seconds to wait: a launcher passes the address on and ends; one that stays shows the window."""


def find_editor(wanted: str | None) -> str | None:
    """The first editor on PATH, or the wanted one.

    Raises InputError if the wanted one is not installed.
    """
    if wanted is None:
        return next((name for name in EDITORS if shutil.which(name)), None)
    if shutil.which(wanted) is None:
        raise InputError(
            f"{wanted} is not on PATH",
            hint=f"in {EDITORS[wanted]}, run from the palette: Shell Command: Install "
            f"'{wanted}' command in PATH",
        )
    return wanted


def open_folder(editor: str, uri: str) -> None:
    """Open an address in the editor. Raises TargetError if that fails."""
    program = subprocess.Popen(
        [editor, "--folder-uri", uri],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        code = program.wait(STARTED_S)
        if code:
            raise TargetError(
                f"{editor} failed with exit code {code}", hint="follow the steps above by hand"
            )
