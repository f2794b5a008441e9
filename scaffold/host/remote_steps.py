"""A step as a command for a far login shell, which may be csh or fish, with sudo where needed."""

import base64
import shlex

from scaffold.findings import Step

# A user's PATH often lacks the folders of what only root runs, and sudo may keep it.
_PATH = "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH"
# sudo clears the environment, so the step itself sets what keeps it from asking.
_QUIET = ("env", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
# `sudo -S` reads one line and no more; where it asks nothing, the program behind it never sees
# that line, since its own input is /dev/null.
_ASKED = "exec sudo -S -p '' -- /bin/sh -c 'exec \"$@\" </dev/null' sh "

UNASKED = "exec sudo -n true"
"""Ends with 0 where sudo asks for no password."""


def remote_command(step: Step, *, root: bool, password: bool) -> str:
    """The command; with `password` sudo's is expected as the first line of standard input."""
    argv = shlex.join((*_QUIET, *step.argv))
    if not step.sudo or root:
        line = f"exec {argv} </dev/null"
    elif password:
        line = _ASKED + argv
    else:
        line = f"exec sudo -n -- {argv} </dev/null"
    return wrapped(f"{_PATH}; LC_ALL=C; export LC_ALL; {line}")


def wrapped(script: str) -> str:
    """A script of any characters as words that every login shell takes as they are."""
    packed = base64.b64encode(script.encode()).decode()
    return f"exec /bin/sh -c 'eval \"$(echo {packed} | base64 -d)\"'"


Complaint = tuple[tuple[str, ...], tuple[str, str]]

_SUDO: tuple[Complaint, ...] = (
    (
        ("must have a tty", "a terminal is required"),
        (
            "sudo there wants a terminal",
            "take the steps of `scaffold host check HOST` yourself, in ssh -t HOST",
        ),
    ),
    (
        ("incorrect password", "sorry, try again", "no password was provided"),
        ("sudo does not accept that password", "run again to type it anew"),
    ),
    (
        ("not in the sudoers", "not allowed", "may not run"),
        (
            "this user may not use sudo",
            "ask whoever runs the host to take the steps of `scaffold host check HOST`",
        ),
    ),
    (("sudo: not found", "sudo: command not found"), ("there is no sudo", "log in as root")),
)
_COMPLAINTS: tuple[Complaint, ...] = (
    (
        ("could not get lock", "is locked", "unable to acquire", "is running", "waiting for"),
        (
            "the package manager is busy",
            "wait until the other installation has ended, then run again",
        ),
    ),
    (
        ("could not resolve", "temporary failure resolving", "curl: (6)"),
        (
            "the host cannot reach the internet",
            "see `scaffold host check HOST --network`, then run again",
        ),
    ),
    (
        ("conflicting values set for option signed-by",),
        (
            "two lists of packages name one repository with different keys",
            "take the older one out of /etc/apt/sources.list.d on the host, then run again",
        ),
    ),
)


def why_sudo_refused(said: str) -> tuple[str, str] | None:
    """sudo's complaint and what to do; None where it is not sudo's."""
    return _understood(_SUDO, said)


def why_failed(said: str) -> tuple[str, str]:
    """The package manager's complaint, and what to do; empty for any other."""
    return _understood(_COMPLAINTS, said) or ("", "")


def _understood(table: tuple[Complaint, ...], said: str) -> tuple[str, str] | None:
    text = said.lower()
    return next((told for marks, told in table if any(m in text for m in marks)), None)
