"""`scaffold up --rebuild`: nothing goes before the new image stands."""

from contextlib import contextmanager

import pytest

from scaffold.adapters.docker import engine as engine_module
from scaffold.cli.workspace import up as command
from scaffold.commands.workspace import reuse
from scaffold.commands.workspace import up as use_case
from scaffold.commands.workspace.down import DownPlan, StoppingContainer
from scaffold.commands.workspace.reuse import Reused
from scaffold.commands.workspace.up_target import UpTarget
from scaffold.errors import InputError, TargetError
from scaffold.workspace.identity import Identity

OLD = StoppingContainer(name="p", id="1", running=True, changes_bytes=5, owner="ada")
IDLE = StoppingContainer(name="p", id="1", running=True, owner="ada")


@pytest.fixture
def world(monkeypatch, tmp_path):
    """A project whose container would be replaced; the steps are written down."""
    steps = []
    target = UpTarget(root=tmp_path, identity=Identity(account="ada"), config="c")

    @contextmanager
    def docker_engine(*_words):
        yield None

    def be(one=IDLE, *, build=None):
        plan = DownPlan(containers=(one,), remove=True) if one else None
        monkeypatch.setattr(
            reuse, "settle", lambda *_, rebuild: Reused(target=target, own={}, replaced=plan)
        )

        def work(_target, _show):
            steps.append("build")
            if build:
                raise build

        monkeypatch.setattr(use_case, "build", work)
        return target

    monkeypatch.setattr(engine_module, "docker_engine", docker_engine)
    be.steps = steps
    return be


def settled(target, *, yes=False):
    return command._settled(target, rebuild=True, take_over=False, yes=yes)


def test_without_an_old_container_nothing_is_built_before(world):
    target = world(None)
    assert settled(target).target is target
    assert world.steps == []


def test_idle_container_is_replaced_without_a_question(world):
    target = world()
    assert settled(target).target is target
    assert world.steps == ["build"]


def test_loss_is_shown_and_needs_consent(world, capsys):
    target = world(OLD)
    with pytest.raises(InputError, match="terminal"):
        settled(target)
    assert "lost: 5 B of changed files outside volumes" in capsys.readouterr().err
    assert world.steps == []
    settled(target, yes=True)
    assert world.steps == ["build"]


def test_answer_no_changes_nothing(world, monkeypatch):
    target = world(OLD)
    monkeypatch.setattr("scaffold.cli.consent.require_consent", lambda _text, *, yes: yes)
    with pytest.raises(InputError, match="nothing was rebuilt"):
        settled(target)
    assert world.steps == []


def test_image_that_does_not_build_keeps_the_old_container(world):
    target = world(build=TargetError("no"))
    with pytest.raises(TargetError):
        settled(target)
    assert world.steps == ["build"]
