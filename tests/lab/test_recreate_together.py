"""Containers that refer to the recreated one follow it: all of them, or none."""

import json
import os
import random
import signal
import time

import pytest

from tests.lab.support.container_options import IMAGE
from tests.lab.support.engine import LONG
from tests.lab.support.recreating import finished, names, recreated, remove, scaffold

MAIN, SIDE, LOGS, BOARD = "group-main", "group-side", "group-logs", "group-board"
ALL = (BOARD, LOGS, MAIN, SIDE)
KILLS = int(os.environ.get("LAB_KILLS", "100" if LONG else "3"))
LOOP = ("sh", "-c", 'test -z "$FAIL" || exit 7; trap exit TERM; while :; do sleep 0.1; done')


@pytest.fixture
def group(engine):
    """One container, one in its network, one with its volumes, and one in that one's network."""
    remove(engine, "group-")

    def start(name: str, *options: str) -> None:
        engine.docker("run", "--detach", f"--name={name}", *options, IMAGE, *LOOP)

    start(MAIN, "--volume=/data", "--ipc=shareable", "--restart=unless-stopped")
    start(SIDE, f"--network=container:{MAIN}", f"--ipc=container:{MAIN}", "--restart=always")
    start(LOGS, f"--volumes-from={MAIN}", f"--link={MAIN}:main")
    start(BOARD, f"--network=container:{SIDE}", f"--pid=container:{LOGS}")
    engine.docker("exec", MAIN, "sh", "-c", "echo a >/root/file; echo b >/data/file")
    engine.docker("exec", SIDE, "sh", "-c", "echo c >/root/file")
    yield
    remove(engine, "group-")


def running(engine) -> dict[str, tuple[str, bool]]:
    found = {name: engine.inspect(name) for name in ALL}
    return {name: (one["Id"], one["State"]["Running"]) for name, one in found.items()}


def assert_together(engine) -> None:
    """Each refers to the containers that have the names now."""
    now = {name: engine.inspect(name) for name in ALL}
    assert all(one["State"]["Running"] for one in now.values())
    host = {name: one["HostConfig"] for name, one in now.items()}
    assert host[SIDE]["NetworkMode"] == f"container:{now[MAIN]['Id']}"
    assert host[BOARD]["NetworkMode"] == f"container:{now[SIDE]['Id']}"
    assert host[LOGS]["Links"] == [f"/{MAIN}:/{LOGS}/main"]
    assert engine.docker("exec", LOGS, "cat", "/data/file").stdout == "b\n"
    assert engine.docker("exec", SIDE, "cat", "/root/file").stdout == "c\n"


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


def test_killed_at_any_moment_all_are_old_or_all_are_new(engine, group):
    for _ in range(KILLS):
        remove_kept(engine)
        before = running(engine)
        process = scaffold(engine, "recreate", MAIN, "--env=A=1", "--with-dependents", "--yes")
        time.sleep(random.uniform(0.5, 22))  # noqa: S311
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        settle(engine)
        after = running(engine)
        changed = {name for name in ALL if before[name][0] != after[name][0]}
        assert changed in (set(), set(ALL)), changed
        assert_together(engine)


def settle(engine) -> None:
    """What the next run does first; this one stops there, since there is nothing to do."""
    code, out, err = finished(engine, "recreate", BOARD, "--no-env=NO_SUCH", "--yes")
    assert (code, "NO_SUCH is not set" in err) == (2, True), out + err


def remove_kept(engine) -> None:
    kept = [name for name in names(engine, "group-") if "-before-" in name]
    if kept:
        engine.docker("rm", "--force", *kept)


def test_json_of_a_dry_run_names_the_dependents(engine, group):
    words = ("recreate", MAIN, "--env=A=1", "--with-dependents", "--dry-run", "--json")
    _, out, _ = finished(engine, *words)
    assert set(json.loads(out)["dependents"]) == {SIDE, LOGS, BOARD}
