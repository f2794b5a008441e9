"""Logins that are let in and then run nothing: what the server said, and what to do.

Words of OpenSSH's session.c, of Linux-PAM's pam_unix, and of shadow's and util-linux's nologin.
"""

_NO_COMMANDS = (
    (
        (
            "password change required",
            "password has expired",
            "change your password",
            "expired pass",
        ),
        "the password has expired and has to be changed first",
        "log in once at a terminal (ssh user@host), choose a new one, then run again",
    ),
    (
        ("account has expired",),
        "the account has expired",
        "ask whoever runs the host to extend it: chage -E -1 USER",
    ),
    (
        ("account is currently not available", "nologin"),
        "the account's login shell lets nobody run commands (nologin)",
        "ask whoever runs the host for a shell: chsh -s /bin/bash USER",
    ),
)


def why_no_commands(said: str) -> tuple[str, str]:
    """Why a login runs no commands, and the next step."""
    text = said.lower()
    for marks, why, hint in _NO_COMMANDS:
        if any(mark in text for mark in marks):
            return why, hint
    return (
        "the login runs no commands",
        "a forced command or a shell of its own stands in the way: ask the host's owner",
    )


def known_refusal(said: str) -> tuple[str, str] | None:
    """The same for what may be anything; None where it is none of these."""
    text = said.lower()
    known = any(mark in text for marks, _, _ in _NO_COMMANDS for mark in marks)
    return why_no_commands(said) if known else None
