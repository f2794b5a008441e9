"""Bytes of unknown origin into text, and positions in it."""

import re
import unicodedata
from functools import lru_cache

from scaffold.parsing.untrusted.secret_forms import redacted, without_logins
from scaffold.units import size_text

MAX_BYTES = 4 * 2**20
"""Lock files of large projects reach 1 to 3 MiB, notebooks with pictures the same."""

MAX_MANIFEST_BYTES = 2**20
"""Hand-written lists have a few kilobytes; one with all hashes reaches half a megabyte."""

MAX_SCRIPT_BYTES = 2**16
"""Imports are at the top; a longer script holds data."""

SHOWN = 200
"""Characters of a line that are kept as evidence."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_LONG_NUMBER = re.compile(r"\d{100,}")
"""No version and no id has so many digits, and Python converts no more than 4,300 of them."""


def decode(content: bytes, limit: int = MAX_BYTES) -> tuple[str, str]:
    """The text with LF line ends, and what was wrong with it (empty: nothing).

    PowerShell's `pip freeze > requirements.txt` writes UTF-16, with or without a mark.
    """
    content, problem = content[:limit], _size_problem(content, limit)
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "")
    if not encoding:
        # Text without a mark in which every other byte is zero: ASCII written as UTF-16.
        halves = content[:64:2], content[1:64:2]
        zeros = [all(map(bool, halves)) and not any(half) for half in halves]
        encoding = {(True, False): "utf-16-be", (False, True): "utf-16-le"}.get(
            (zeros[0], zeros[1]), "utf-8"
        )
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if not problem:
            line = content.count(b"\n", 0, error.start) + 1
            problem = f"line {line} is not valid {encoding.upper()}"
        text = content.decode(encoding, "replace")
    text = _LONG_NUMBER.sub(lambda match: match[0][:99], text)
    return text.replace("\r\n", "\n").replace("\r", "\n"), problem


def _size_problem(content: bytes, limit: int) -> str:
    if len(content) <= limit:
        return ""
    return f"larger than {size_text(limit)}: only the beginning was read"


def words(text: str) -> tuple[str, ...]:
    """The words of a table that is written as lines of names."""
    return tuple(text.split())


def place(path: str, line: int | None) -> str:
    """A position as editors write it: `requirements.txt:3`, the path alone without a line."""
    return path if line is None else f"{path}:{line}"


def path_of(where: str) -> str:
    """The path of a position, which may have no line."""
    path, separator, line = where.rpartition(":")
    return path if separator and line.isdigit() else where


@lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """Text that can be shown: one printable line of bounded length, without credentials."""
    clean = "".join(
        char if unicodedata.category(char)[0] not in "CZ" or char == " " else " "
        for char in text[: 4 * SHOWN]
    )
    clean = redacted(" ".join(clean.split()))
    return clean if len(clean) <= SHOWN else f"{clean[: SHOWN - 1]}…"


def without_credentials(url: str) -> str:
    """The URL without user and password: a token must not reach a generated file."""
    return without_logins(url)
