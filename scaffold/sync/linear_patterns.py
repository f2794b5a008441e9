"""Ignore patterns of strangers: matched in linear time, however many stars they have.

Python's expressions try every way to divide a name among the stars of a pattern, which takes
exponential time for `*a*a*a*a*a*a*b`. What follows a star is of fixed length, so its leftmost place
is as good as any later one: an atomic group (re, `(?>...)`) takes that place and tries no other.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

LONGEST = 4096
"""Characters of a line; no path that Linux takes is longer (PATH_MAX, limits.h)."""

MANY = 3
"""Stars of one kind in a pattern from which it is rewritten; fewer cost little."""

_STAR = r"\[\^/\]\*"
_PART = r"(?:\\.|\[\^/\](?!\*)|\[(?!\^/\])(?:\\.|[^\]\\])+\]|[^/()\[\\$|?*+^])"
_STARS = re.compile(rf"(?:{_STAR}){{2,}}")
_INNER = re.compile(rf"{_STAR}({_PART}+)(?={_STAR})")
_FOLDERS = "(?:/.+)?"


def linear(pattern: "GitIgnoreSpecPattern") -> "GitIgnoreSpecPattern":
    """The pattern with an expression that takes linear time; the same object if it does."""
    if pattern.regex is None:
        return pattern
    text = pattern.regex.pattern
    if max(text.count("[^/]*"), text.count(_FOLDERS)) < MANY:
        return pattern
    text = _INNER.sub(r"(?>[^/]*?\1)", _STARS.sub("[^/]*", text))
    pattern.regex = re.compile(_folders(text))
    return pattern


def _folders(text: str) -> str:
    """`**` between slashes: the nearest folder that fits is taken, but for the last of them."""
    parts = text.split(_FOLDERS)
    if len(parts) < MANY:
        return text
    first, *middle, last = parts
    first = f"(?>{first.replace('(?:.+/)?', '(?:[^/]+/)*?')}(?=/))"
    inner = "".join(f"(?>(?:/[^/]+)*?{part}(?=/))" for part in middle)
    return f"{first}{inner}{_FOLDERS}{last}"
