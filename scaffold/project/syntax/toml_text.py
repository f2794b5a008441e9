"""TOML as tables that are safe to walk: every accessor accepts any shape."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_toml
from scaffold.project.syntax.text import place


def load_toml(path: str, text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The document, empty if it is broken, and the complaint about it."""
    try:
        return read_toml(text), ()
    except BrokenDocumentError as error:
        if str(error) == "nested too deeply":
            return {}, (f"{path}: nested too deeply to be read",)
        line = re.search(r"\(at line (\d+)", str(error))
        reason = re.sub(r" \(at .*\)$", "", str(error))
        return {}, (f"{place(path, int(line[1]) if line else None)}: not valid TOML: {reason}",)


def table(document: object, *keys: str) -> dict[str, Any]:
    """The table at a path of keys; an empty one if the path leads to anything else."""
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, dict) else {}


def items(document: object, *keys: str) -> Iterator[tuple[str, Any]]:
    """The entries of the table at a path of keys."""
    yield from table(document, *keys).items()


def strings(value: object) -> list[str]:
    """A string as a list of one, the strings of a list; nothing of anything else."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def tables(value: object) -> list[dict[str, Any]]:
    """The tables in a list of tables."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


_STRING = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_KEY = re.compile(r"[ \t]*[\"']?([^\"'=\s\[\]#]+)[\"']?[ \t]*=")


@lru_cache(maxsize=4)
def _string_lines(text: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for match in _STRING.finditer(line):
            found.setdefault(match[1] or match[2] or "", []).append(number)
    return found


@lru_cache(maxsize=4)
def _key_lines(text: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    header = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("["):
            header = line.strip()
            found.setdefault((header, ""), number)
        elif match := _KEY.match(line):
            found.setdefault((header, match[1]), number)
            found.setdefault(("", match[1]), number)
    return found


def string_line(text: str, value: str, header: str = "") -> int | None:
    """The first line that holds a string, behind the header of its table if known. The parser gives
    no positions, so an index of the lines is made once.
    """
    lines = _string_lines(text).get(value, [])
    start = _key_lines(text).get((header, ""), 0)
    at = bisect_left(lines, start)
    return lines[at if at < len(lines) else 0] if lines else None


def entry_line(text: str, header: str, key: str) -> str:
    """`key = …` as the text has it where that is one whole line, else empty."""
    number = _key_lines(text).get((header, key))
    line = text.split("\n")[number - 1].strip() if number else ""
    try:
        return line if read_toml(line) else ""
    except BrokenDocumentError:
        return ""


def as_written(text: str, item: str) -> str:
    """A string of the document, empty where the file writes it in another way than "…"."""
    return item if f'"{item}"' in text else ""


def key_line(text: str, header: str, key: str) -> int | None:
    """The line of `key = …` below the header of its table."""
    places = _key_lines(text)
    return places.get((header, key), places.get(("", key)))
