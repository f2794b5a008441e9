"""python -m tools.repos TREES [NAME…]: hold init against public repositories.

TREES has a folder `owner+name` for each row of repositories.toml, checked out at the row's
commit (`git clone`, `git checkout COMMIT`); a tree that is missing is skipped and said. Nothing
of a tree is run or kept. Writes docs/repositories.md where every row was looked at.
"""

import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from scaffold.commands.init.init import decide
from scaffold.commands.init.read import read_init_facts
from scaffold.errors import InputError
from scaffold.project.facts import ProjectFacts
from scaffold.resolver.resolution import Conflict
from tools.repos.resolving import resolves

ROWS = Path(__file__).with_name("repositories.toml")
WORKERS = 6
DECIDING = Lock()
"""cookiecutter changes the working folder of the process while it renders."""

PAGE = Path(__file__).parents[2] / "docs" / "repositories.md"
HOST = {
    "target": "remote",
    "driver": "580.95.05",
    "gpu_model": ("NVIDIA A100-SXM4-80GB",),
    "gpu": "optional",
}
HEAD = """# Public repositories

What `scaffold init` reads in public repositories, and whether what the generated image would
install resolves for the chosen Python on Linux (x86-64). Written by `make repos`; nothing of
the repositories is kept here. Host: driver 580, A100. That a set resolves does not prove that
each of its packages has a wheel for that Python. Environments of conda and pixi are read and not
resolved: their channels could not be reached where this table was made.

| repository | commit | read | differs from | installs |
| --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    commit: str
    read: str
    differs: str
    installs: str

    @property
    def good(self) -> bool:
        return not self.differs and not self.installs.startswith("FAILS")

    def line(self) -> str:
        cells = (self.name, self.commit[:10], self.read, self.differs or "-", self.installs)
        return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def main(trees: str, *names: str) -> int:
    rows = tomllib.loads(ROWS.read_text())["repository"]
    wanted = [row for row in rows if not names or row["name"] in names]
    # Most of a row is waiting for the package index.
    with ThreadPoolExecutor(WORKERS) as pool:
        found = [one for one in pool.map(lambda row: shown(row, Path(trees)), wanted) if one]
    print(f"{sum(row.good for row in found)}/{len(wanted)} repositories right")
    if len(found) == len(rows):
        PAGE.write_text(HEAD + "".join(f"{row.line()}\n" for row in found))
    return 0 if all(row.good for row in found) and len(found) == len(wanted) else 1


def shown(row: dict[str, object], trees: Path) -> Row | None:
    """One row, printed as soon as it is known; None without its tree."""
    tree = trees / str(row["name"]).replace("/", "+")
    if not tree.is_dir():
        print(f"missing {tree}", flush=True)
        return None
    found = init_facts(row, tree)
    print(found.line(), flush=True)
    return found


def init_facts(row: dict[str, object], tree: Path) -> Row:
    """Read one tree and resolve what its image would install."""
    name, commit = str(row["name"]), str(row["commit"])
    given = {**HOST, **{k: v for k, v in row.items() if k in {"framework_answer", "project_dir"}}}
    if answer := given.pop("framework_answer", None):
        given["framework"] = answer
    try:
        with DECIDING:
            seen = read_init_facts(tree, given)
            decided = decide(seen, given)
    except InputError as error:
        return Row(name, commit, "-", "", f"stops: {error}")
    facts = seen.project
    differs = ", ".join(_differences(row, facts))
    read = f"{facts.framework.value}{facts.framework_spec} {facts.package_manager.value}"
    if isinstance(decided, Conflict):
        expected = row.get("conflict", "")
        verdict = f"conflict: {expected or decided.fact}"
        return Row(name, commit, read, differs, verdict if expected else f"FAILS: {verdict}")
    files = {change.path: change.after.decode(errors="replace") for change in decided.changes}
    with TemporaryDirectory() as folder:
        verdict = resolves(files, tree, Path(folder), decided.resolution.python)
    if verdict.startswith("FAILS") and row.get("explained"):
        verdict = f"{row['explained']} ({verdict.removeprefix('FAILS: ')})"
    return Row(name, commit, read, differs, verdict)


def _differences(row: dict[str, object], facts: ProjectFacts) -> list[str]:
    seen = {
        "framework": facts.framework.value,
        "spec": facts.framework_spec,
        "python": facts.python_spec,
        "manager": facts.package_manager.value,
        "base": facts.base,
        "nvcc": facts.nvcc,
        "is_python": facts.python_project,
        "install_files": list(facts.install_files),
        "extras": list(facts.extras),
        "companions": list(facts.companions),
        "local": [one.path for one in facts.local],
        "isolated": [one.name for one in facts.isolated],
        "submodules": len(facts.submodules),
    }
    bad = [
        f"{key} {seen[key]!r}, expected {row[key]!r}"
        for key in seen
        if row.get(key, seen[key]) != seen[key]
    ]
    system = {one.name for one in facts.apt}
    wanted = row.get("apt", [])
    lacks = [one for one in wanted if one not in system] if isinstance(wanted, list) else []
    return bad + [f"apt lacks {one}" for one in lacks]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
