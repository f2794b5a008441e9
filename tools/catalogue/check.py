"""`python -m tools.catalogue.check`: generated files untouched, reviews due, nothing newer listed.

Without the package index the comparison is left out, says so, and passes.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.version import Version

from scaffold.project.framework_table import ROWS
from tools.catalogue import compiled, stored
from tools.catalogue.__main__ import PYPI
from tools.catalogue.context import chosen, today
from tools.catalogue.listing import ARCHITECTURES, Index
from tools.catalogue.source import Limits, Source, SourceError

NEWEST = {row.framework.value: row.distribution for row in ROWS}
QUICK = Limits(wait=3, total=10)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def unsealed(root: Path) -> Iterator[str]:
    """Generated files that are not as the generator wrote them."""
    for path in sorted(root.rglob("*.json")):
        if not stored.sealed(path.read_text(encoding="utf-8")):
            name = path.relative_to(root)
            yield f"{name} was edited by hand: correct tools/catalogue and run make catalogue"


def stale(root: Path) -> Iterator[str]:
    """Files kept by hand whose JSON was not written again after a change."""
    for name in compiled.NAMES:
        found = (root / f"{name}.json").read_text(encoding="utf-8")
        if found != stored.render(*compiled.tables(name, root)):
            yield f"{name}.json is older than {name}.toml: make catalogue NAMES={name}"


def overdue(root: Path, day: str) -> Iterator[str]:
    """Rows written by hand without a source or a day of review, or whose day has passed."""
    tables = tomllib.loads((root / "overrides.toml").read_text(encoding="utf-8"))
    sources = tables.pop("sources", {})
    for name, rows in tables.items():
        for number, row in enumerate(rows, 1):
            due, letters = str(row.get("review_by", "")), str(row.get("source", ""))
            if not DAY.fullmatch(due) or not letters or set(letters.split("+")) - set(sources):
                yield f"overrides.toml, {name} {number}: a source and a review_by are needed"
            elif due < day:
                yield f"overrides.toml, {name} {number}: check its source again ({due} has passed)"


def outdated(root: Path, index: Index) -> Iterator[str]:
    """Frameworks of which the index lists a newer release than the rows have.

    Raises SourceError where the index cannot be asked.
    """
    with ThreadPoolExecutor(len(NEWEST)) as pool:
        listed = dict(
            zip(NEWEST, pool.map(lambda name: _newest(index, name), NEWEST.values()), strict=True)
        )
    for name, newest in listed.items():
        rows = stored.load(root / f"{name}.json").get("builds", [])
        known = max((Version(row["version"]) for row in rows), default=Version("0"))
        if newest > known:
            yield f"{NEWEST[name]} {newest} is out, the catalogue ends at {known}: make catalogue"


def _newest(index: Index, project: str) -> Version:
    """The newest final release with a wheel for Linux, whichever Python it needs."""
    found = index.releases(project).items()
    usable = [v for v, files in found if any(chosen(files, arch) for arch in ARCHITECTURES)]
    return max(map(Version, usable), default=Version("0"))


def main(root: Path = stored.ROOT, pypi: str = PYPI) -> int:
    """Print what is wrong; 1 if anything is."""
    problems = [*unsealed(root), *stale(root), *overdue(root, today())]
    with Source(QUICK) as source:
        try:
            problems += outdated(root, Index(source, pypi))
        except SourceError as error:
            print(f"catalogue: not compared with the package index ({error})")
    for problem in problems:
        print(f"catalogue: {problem}", file=sys.stderr)
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
