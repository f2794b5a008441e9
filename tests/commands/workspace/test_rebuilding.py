"""The container of a rebuild replaces the old one only after it has started."""

from contextlib import contextmanager, nullcontext

import pytest

from scaffold.commands.workspace import rebuilding
from scaffold.commands.workspace.down import DownPlan, StoppingContainer
from scaffold.commands.workspace.rebuilding import replacing
from scaffold.commands.workspace.reuse import ASIDE, Reused, settle
from scaffold.commands.workspace.up_target import UpTarget
from scaffold.errors import TargetError
from scaffold.workspace.compose_project import PROJECT
from scaffold.workspace.identity import GENERATION, Identity

LABELS = {"devcontainer.local_folder": "/p"}


class RebuildEngine:
    """Containers by id: name, state and labels."""

    def __init__(self, name: str = "p", **labels: str) -> None:
        self.rows: dict[str, dict[str, object]] = {}
        self.made("old", name, running=True, **labels)
        self.stuck = False

    def made(self, id_: str, name: str, *, running: bool, **labels: str) -> None:
        state = {"Running": running}
        config = {"Labels": {**LABELS, **labels}}
        self.rows[id_] = {"Id": id_, "Name": name, "State": state, "Config": config, **config}

    def containers(self):
        return list(self.rows.values())

    def inspect(self, id_, **_options):
        named = (one for one in self.rows.values() if one["Name"] == id_)
        return self.rows.get(id_) or next(named, None)

    def stop(self, id_):
        self.rows[id_]["State"] = {"Running": False}

    def start(self, id_):
        self.rows[id_]["State"] = {"Running": True}

    def rename(self, id_, name):
        self.rows[id_]["Name"] = name

    def remove(self, id_):
        if self.stuck:
            raise TargetError("it is stuck")
        del self.rows[id_]

    @property
    def names(self) -> dict[str, bool]:
        return {str(one["Name"]): bool(one["State"]["Running"]) for one in self.rows.values()}  # type: ignore[index]


@pytest.fixture
def rebuilt(monkeypatch, tmp_path):
    """Runs a rebuild with an engine; `start` is what the Dev Containers CLI does."""
    target = UpTarget(root=tmp_path, identity=Identity(account="ada"), config="c", labels=LABELS)
    told: list[str] = []

    def run(engine, start):
        @contextmanager
        def docker_engine(*_words):
            yield engine

        monkeypatch.setattr(rebuilding, "docker_engine", docker_engine)
        monkeypatch.setattr(
            rebuilding, "with_labels", lambda target, labels, _project: _with(target, labels)
        )
        going = StoppingContainer(name="p", id="old", running=True)
        plan = DownPlan(containers=(going,), remove=True)
        reused = Reused(target=target, own=engine.rows["old"], replaced=plan)
        with replacing(reused, lambda _text: nullcontext(), told.append) as new:
            start(engine, new)
        return new

    run.told = told
    run.target = target
    return run


def _with(target, labels):
    from dataclasses import replace

    return replace(target, labels=labels)


def works(engine, new):
    assert engine.names == {f"p{ASIDE}": False}
    engine.made("new", "p", running=True, **new.labels)


def fails(engine, new):
    engine.made("new", "p", running=False, **new.labels)
    raise TargetError("port is already allocated")


def runs_but_fails(engine, new):
    engine.made("new", "p", running=True, **new.labels)
    raise TargetError("postCreateCommand failed")


def test_after_the_new_one_started_the_old_one_goes(rebuilt):
    engine = RebuildEngine()
    new = rebuilt(engine, works)
    assert engine.names == {"p": True} and [*engine.rows] == ["new"]
    assert new.labels[GENERATION] and rebuilt.told == []


@pytest.mark.parametrize("error", [TargetError, KeyboardInterrupt])
def test_if_the_new_one_does_not_start_the_old_one_is_back(rebuilt, error):
    engine = RebuildEngine()

    def start(engine, new):
        if error is KeyboardInterrupt:
            raise KeyboardInterrupt
        fails(engine, new)

    with pytest.raises(error):
        rebuilt(engine, start)
    assert engine.names == {"p": True} and [*engine.rows] == ["old"]
    assert "the old one, p, is back" in rebuilt.told[0]


def test_if_the_new_one_runs_both_stay(rebuilt):
    engine = RebuildEngine()
    with pytest.raises(TargetError):
        rebuilt(engine, runs_but_fails)
    assert engine.names == {"p": True, f"p{ASIDE}": False}
    assert f"the old one stays, stopped, as p{ASIDE}" in rebuilt.told[0]


def test_a_name_that_an_interrupted_rebuild_took_gives_way_to_another(rebuilt):
    engine = RebuildEngine()
    engine.made("older", f"p{ASIDE}", running=False)
    with pytest.raises(TargetError):
        rebuilt(engine, runs_but_fails)
    assert engine.names == {"p": True, f"p{ASIDE}": False, f"p-2{ASIDE}": False}
    assert f"stopped, as p-2{ASIDE}" in rebuilt.told[0]


def test_compose_replaces_its_containers_itself(rebuilt):
    engine = RebuildEngine(**{PROJECT: "p"})
    rebuilt(engine, lambda engine, new: engine.made("new", "p", running=True, **new.labels))
    assert [*engine.rows] == ["new"]


def test_an_engine_that_refuses_the_removal_is_named(rebuilt):
    engine = RebuildEngine()
    engine.stuck = True
    with pytest.raises(TargetError, match="the old container stays: it is stuck"):
        rebuilt(engine, works)


def test_what_a_killed_rebuild_set_aside_gets_its_name_back(rebuilt, monkeypatch):
    from scaffold.commands.workspace import reuse
    from scaffold.commands.workspace.standing import Standing

    engine = RebuildEngine(f"p{ASIDE}")
    own = engine.rows["old"]
    monkeypatch.setattr(reuse, "standing", lambda *_: Standing(own=(own,)))
    monkeypatch.setattr(reuse, "with_labels", lambda target, *_: target)
    monkeypatch.setattr(reuse, "changed", lambda *_: ())
    monkeypatch.setattr(reuse, "recipe_now", lambda _target: None)
    assert settle(engine, rebuilt.target, None, rebuild=False).own is own
    assert engine.names == {"p": True}
