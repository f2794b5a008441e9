"""`python -m tools.catalogue [NAME…]` reads the sources and writes the rows."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.catalogue import (
    companions,
    compiled,
    drivers,
    gpus,
    images,
    jax,
    onnxruntime,
    pytorch,
    stored,
    tensorflow,
    toolkit,
)
from tools.catalogue.context import Context, today
from tools.catalogue.listing import Index
from tools.catalogue.source import Source, SourceError
from tools.catalogue.stored import Made

PYPI = "https://pypi.org"
HOSTS = frozenset({"files.pythonhosted.org", "download-r2.pytorch.org"})
Maker = Callable[[Context, Mapping[str, Any]], Made]


def _companion(name: str) -> Maker:
    return lambda context, before: companions.tables(context, name, before)


def _compiled(name: str) -> Maker:
    return lambda _context, _before: compiled.tables(name, stored.ROOT)


MADE: dict[str, Maker] = {
    **{name: _compiled(name) for name in compiled.NAMES},
    "pytorch": pytorch.tables,
    "tensorflow": tensorflow.tables,
    "jax": jax.tables,
    "onnxruntime": onnxruntime.tables,
    "gpus": gpus.tables,
    "images": images.tables,
    "drivers": drivers.tables,
    "toolkit": toolkit.tables,
    **{f"companions/{name}": _companion(name) for name in companions.PROJECTS},
}


WHOLE = {"builds", "releases", "gpus", "branches"}
KEPT = 0.9
"""Releases are rarely withdrawn: tables that shrink by more than this are not believed."""


def generate(name: str, context: Context, root: Path) -> bool:
    """Write one file; returns whether it changed. A fault of its source leaves it as it is."""
    path = root / f"{name}.json"
    before = stored.load(path)
    # What was edited by hand is not believed, so its wheels are read again.
    trusted = before if path.exists() and stored.sealed(path.read_text(encoding="utf-8")) else {}
    tables, sources = MADE[name](context, trusted)
    for table in WHOLE & set(tables):
        if len(tables[table]) < KEPT * len(before.get(table, ())):
            raise SourceError(
                f"its sources name {len(tables[table])} {table}, far fewer than before"
            )
    return stored.write(path, stored.render(stored.keep_dates(tables, before), sources))


def main(arguments: Sequence[str] | None = None, root: Path = stored.ROOT) -> int:
    """Generate the named files, or all; 1 if the source of any could not be used."""
    parser = argparse.ArgumentParser(prog="python -m tools.catalogue", description=__doc__)
    parser.add_argument("names", nargs="*", help="files to generate, all by default")
    parser.add_argument("--pypi", default=PYPI, help="base URL of the package index")
    parser.add_argument("--fresh", action="store_true", help="read known wheels again")
    parser.add_argument(
        "--place",
        action="append",
        default=[],
        metavar="SOURCE=PLACE",
        help="another URL or a file for a source, e.g. pci-ids=/usr/share/misc/pci.ids",
    )
    options = parser.parse_args(arguments)
    places = dict(place.split("=", 1) for place in options.place)
    failed = False
    with Source(hosts=HOSTS) as source:
        context = Context(source, Index(source, options.pypi), today(), options.fresh, places)
        for name in options.names or MADE:
            failed |= not _generated(name, context, root)
    return int(failed)


def _generated(name: str, context: Context, root: Path) -> bool:
    try:
        changed = generate(name, context, root)
    except SourceError as error:
        print(f"{name}: not changed, {error}", file=sys.stderr)
        return False
    print(f"{name}: {'written' if changed else 'unchanged'}")
    return True


if __name__ == "__main__":
    sys.exit(main())
