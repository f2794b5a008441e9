"""Uploads of a repository that are killed or cut off, with commits on both sides."""

import logging
import os
import random
import time
from collections import Counter

import pytest

from tests.lab.support.ends import ENDS, end
from tests.lab.support.engine import LONG
from tests.lab.support.relay import Relay
from tests.lab.support.rows import with_long
from tests.lab.support.syncing import Desk, git, write
from tests.lab.test_pull_killed import wire
from tests.lab.test_sync_faults import command

__all__ = ["wire"]

MOMENTS = int(os.environ.get("LAB_KILLS") or (16 if LONG else 2))
"""How often each way to end an upload is tried."""


def commit(desk: Desk, name: str, *, there: bool = False, **files: str) -> None:
    write(desk.there if there else desk.root, dict(files))
    git(desk, "add", "--all", there=there)
    git(desk, "commit", "--quiet", "--allow-empty", "-m", name, there=there)


def log(desk: Desk, branch: str, *, there: bool = False) -> list[str]:
    return git(desk, "log", "--format=%s", branch, there=there).split()


@pytest.mark.parametrize("ending", with_long([(one, one) for one in ENDS], {"killed", "cut"}))
def test_no_commit_of_either_side_is_lost_and_the_next_sync_goes_on(
    wire: tuple[Desk, Relay], ending: str
):
    desk, relay = wire
    moments, codes = random.Random(ending), Counter[int]()  # noqa: S311
    git(desk, "init", "--quiet")
    commit(desk, "start", a="0\n")
    started = time.monotonic()
    with command(desk, "sync") as program:
        assert program.wait(300) == 0
    busy_s = time.monotonic() - started
    for number in range(MOMENTS):
        commit(desk, f"mine{number}", a=f"{number}\n", big=str(number) * 100_000)
        # The server's own work: a branch with a commit that is nowhere else, then another again.
        git(desk, "checkout", "--quiet", "-b", f"theirs{number}", there=True)
        commit(desk, f"server{number}", there=True, b=f"{number}\n")
        git(desk, "checkout", "--quiet", "main", there=True)
        if number % 3 == 1:
            git(desk, "gc", "--quiet", there=True)
        if number % 3 == 2:
            git(desk, "gc", "--quiet")
        with command(desk, "sync") as program:
            time.sleep(busy_s * moments.uniform(0.2, 1.1))
            codes[end(program, relay, ending)] += 1
        with command(desk, "sync") as program:
            said = program.communicate(timeout=300)[0]
        assert program.returncode == 0, (number, said)
        assert log(desk, "main", there=True) == log(desk, "main"), number
        for one in range(number + 1):
            assert log(desk, f"theirs{one}", there=True)[0] == f"server{one}", number
        git(desk, "fsck", "--strict", there=True)
        assert git(desk, "status", "--porcelain", "--untracked-files=no", there=True) == ""
    logging.getLogger(__name__).info("sync, %s: %s", ending, dict(codes))
    assert MOMENTS < 10 or codes.keys() - {0}
