"""Reads the files that ship with the package, each when one of its tables is asked for."""

import json
from collections.abc import Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from scaffold.catalogue.rows import Row

R = TypeVar("R", bound=Row)


class Tables:
    """The files of the catalogue: JSON, and TOML where a file kept by hand was not compiled."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(__file__).parent
        self._read: dict[str, dict[str, Any]] = {}

    def exists(self, name: str) -> bool:
        """Whether a generated file of this name exists."""
        return name in self._read or (self._folder / f"{name}.json").is_file()

    def table(self, name: str, table: str) -> Any:
        """One table as its file has it, empty if the file has none of that name."""
        if name not in self._read:
            self._read[name] = _parsed(self._folder, name)
        return self._read[name].get(table, ())

    def rows(self, kind: type[R], file: str, table: str, /, **common: object) -> tuple[R, ...]:
        """The rows of one table, the letters of their sources written out.

        Raises ValueError if a row lacks a source or a field, which the tests rule out.
        """
        return rows_of(kind, self.table(file, table), self.table(file, "sources"), **common)


def _parsed(folder: Path, name: str) -> dict[str, Any]:
    generated = folder / f"{name}.json"
    if generated.is_file():
        parsed: dict[str, Any] = json.loads(generated.read_bytes())
        return parsed
    # Imported here, since a decision reads JSON only: parsing TOML takes ten times as long.
    import tomllib

    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


def rows_of(
    kind: type[R], table: Iterable[dict[str, Any]], sources: dict[str, str], **common: object
) -> tuple[R, ...]:
    """Rows of one kind; of what a row lacks or has beyond the fields, only the first matters.

    Generated rows also carry the day of reading and digests, which no decision needs.
    """
    known = fields(kind)
    names = {field.name for field in known}
    needed = {field.name for field in known if field.default is MISSING} - {"doubt", *common}
    written: dict[str, str] = {}
    rows = []
    for entry in table:
        if not needed <= entry.keys():
            raise ValueError(f"{kind.__name__}: {sorted(needed - entry.keys())} not in {entry}")
        values: dict[str, Any] = {"doubt": "", **common}
        values |= {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in entry.items()
            if key in names
        }
        letters = entry["source"]
        if letters not in written:
            written[letters] = "; ".join(sources.get(key, key) for key in letters.split("+"))
        rows.append(kind(**{**values, "source": written[letters]}))
    return tuple(rows)
