"""An `up` that was interrupted: the next one repeats the commands that the container missed."""

import pytest

from scaffold.commands.workspace import unfinished
from scaffold.commands.workspace.reuse import ASIDE, settle
from scaffold.errors import TargetError
from tests.commands.workspace.test_reuse import Full, container, target

__all__ = ["target"]


class Running(Full):
    """An engine that notes what is run inside; `refuses` is what it says instead."""

    refuses = False

    def run(self, name, program, feed, _seconds):
        if self.refuses:
            raise TargetError("no shell")
        assert not feed(b"", b"")
        self.__dict__.setdefault("ran", []).append((name, program.argv[-1]))


def ran(engine):
    return [name for name, _ in engine.__dict__.get("ran", ())]


def settled(target, *containers, **options):
    engine = Running(*containers)
    options = {"rebuild": False, **options}
    return engine, settle(engine, target, None, **options)


@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
def test_a_container_of_an_interrupted_up_gets_its_commands_again(target, running):
    settled(target)
    made = container(target, "made", "ada", "/srv/ada/p", state={"Running": running})
    engine, _ = settled(target, made)
    assert engine.ran == [("made", unfinished.FORGET[-1])]
    assert engine.started == ([] if running else ["made"])
    engine, _ = settled(target, made)
    assert ran(engine) == ["made"]
    unfinished.finish(target)
    engine, _ = settled(target, made)
    assert ran(engine) == []
    # An `up` of a container that was whole before leaves it whole, however it ends.
    engine, _ = settled(target, made)
    assert ran(engine) == []


def test_a_container_of_an_interrupted_rebuild_gets_them_too(target):
    old = container(target, "old", "ada", "/srv/ada/p")
    settled(target, old, rebuild=True)
    engine, _ = settled(target, old)
    assert ran(engine) == []
    settled(target, old, rebuild=True)
    engine, _ = settled(target, container(target, "new", "ada", "/srv/ada/p"))
    assert ran(engine) == ["new"]


def test_a_container_without_a_shell_is_started_all_the_same(target):
    settled(target)
    engine = Running(container(target, "made", "ada", "/srv/ada/p"))
    engine.refuses = True
    assert settle(engine, target, None, rebuild=False).own


@pytest.mark.parametrize("text", ["{", "1", ""])
def test_a_note_that_cannot_be_read_is_none(target, text):
    settled(target)
    unfinished._note(target).write_text(text)
    engine, _ = settled(target, container(target, "made", "ada", "/srv/ada/p"))
    assert ran(engine) == []


def test_what_an_interrupted_rebuild_set_aside_is_named_and_goes_with_the_next(target):
    new = container(target, "new", "ada", "/srv/ada/p")
    old = container(target, f"old{ASIDE}", "ada", "/srv/ada/p", state={"Running": False})
    _, kept = settled(target, old, new)
    assert kept.own == new
    assert kept.left == (f"old{ASIDE}",)
    _, rebuilt = settled(target, old, new, rebuild=True)
    assert [one.name for one in rebuilt.replaced.containers] == ["new", f"old{ASIDE}"]
