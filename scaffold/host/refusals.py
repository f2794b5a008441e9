"""Logins that are accepted and then run nothing: the server's message, and what to do.

Messages of OpenSSH's session.c, of Linux-PAM's pam_unix, and of shadow's and util-linux's nologin.
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
        "ask the administrator to extend it: chage -E -1 USER",
    ),
    (
        ("account is currently not available", "nologin"),
        "the account's login shell runs no commands (nologin)",
        "ask the administrator for a shell: chsh -s /bin/bash USER",
    ),
)


def why_no_commands(output: str) -> tuple[str, str]:
    """Why a login runs no commands, and the next step."""
    text = output.lower()
    for marks, why, hint in _NO_COMMANDS:
        if any(mark in text for mark in marks):
            return why, hint
    return (
        "the login runs no commands",
        "a forced command or a restricted shell prevents it: ask the administrator",
    )


def known_refusal(output: str) -> tuple[str, str] | None:
    """The same for any text; None if the text is none of these messages."""
    text = output.lower()
    known = any(mark in text for marks, _, _ in _NO_COMMANDS for mark in marks)
    return why_no_commands(output) if known else None
