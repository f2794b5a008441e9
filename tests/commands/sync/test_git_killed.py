"""A sync of a repository that is killed at any moment: the next run goes on, nothing is lost."""

import os
import random
import subprocess
import sys
import time

from tests.commands.sync.two_sides import TwoSides

MOMENTS = 200 if os.environ.get("LAB_LONG") else 4

DRIVER = """
import contextlib, sys
from pathlib import Path
from scaffold.commands.sync import push as module
from tests.commands.sync.two_sides import FolderShell, TwoSides

here, there = map(Path, sys.argv[1:])
module.open_remote_shell = lambda *_: contextlib.nullcontext(FolderShell(there))
TwoSides(here, there).push()
"""


def command(sides: TwoSides) -> list[str]:
    return [sys.executable, "-c", DRIVER, str(sides.here), str(sides.there)]


def whole_run_s(sides: TwoSides) -> float:
    """How long a run takes that nobody kills, on this machine and now."""
    started = time.monotonic()
    subprocess.run(command(sides), check=True, stderr=subprocess.DEVNULL)
    return time.monotonic() - started


def killed(sides: TwoSides, after: float) -> int:
    with subprocess.Popen(command(sides), stderr=subprocess.DEVNULL) as program:
        time.sleep(after)
        program.kill()
    return program.returncode


def test_the_next_run_goes_on_and_nobodys_commit_is_lost(two_sides: TwoSides):
    moments, ends = random.Random(17), set()  # noqa: S311
    two_sides.git("init", "--quiet")
    two_sides.commit("start", a="0\n")
    busy_s = whole_run_s(two_sides)
    for number in range(MOMENTS):
        two_sides.commit(f"mine{number}", a=f"{number}\n" * (1 + number % 3))
        two_sides.git("branch", f"theirs{number}", there=True)
        if number % 3 == 1:
            two_sides.git("gc", "--quiet", there=True)
        if number % 3 == 2:
            two_sides.git("pack-refs", "--all")
        ends.add(killed(two_sides, busy_s * moments.uniform(0.1, 1.1)))
        sent = two_sides.push()
        assert not sent.undecided, sent.skipped
        assert two_sides.log("main", there=True) == two_sides.log()
        names = two_sides.git("branch", "--format=%(refname:short)", there=True).split()
        assert {f"theirs{n}" for n in range(number + 1)} <= {*names}
        two_sides.git("fsck", "--strict", there=True)
    assert -9 in ends
