"""Editors that open an address: VS Code, and those made from it."""

import contextlib
import shutil
import subprocess

from scaffold.errors import InputError, TargetError

EDITORS = {"code": "VS Code", "cursor": "Cursor", "codium": "VSCodium"}
"""Program to name, in the order in which they are looked for."""

STARTED_S = 30
"""A launcher hands the address over and ends; one that stays longer has the window itself."""


def find_editor(wanted: str | None) -> str | None:
    """The first program on PATH, or the one that is wanted.

    Raises InputError where the wanted one is not there.
    """
    if wanted is None:
        return next((name for name in EDITORS if shutil.which(name)), None)
    if shutil.which(wanted) is None:
        raise InputError(
            f"there is no program {wanted} on PATH",
            hint=f"in {EDITORS[wanted]}, run from the palette: Shell Command: Install "
            f"'{wanted}' command in PATH",
        )
    return wanted


def open_folder(editor: str, uri: str) -> None:
    """Let the editor open an address. Raises TargetError where it fails."""
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
                f"{editor} ended with exit code {code}", hint="take the steps by hand, as above"
            )
