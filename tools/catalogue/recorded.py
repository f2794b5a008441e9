"""Rows that public sources describe, kept by hand for what a run cannot reach."""

import tomllib
from pathlib import Path
from typing import Any

OVERRIDES = Path(__file__).resolve().parents[2] / "scaffold" / "catalogue" / "overrides.toml"
FOLDER = Path(__file__).with_name("by_hand")


def recorded(name: str) -> dict[str, Any]:
    """The tables of `by_hand/NAME.toml`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def overrides(table: str) -> list[dict[str, Any]]:
    """The rows of a table of `scaffold/catalogue/overrides.toml`."""
    rows: list[dict[str, Any]] = tomllib.loads(OVERRIDES.read_text(encoding="utf-8"))[table]
    return rows
