"""The generated files: one row a line, always in the same order, sealed against hand edits."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Tables = Mapping[str, Sequence[Row] | Mapping[str, Any]]
Made = tuple[Tables, Mapping[str, str]]
"""The tables of a file, and the texts behind the letters of its `source` fields."""

ROOT = Path(__file__).resolve().parent.parent.parent / "scaffold" / "catalogue"
BY = "make catalogue"
NOT_COMPARED = ("read",)


def render(tables: Tables, sources: Mapping[str, str]) -> str:
    """The text of a file: header with the digest of the rest, then the tables."""
    body = _body(tables, sources)
    digest = hashlib.sha256(body.encode()).hexdigest()
    return f'{{"generated": "{BY}", "digest": "sha256:{digest}",\n{body}'


def _body(tables: Tables, sources: Mapping[str, str]) -> str:
    parts = [f'"sources": {_line(dict(sorted(sources.items())))}']
    for name, table in tables.items():
        if isinstance(table, Mapping):
            lines = [f"{_line(key)}: {_line(value)}" for key, value in table.items()]
            parts.append(f'"{name}": {{\n' + ",\n".join(lines) + "\n}")
        else:
            parts.append(f'"{name}": [\n' + ",\n".join(map(_line, table)) + "\n]")
    return ",\n".join(parts) + "\n}\n"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def sealed(text: str) -> bool:
    """Whether a generated file is as it was written."""
    head, _, body = text.partition("\n")
    digest = hashlib.sha256(body.encode()).hexdigest()
    return head == f'{{"generated": "{BY}", "digest": "sha256:{digest}",'


def load(path: Path) -> dict[str, Any]:
    """The tables of a file, empty where it does not exist yet or cannot be read."""
    if not path.exists():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return {key: value for key, value in data.items() if key not in {"generated", "digest"}}


def keep_dates(tables: Tables, before: Mapping[str, Any]) -> Tables:
    """Rows that say what they said keep the day on which that was read first."""
    return {
        name: _dated(table, before.get(name, [])) if isinstance(table, list) else table
        for name, table in tables.items()
    }


def _dated(rows: Sequence[Row], before: Sequence[Row]) -> list[Row]:
    known = {_line(_content(row)): row for row in before}
    return [known.get(_line(_content(row)), row) for row in rows]


def _content(row: Row) -> Row:
    return {key: row[key] for key in sorted(row) if key not in NOT_COMPARED}


def write(path: Path, text: str) -> bool:
    """Replace a file in one step if its text differs; returns whether it did."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
    return True
