"""A step as a command for a remote login shell, csh and fish too, with sudo if needed."""

import base64
import shlex

from scaffold.findings import Step
from scaffold.records import dataclass

# A user's PATH often lacks the folders of what only root runs, and sudo may keep it.
_PATH = "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH"
# sudo clears the environment, so the step itself sets what keeps it from asking.
_QUIET = ("env", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
# `sudo -S` reads one line and no more; if it asks nothing, the program behind it never sees
# that line, since its own input is /dev/null.
_ASKED = "exec sudo -S -p '' -- /bin/sh -c 'exec \"$@\" </dev/null' sh "

UNASKED = "exec sudo -n true"
"""Exits with 0 if sudo asks for no password."""


def remote_command(step: Step, *, root: bool, password: bool) -> str:
    """The command; with `password` it reads sudo's password from the first line of its input."""
    argv = shlex.join((*_QUIET, *step.argv))
    if not step.sudo or root:
        line = f"exec {argv} </dev/null"
    elif password:
        line = _ASKED + argv
    else:
        line = f"exec sudo -n -- {argv} </dev/null"
    return wrapped(f"{_PATH}; LC_ALL=C; export LC_ALL; {line}")


def wrapped(script: str) -> str:
    """A script of any characters, packed so that every login shell passes it on unchanged."""
    packed = base64.b64encode(script.encode()).decode()
    return f"exec /bin/sh -c 'eval \"$(echo {packed} | base64 -d)\"'"


SUDO_S = 60
"""Timeout for sudo's check of a password, which may ask a directory server."""


@dataclass(frozen=True, slots=True)
class SudoRefusal:
    """Why sudo refuses; `is_final` if no password of this account would help."""

    why: str
    hint: str
    is_final: bool


_ADMIN = "ask an administrator: scaffold host setup HOST --admin-script FILE"
_SUDO: tuple[tuple[tuple[str, ...], SudoRefusal], ...] = (
    (
        ("must have a tty", "a terminal is required"),
        SudoRefusal("sudo on the host wants a terminal", _ADMIN, is_final=True),
    ),
    (
        ("incorrect password", "sorry, try again", "no password was provided"),
        SudoRefusal("sudo does not accept that password", "run again to type it", is_final=False),
    ),
    (
        ("not in the sudoers", "not allowed", "may not run"),
        SudoRefusal("this user may not use sudo", _ADMIN, is_final=True),
    ),
    (
        ("sudo: not found", "sudo: command not found", "unknown command: sudo"),
        SudoRefusal("sudo is not installed on the host", _ADMIN, is_final=True),
    ),
)


def why_sudo_refused(output: str) -> SudoRefusal | None:
    """sudo's complaint and what to do; None if the complaint is not sudo's."""
    text = output.lower()
    return next((one for marks, one in _SUDO if any(mark in text for mark in marks)), None)
