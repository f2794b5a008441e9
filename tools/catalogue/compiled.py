"""Tables kept by hand in TOML, written again as JSON: the product reads that ten times faster."""

import tomllib
from pathlib import Path

from tools.catalogue.stored import Made

NAMES = ("architectures", "cuda", "overrides")
FOR_THE_GENERATOR = {"needs", "requires"}
"""Tables that are in the rows of other files already."""


def tables(name: str, root: Path) -> Made:
    """The tables of one file, without its sources, and the sources."""
    found = tomllib.loads((root / f"{name}.toml").read_text(encoding="utf-8"))
    sources = found.pop("sources")
    return {key: rows for key, rows in found.items() if key not in FOR_THE_GENERATOR}, sources
