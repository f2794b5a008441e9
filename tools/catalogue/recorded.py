"""Rows that public sources describe, kept by hand for what a run cannot reach."""

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("by_hand")


def recorded(name: str) -> dict[str, Any]:
    """The tables of `by_hand/NAME.toml`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
