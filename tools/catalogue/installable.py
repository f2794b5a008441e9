"""Whether what the rows say to install resolves: `python -m tools.catalogue.installable UV`.

Tries every verified row that the package index itself serves, for its oldest and its newest
Python, with `uv pip compile`; nothing is installed. The outcome is recorded beside this file, and
docs/installable.md is written from the record.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.catalogue import stored
from tools.catalogue.context import today
from tools.catalogue.stored import Row

FILES = ("pytorch", "tensorflow", "jax")
RECORD = Path(__file__).with_name("installable.json")
PAGE = stored.ROOT.parent.parent / "docs" / "installable.md"
LIBC = "manylinux_2_40"
AT_ONCE = 2
LONGEST = 300
NEEDS_BUILD = ("building source distributions is disabled", "no usable wheels", "--no-build")
TITLE = """\
# What the rows say to install, resolved

Made by `python -m tools.catalogue.installable UV` on {day} with `uv pip compile --no-build`, for \
the oldest and the newest Python of every verified row that the package index serves. Nothing was \
installed.
"""


def wanted(root: Path) -> Iterator[tuple[str, str, str]]:
    """Requirement, Python and architecture of everything that can be tried."""
    for name in FILES:
        for row in stored.load(root / f"{name}.json").get("builds", []):
            if row["verified"] and not row["index"] and not row["links"]:
                for python in dict.fromkeys((row["python"][0], row["python"][-1])):
                    yield f"{row['requirement']}=={row['version']}", python, row["arch"]


def untried(root: Path) -> Counter[str]:
    """How many rows can only be tried where another index or page is reached."""
    rows = (row for name in FILES for row in stored.load(root / f"{name}.json").get("builds", []))
    return Counter(_where(row) for row in rows if row["index"] or row["links"])


def _where(row: Row) -> str:
    return str(row["index"] or row["links"])


def tried(uv: str, requirement: str, python: str, arch: str) -> str:
    """`resolves`, `needs a build`, or the reason that uv gives."""
    done = subprocess.run(
        [
            *(uv, "pip", "compile", "-", "--no-header", "--quiet", "--no-config", "--no-build"),
            *("--python-version", python, "--python-platform", f"{arch}-{LIBC}"),
        ],
        input=f"{requirement}\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    if done.returncode == 0:
        return "resolves"
    said = " ".join(done.stderr.split())
    return "needs a build" if any(word in said for word in NEEDS_BUILD) else said[:300]


def page(record: Row) -> str:
    """The page of a record."""
    outcomes = Counter(row[3] if row[3] in COUNTED else "fails" for row in record["rows"])
    lines = [TITLE.format(day=record["day"])]
    lines += [f"* {count} {_words(name)}" for name, count in sorted(outcomes.items())]
    others = [row for row in record["rows"] if row[3] != "resolves"]
    lines += ["", "| requirement | Python | architecture | outcome |", "| --- | --- | --- | --- |"]
    lines += [f"| `{a}` | {b} | {c} | {d.replace('|', '/')} |" for a, b, c, d in others]
    lines += [
        "",
        "## Not tried",
        "",
        "Rows of other indexes and pages, not reached in that run:",
        "",
    ]
    lines += [f"* {count} rows of <{place}>" for place, count in record["untried"].items()]
    return "\n".join(lines) + "\n"


COUNTED = {
    "resolves": "resolve.",
    "needs a build": "resolve only where a dependency without a wheel may be built.",
    "fails": "do not resolve.",
}


def _words(name: str) -> str:
    return COUNTED[name]


def main(arguments: Sequence[str]) -> int:
    """Try everything, record it and write the page; 1 if anything does not resolve."""
    jobs = list(dict.fromkeys(wanted(stored.ROOT)))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda job: tried(arguments[0], *job), jobs))
    rows = [[*job, outcome] for job, outcome in zip(jobs, outcomes, strict=True)]
    record = {"day": today(), "untried": dict(sorted(untried(stored.ROOT).items())), "rows": rows}
    stored.write(RECORD, json.dumps(record, indent=0) + "\n")
    stored.write(PAGE, page(record))
    failed = [row for row in rows if row[3] not in COUNTED]
    print(f"{len(rows)} tried, {len(failed)} do not resolve")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
