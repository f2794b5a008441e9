"""TOML as tables that are safe to walk: every accessor answers for any shape."""

import re
from collections.abc import Iterator
from typing import Any

from scaffold.project.text import place


def load_toml(path: str, text: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The document, empty where it is broken, and what is wrong with it."""
    import tomllib

    try:
        return tomllib.loads(text), ()
    except RecursionError:
        return {}, (f"{path}: nested too deeply to be read",)
    except ValueError as error:
        line = re.search(r"\(at line (\d+)", str(error))
        reason = re.sub(r" \(at .*\)$", "", str(error))
        return {}, (f"{place(path, int(line[1]) if line else None)}: not valid TOML: {reason}",)


def table(document: object, *keys: str) -> dict[str, Any]:
    """The table at a path of keys; an empty one where anything else stands there."""
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


def key_line(text: str, header: str, key: str) -> int | None:
    """The line of `key = …` behind the header of its table."""
    start = max(text.find(header), 0)
    pattern = re.compile(rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=", re.MULTILINE)
    match = pattern.search(text, start) or pattern.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else None
