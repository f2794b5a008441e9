"""`python -m tools.catalogue.proof`: removes each framework's newest release and reads it again.

Works on a copy. Shows that a new release costs one command; needs the package index. The day on
which a row was read is not compared.
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from packaging.version import Version

from scaffold.project.framework_table import ROWS
from tools.catalogue import stored
from tools.catalogue.__main__ import PYPI
from tools.catalogue.__main__ import main as generate

FRAMEWORKS = tuple(row.framework.value for row in ROWS)


def without_newest(path: Path) -> str:
    """Remove the rows of the newest release from a file; returns the release."""
    tables = stored.load(path)
    sources = tables.pop("sources")
    newest: str = max((row["version"] for row in tables["builds"]), key=Version)
    tables["builds"] = [row for row in tables["builds"] if row["version"] != newest]
    path.write_text(stored.render(tables, sources), encoding="utf-8")
    return newest


def same(before: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether two files say the same, whenever it was read."""
    return before == stored.keep_dates(now, before)


def proven(root: Path, pypi: str = PYPI, names: Sequence[str] = FRAMEWORKS) -> bool:
    """Whether every file of a copy of `root` comes back as it was, and says so for each."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "catalogue"
        shutil.copytree(root, copy)
        removed = {name: without_newest(copy / f"{name}.json") for name in names}
        generate([*names, "--pypi", pypi], copy)
        back = {
            name: same(stored.load(root / f"{name}.json"), stored.load(copy / f"{name}.json"))
            for name in names
        }
    for name, newest in removed.items():
        print(f"{name} {newest}: {'read again' if back[name] else 'NOT as it was'}")
    return all(back.values())


if __name__ == "__main__":
    sys.exit(not proven(stored.ROOT))
