"""Containers that refer to the recreated one follow it: all of them, or none."""

import json
import logging
import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lab.support.container_options import IMAGE
from tests.lab.support.engine import LONG
from tests.lab.support.recreating import finished, names, recreated, remove, scaffold

PARTS = ("main", "side", "logs", "board")
MAIN, SIDE, LOGS, BOARD = (f"group-{part}" for part in PARTS)
ALL = (MAIN, SIDE, LOGS, BOARD)
KILLS = int(os.environ.get("LAB_KILLS", "100" if LONG else "3"))
AT_ONCE = 4
"""Groups that are killed next to each other, since a recreate mostly waits."""

LOOP = ("sh", "-c", 'test -z "$FAIL" || exit 7; trap exit TERM; while :; do sleep 0.1; done')


@pytest.fixture
def group(engine):
    """One container, one in its network, one with its volumes, and one in that one's network."""
    remove(engine, "group-")
    start_group(engine, ALL)
    yield
    remove(engine, "group-")


def start_group(engine, group: tuple[str, ...]) -> None:
    main, side, logs, board = group

    def start(name: str, *options: str) -> None:
        engine.docker("run", "--detach", f"--name={name}", *options, IMAGE, *LOOP)

    start(main, "--volume=/data", "--ipc=shareable", "--restart=unless-stopped")
    start(side, f"--network=container:{main}", f"--ipc=container:{main}", "--restart=always")
    start(logs, f"--volumes-from={main}", f"--link={main}:main")
    start(board, f"--network=container:{side}", f"--pid=container:{logs}")
    engine.docker("exec", main, "sh", "-c", "echo a >/root/file; echo b >/data/file")
    engine.docker("exec", side, "sh", "-c", "echo c >/root/file")


def running(engine, group: tuple[str, ...] = ALL) -> dict[str, tuple[str, bool]]:
    found = {name: engine.inspect(name) for name in group}
    return {name: (one["Id"], one["State"]["Running"]) for name, one in found.items()}


def assert_together(engine, group: tuple[str, ...] = ALL) -> None:
    """Each refers to the containers that have the names now."""
    main, side, logs, board = group
    now = {name: engine.inspect(name) for name in group}
    assert all(one["State"]["Running"] for one in now.values())
    host = {name: one["HostConfig"] for name, one in now.items()}
    assert host[side]["NetworkMode"] == f"container:{now[main]['Id']}"
    assert host[board]["NetworkMode"] == f"container:{now[side]['Id']}"
    assert host[logs]["Links"] == [f"/{main}:/{logs}/main"]
    assert engine.docker("exec", main, "cat", "/root/file").stdout == "a\n"
    assert engine.docker("exec", logs, "cat", "/data/file").stdout == "b\n"
    assert engine.docker("exec", side, "cat", "/root/file").stdout == "c\n"


def test_dependents_are_named_and_recreated_together_on_request(engine, group):
    code, out, _ = finished(engine, "recreate", MAIN, "--env=A=1", "--dry-run")
    assert code == 0
    assert f"{SIDE} shares the" in out
    assert f"{LOGS} " in out
    assert "--with-dependents" in out
    before = running(engine)
    made = recreated(engine, MAIN, "--env=A=1", "--with-dependents")
    assert [one["container"] for one in made["dependents"]][-1] == BOARD
    assert {one["container"] for one in made["dependents"]} == {SIDE, LOGS, BOARD}
    assert all(one["unlike"] == [] for one in (made, *made["dependents"]))
    after = running(engine)
    assert not set(before.values()) & set(after.values())
    assert_together(engine)
    assert len(names(engine, "group-")) == 8


def test_dependent_that_does_not_start_takes_all_back(engine, group):
    engine.docker("rm", "--force", BOARD)
    # It starts once, and never again.
    once = "test ! -e /began || exit 7; touch /began; while :; do sleep 0.1; done"
    engine.docker(
        *("run", "--detach", "--init", f"--name={BOARD}", f"--network=container:{SIDE}"),
        *(IMAGE, "sh", "-c", once),
    )
    before = running(engine)
    code, _, err = finished(engine, "recreate", MAIN, "--env=A=1", "--with-dependents", "--yes")
    assert (code, "did not start correctly" in err) == (1, True), err
    after = running(engine)
    assert {name: one[0] for name, one in after.items()} == {n: o[0] for n, o in before.items()}
    assert all(after[name][1] for name in (MAIN, SIDE, LOGS))
    assert names(engine, "group-") == sorted(ALL)
    assert engine.inspect(SIDE)["HostConfig"]["RestartPolicy"]["Name"] == "always"


def test_dependent_that_is_recreated_later_follows(engine, group):
    recreated(engine, MAIN, "--env=A=1")
    code, out, _ = finished(engine, "prune", MAIN, "--dry-run")
    assert code == 0
    assert f"{SIDE} still uses" in out
    recreated(engine, SIDE)
    host = engine.inspect(SIDE)["HostConfig"]
    assert host["NetworkMode"] == f"container:{engine.inspect(MAIN)['Id']}"
    assert engine.inspect(SIDE)["State"]["Running"]


@pytest.fixture
def groups(engine):
    """Groups with names of their own, and how many kills each gets."""
    remove(engine, "group")
    kills = [len(range(first, KILLS, AT_ONCE)) for first in range(min(KILLS, AT_ONCE))]
    made = [tuple(f"group{number}-{part}" for part in PARTS) for number in range(len(kills))]
    for one in made:
        start_group(engine, one)
    yield list(zip(made, kills, strict=True))
    remove(engine, "group")


def test_killed_at_any_moment_all_are_old_or_all_are_new(engine, groups):
    with ThreadPoolExecutor(len(groups)) as pool:
        seen = sum(pool.map(lambda one: killed(engine, *one), groups), Counter())
    logging.getLogger(__name__).info("%d kills ended as %s", KILLS, dict(seen))
    # The moments were chosen well: both sides of the exchange.
    assert KILLS < 50 or len(seen) == 2, seen


def killed(engine, group: tuple[str, ...], kills: int) -> Counter[str]:
    """Kill so many recreates of a group, each at a random moment; how many ended as what."""
    main, *_, board = group
    words = ("recreate", main, "--env=A=1", "--with-dependents", "--yes")
    started = time.monotonic()
    code, out, err = finished(engine, *words)
    longest_s = time.monotonic() - started
    assert code == 0, out + err
    seen: Counter[str] = Counter()
    for _ in range(kills):
        remove_kept(engine, main)
        before = running(engine, group)
        process = scaffold(engine, *words)
        time.sleep(random.uniform(0.5, longest_s))  # noqa: S311
        process.send_signal(signal.SIGKILL)
        process.communicate()
        settle(engine, board)
        after = running(engine, group)
        changed = {name for name in group if before[name][0] != after[name][0]}
        assert changed in (set(), set(group)), changed
        assert_together(engine, group)
        seen["new" if changed else "old"] += 1
    return seen


def settle(engine, name: str) -> None:
    """What the next run does first; this one stops there, since there is nothing to do."""
    code, out, err = finished(engine, "recreate", name, "--no-env=NO_SUCH", "--yes")
    assert (code, "NO_SUCH is not set" in err) == (2, True), out + err


def remove_kept(engine, main: str) -> None:
    kept = [one for one in names(engine, main.removesuffix("main")) if "-before-" in one]
    if kept:
        engine.docker("rm", "--force", *kept)


def test_json_of_a_dry_run_names_the_dependents(engine, group):
    words = ("recreate", MAIN, "--env=A=1", "--with-dependents", "--dry-run", "--json")
    _, out, _ = finished(engine, *words)
    assert set(json.loads(out)["dependents"]) == {SIDE, LOGS, BOARD}
