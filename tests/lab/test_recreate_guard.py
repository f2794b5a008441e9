"""Two recreates of one container: one at a time, and a dead one blocks nobody."""

import json
import os
import subprocess
import time

import pytest

from scaffold.adapters.docker import run_mark
from scaffold.container.names import FIRST
from tests.lab.support.container_options import IMAGE
from tests.lab.support.recreating import finished, names, remove, scaffold

NAME = "guarded"
AGAIN = ("recreate", NAME, "--env=RUN=1", "--yes")


@pytest.fixture
def guarded(engine):
    """A running container that takes its time to stop, so that a recreate takes it too."""
    remove(engine, NAME)
    program = ("sh", "-c", "trap 'sleep 1; exit' TERM; while :; do sleep 0.1; done")
    engine.docker("run", "--detach", f"--name={NAME}", IMAGE, *program)
    yield
    remove(engine, NAME)


@pytest.fixture
def resting(engine):
    """The same, stopped."""
    remove(engine, NAME)
    engine.docker("create", f"--name={NAME}", IMAGE, "sleep", "9")
    yield engine.inspect(NAME)["Id"]
    remove(engine, NAME)


def left(engine, mark: dict[str, object], stamp: str = "20260101-000000") -> None:
    """What a recreate with this mark would leave after its first step."""
    label = f"--label={run_mark.LABEL}={json.dumps({**json.loads(run_mark.mark()), **mark})}"
    engine.docker("create", f"--name={NAME}-trial-{stamp}", label, IMAGE, "true")


def under_way(engine) -> bool:
    return any("-trial-" in name and FIRST not in name for name in names(engine, NAME))


def test_second_one_is_refused_and_the_first_goes_on(engine, guarded):
    first = scaffold(engine, *AGAIN)
    deadline = time.monotonic() + 300
    while not under_way(engine):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    code, _, err = finished(engine, *AGAIN)
    assert (code, f"is running ({os.environ.get('USER', 'root')}@" in err) == (1, True), err
    assert first.wait(300) == 0, first.communicate()
    first.communicate()
    assert [name for name in names(engine, NAME) if "-trial-" in name] == []


@pytest.mark.long
def test_of_many_at_once_no_two_work_and_nothing_is_lost(engine, guarded):
    runs = [scaffold(engine, *AGAIN) for _ in range(6)]
    said = [(*run.communicate(timeout=600), run.returncode) for run in runs]
    done = [code for _, _, code in said if code == 0]
    assert all(code == 0 or "is running" in err for _, err, code in said), said
    assert len(done) <= len(names(engine, f"{NAME}-before-"))
    assert [name for name in names(engine, NAME) if "-trial-" in name or "-next-" in name] == []
    assert engine.inspect(NAME)["State"]["Running"]


@pytest.mark.parametrize("stamp", ["20260101-000000", FIRST])
def test_one_that_was_killed_blocks_nobody(engine, resting, stamp):
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    left(engine, {"pid": ended.pid}, stamp)
    code, _, err = finished(engine, *AGAIN)
    assert (code, f"removed {NAME}-trial-{stamp}" in err) == (0, True), err


def test_one_that_was_begun_elsewhere_is_taken_over_on_demand(engine, resting):
    left(engine, {"host": "ws7", "user": "ada"})
    code, _, err = finished(engine, *AGAIN)
    assert (code, "started on another machine (ada@ws7" in err) == (1, True)
    assert "--take-over" in err
    assert engine.inspect(NAME)["Id"] == resting
    code, _, err = finished(engine, *AGAIN, "--take-over")
    assert code == 0, err


def test_one_that_was_taken_over_does_not_undo_the_work_of_the_other(engine, guarded):
    first = scaffold(engine, *AGAIN)
    deadline = time.monotonic() + 300
    while not under_way(engine):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    trial = next(name for name in names(engine, NAME) if "-trial-" in name)
    engine.docker("rename", trial, f"{NAME}-trial-20990101-000000")
    _, err = first.communicate(timeout=300)
    assert (first.returncode, "another run took over" in err) == (1, True), err
    assert f"{NAME}-trial-20990101-000000" in names(engine, NAME)
