"""`python -m tools.catalogue [NAME…]` writes the rows; `--check` asks whether they are current."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.catalogue import companions, jax, pytorch, stored, tensorflow
from tools.catalogue.context import Context, today
from tools.catalogue.listing import Index
from tools.catalogue.source import Source, SourceError
from tools.catalogue.stored import Row

PYPI = "https://pypi.org"
HOSTS = frozenset({"files.pythonhosted.org", "download-r2.pytorch.org"})
Tables = Callable[[Context, Sequence[Row]], tuple[dict[str, list[Row]], dict[str, str]]]


def _companion(name: str) -> Tables:
    return lambda context, before: companions.tables(context, name, before)


GENERATED: dict[str, Tables] = {
    "pytorch": pytorch.tables,
    "tensorflow": tensorflow.tables,
    "jax": jax.tables,
    **{f"companions/{name}": _companion(name) for name in companions.PROJECTS},
}


def generate(name: str, context: Context, root: Path) -> bool:
    """Write one file; returns whether it changed. A fault of its source leaves it as it is."""
    path = root / f"{name}.json"
    before = stored.load(path)
    rows = before.get("builds", before.get("releases", []))
    made, sources = GENERATED[name](context, rows)
    dated = {key: stored.keep_dates(table, before.get(key, [])) for key, table in made.items()}
    return stored.write(path, stored.render(dated, sources))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.catalogue", description=__doc__)
    parser.add_argument("names", nargs="*", help="files to generate, all by default")
    parser.add_argument("--pypi", default=PYPI, help="base of the package index")
    parser.add_argument("--fresh", action="store_true", help="read known wheels again")
    options = parser.parse_args(arguments)
    failed = False
    with Source(hosts=HOSTS) as source:
        context = Context(source, Index(source, options.pypi), today(), options.fresh)
        for name in options.names or GENERATED:
            try:
                changed = generate(name, context, stored.ROOT)
                print(f"{name}: {'written' if changed else 'unchanged'}")
            except SourceError as error:
                failed = True
                print(f"{name}: not changed, {error}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
