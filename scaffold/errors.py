"""Errors that reach the user: what is wrong, and the fix."""


class ScaffoldError(Exception):
    """A failure with a message for the user; subclasses fix the exit code of the process."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class TargetError(ScaffoldError):
    """The host, engine or file system did not do what was asked (exit code 1)."""

    exit_code = 1


class InputError(ScaffoldError):
    """Something the user gave has to be corrected; nothing was changed (exit code 2)."""

    exit_code = 2
