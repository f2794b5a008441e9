"""Output of other programs, made fit to be quoted in one line."""

from typing import IO

from scaffold.parsing.untrusted.printable import printable

SHOWN = 200
"""Characters of a line; longer ones are no message for people."""

TAIL = 1 << 16


def lines_of(said: bytes) -> list[str]:
    """The lines that are not empty, escaped and without secrets."""
    # Most commands quote nothing, and need not read the rules.
    from scaffold.parsing.untrusted.secret_forms import redacted

    lines = (line.strip() for line in said.decode("utf-8", "replace").splitlines())
    return [printable(redacted(line[: 2 * SHOWN]))[:SHOWN] for line in lines if line]


def first_line(said: bytes) -> str:
    """The first line, or an empty text."""
    return next(iter(lines_of(said)), "")


def last_line(said: bytes) -> str:
    """The last line, or an empty text: programs that fail end with the reason."""
    return next(reversed(lines_of(said)), "")


def tail(file: IO[bytes]) -> bytes:
    """The end of a file of messages, however long it is."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - TAIL))
    return file.read(TAIL)
