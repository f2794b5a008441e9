"""Tries the resolver's answers with `uv pip compile`.

    python -m tools.installable path/to/uv

Each build of each framework is asked of the resolver for a host that gets it; `uv pip compile`
then resolves the answer for its Python and platform on the package index. The record is written
as it grows: what resolved is not tried again by the next run. An answer that needs another index
is tried only where that one is given: `--reach https://download.pytorch.org/whl`.
"""

import argparse
import subprocess
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, datetime

from scaffold.catalogue import Build
from scaffold.resolver.resolution import Resolution
from tools.installable.answers import answers
from tools.installable.record import RESOLVES, Answer, Record, load, save, tried

PLATFORM = "manylinux_2_35"
"""Ubuntu 22.04, the oldest system of the images that the resolver gives for a wheel."""
SECONDS = 600
STOPPED = "not tried: the run was stopped"
OUT_OF_REACH = "not tried: its index is out of reach"


def question(build: Build, found: Resolution | str, reach: tuple[str, ...]) -> Answer:
    """What is to be tried, or why it is not."""
    row = Answer(
        framework=build.framework.value,
        release=build.version,
        variant=build.variant,
        arch=build.arch,
    )
    if isinstance(found, str) or found.build is None:
        return replace(row, outcome=f"not offered: {found}")
    chosen = found.build
    texts = tuple(dict.fromkeys((*chosen.requirements, *found.companions)))
    index = chosen.index_url or chosen.find_links or ""
    row = replace(row, python=found.python, requirements=texts, index=index, outcome=STOPPED)
    unreached = index and not index.startswith(reach or ("-",))
    return replace(row, outcome=OUT_OF_REACH) if unreached else row


def compiled(uv: str, row: Answer) -> str:
    """`resolves`, or the installer's complaint on one line."""
    command = [uv, "pip", "compile", "-", "--quiet", "--no-header", "--no-config"]
    command += ["--python-version", row.python, "--python-platform", f"{row.arch}-{PLATFORM}"]
    if row.index:
        command += ["--find-links" if row.index.endswith(".html") else "--index", row.index]
    try:
        done = subprocess.run(
            command,
            input="\n".join(row.requirements),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {SECONDS} s"
    return RESOLVES if done.returncode == 0 else " ".join(done.stderr.split())[:400]


def main() -> None:
    """Try what is not known to resolve yet."""
    parser = argparse.ArgumentParser(prog="python -m tools.installable", description=__doc__)
    parser.add_argument("uv", help="path of uv")
    parser.add_argument("--reach", action="append", default=[], help="an index that answers")
    parser.add_argument("--all", action="store_true", help="try what resolved before, too")
    parser.add_argument("--at-once", type=int, default=4, help="installers at the same time")
    options = parser.parse_args()
    known = {} if options.all else tried(load().answers)
    named = subprocess.run([options.uv, "--version"], capture_output=True, text=True, check=True)
    rows = [question(build, found, tuple(options.reach)) for build, found in answers()]
    rows = [replace(row, outcome=known.get(row.question, row.outcome)) for row in rows]
    waiting = [number for number, row in enumerate(rows) if row.outcome == STOPPED]
    today = datetime.now(UTC).date().isoformat()

    def keep() -> None:
        save(Record(uv=named.stdout.split()[1], recorded=today, answers=tuple(rows)))

    keep()
    with ThreadPoolExecutor(options.at_once) as pool:
        asked = {pool.submit(compiled, options.uv, rows[number]): number for number in waiting}
        for done in as_completed(asked):
            number = asked[done]
            rows[number] = replace(rows[number], outcome=done.result())
            print(*rows[number].requirements, rows[number].outcome, flush=True)
            keep()


if __name__ == "__main__":
    main()
