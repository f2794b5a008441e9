"""Killed before any change: afterwards all containers are the old ones, or all the new ones."""

from contextlib import contextmanager, suppress

import pytest

from scaffold.commands.container import starting
from scaffold.commands.container.plan import make_plan
from scaffold.commands.container.recovery import settle
from scaffold.commands.container.recreate import recreate
from scaffold.container.recreate.options import RecreateOptions
from scaffold.errors import TargetError
from tests.commands.container.fake_engine import FakeEngine, Killed

ALL = ("main", "side", "board")
OPTIONS = RecreateOptions(env=(("A", "1"),))


@contextmanager
def quiet(_doing, _total=0, _copied=None):
    yield


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(starting, "POLL_S", 0)
    monkeypatch.setattr(starting, "SETTLED_S", -1)


def world(*, board: tuple[str, ...] = (), running: bool = True) -> FakeEngine:
    """One container, one in its network, and one in that one's."""
    engine = FakeEngine()
    always = {"Name": "always", "MaximumRetryCount": 0}

    def body(mode: str, *env: str) -> dict:
        host = {"NetworkMode": mode, "RestartPolicy": dict(always)}
        return {"Image": "x", "Env": list(env), "HostConfig": host}

    engine.create("main", body("default"))
    engine.create("side", body("container:main"))
    engine.create("board", body("container:side", *board))
    for name in ALL if running else ():
        engine.start(name)
    return engine


def run(engine: FakeEngine):
    return recreate(engine, make_plan(engine, "main", OPTIONS, with_dependents=True), quiet)


def ids(engine: FakeEngine) -> dict[str, str]:
    return {name: engine.inspect(name)["Id"] for name in ALL}


def assert_whole(engine: FakeEngine, before: dict[str, str], *, running: bool = True) -> bool:
    """All old or all new, running as before, and referring to each other; whether new."""
    after = ids(engine)
    changed = {name for name in ALL if before[name] != after[name]}
    assert changed in (set(), set(ALL))
    for name in ALL:
        one = engine.inspect(name)
        assert one["State"]["Running"] is running
        assert one["HostConfig"]["RestartPolicy"]["Name"] == "always"
    for name, target in (("side", "main"), ("board", "side")):
        mode = engine.inspect(name)["HostConfig"]["NetworkMode"]
        assert mode == f"container:{after[target]}"
    left = [one["Name"] for one in engine.found.values()]
    assert not [name for name in left if "-trial-" in name or "-next-" in name]
    return bool(changed)


def count_changes() -> int:
    engine = world()
    with engine.killed_before(10_000):
        run(engine)
        return engine.changes


@pytest.mark.parametrize("running", [True, False])
def test_all_are_replaced(running):
    engine = world(running=running)
    before = ids(engine)
    made = run(engine)
    assert [one.name for one in made] == list(ALL)
    assert all(one.unlike == () for one in made)
    assert assert_whole(engine, before, running=running)


def test_killed_before_any_change():
    outcomes = set()
    for number in range(1, count_changes() + 1):
        engine = world()
        before = ids(engine)
        with pytest.raises(Killed), engine.killed_before(number):
            run(engine)
        settle(engine, "side")
        settle(engine, "main")
        outcomes.add(assert_whole(engine, before))
    assert outcomes == {True, False}


def test_killed_again_while_that_is_undone():
    for number in range(1, count_changes() + 1, 3):
        for again in range(1, 30, 2):
            engine = world()
            before = ids(engine)
            with suppress(Killed), engine.killed_before(number):
                run(engine)
            with suppress(Killed), engine.killed_before(again):
                settle(engine, "board")
            settle(engine, "main")
            assert_whole(engine, before)


def test_last_one_that_does_not_start_takes_all_back():
    engine = world()
    before = ids(engine)
    # It ran before, and does not start again.
    engine.found[before["board"]]["Config"]["Env"] = ["FAIL=1"]
    with pytest.raises(TargetError, match="did not start correctly") as caught:
        run(engine)
    assert "the programs in main and side and board were restarted" in caught.value.hint
    assert ids(engine) == before
    assert engine.inspect("main")["State"]["Running"]


def test_dependent_that_is_recreated_later_follows():
    engine = world()
    recreate(engine, make_plan(engine, "main", OPTIONS), quiet)
    plan = make_plan(engine, "side", RecreateOptions())
    assert "the shared network follows the recreated container" in plan.said
    (made,) = recreate(engine, plan, quiet)
    assert made.unlike == ()
    assert engine.inspect("side")["HostConfig"]["NetworkMode"] == f"container:{ids(engine)['main']}"


def test_disk_that_is_too_small_is_refused_before_anything_changes(monkeypatch):
    engine = world()
    from scaffold.commands.container import plan as planning

    monkeypatch.setattr(planning, "free_bytes", lambda _engine: 10)
    engine.found[ids(engine)["main"]]["SizeRw"] = 1_000_000
    with engine.killed_before(1), pytest.raises(TargetError, match="1 MB of changed files"):
        run(engine)
