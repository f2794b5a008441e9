"""What other programs say, made fit to be quoted in one line."""

SHOWN = 200
"""Characters; what is longer is no message for people."""


def lines_of(said: bytes) -> list[str]:
    """The lines that say something, without characters that drive a terminal."""
    lines = (line.strip() for line in said.decode("utf-8", "replace").splitlines())
    return ["".join(c if c.isprintable() else "?" for c in line)[:SHOWN] for line in lines if line]


def first_line(said: bytes) -> str:
    """The first line, or an empty text."""
    return next(iter(lines_of(said)), "")


def last_line(said: bytes) -> str:
    """The last line, or an empty text: programs that fail end with the reason."""
    return next(reversed(lines_of(said)), "")
