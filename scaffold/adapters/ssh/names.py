"""Names of hosts that the user has in the ssh config."""

import re
from collections.abc import Iterator
from pathlib import Path

from scaffold.nearest import nearest

INCLUDES = 64
"""Files that are read at most, those that the config includes counted."""
LIMIT = 1 << 20

_LINE = re.compile(r"(?i)^\s*(host|include)(?:\s*=\s*|\s+)(.+?)\s*$")


def aliases(config: Path | None = None) -> list[str]:
    """The aliases of an ssh config (default: ~/.ssh/config) without patterns, sorted."""
    first = config or Path.home() / ".ssh" / "config"
    found: set[str] = set()
    left, seen = [first], set[Path]()
    while left and len(seen) < INCLUDES:
        path = left.pop()
        if path in seen:
            continue
        seen.add(path)
        for keyword, words in _lines(path):
            if keyword == "host":
                found |= {word for word in words if not re.search(r"[*?!]", word)}
            else:
                left += [file for word in words for file in _files(word)]
    return sorted(found)


def nearest_alias(name: str, config: Path | None = None) -> str:
    """The alias that was most likely meant by a name; empty if none is near."""
    found = nearest(name, aliases(config))
    return found if found != name else ""


def _lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    try:
        with path.open("rb") as file:
            text = file.read(LIMIT).decode("utf-8", "replace")
    except OSError:
        return
    for line in text.splitlines():
        if match := _LINE.match(line):
            yield match[1].lower(), match[2].replace('"', "").split()


def _files(word: str) -> list[Path]:
    """The files of an Include; a relative path is below ~/.ssh (ssh_config(5))."""
    base = Path.home() / ".ssh"
    whole = str(base / Path(word).expanduser())
    anchor = Path(Path(whole).anchor)
    try:
        return sorted(anchor.glob(str(Path(whole).relative_to(anchor))))[:INCLUDES]
    except (OSError, ValueError, NotImplementedError):
        return []
