"""A replacement that is killed after any step, and its undoing after any step of that."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from scaffold.container.recreate.recovery import (
    ContainerState,
    RecoveryStep,
    family,
    next_step,
    unfinished,
)

NAME, STAMP = "trainer", "20261124-101112"
TRIAL, NEXT, BEFORE = (f"{NAME}-{part}-{STAMP}" for part in ("trial", "next", "before"))
EPOCH = datetime(2026, 11, 24, tzinfo=UTC)
ALWAYS, NEVER = ("always", 0), ("no", 0)


@dataclass
class World:
    """An engine in small: containers by name, and a clock that ticks with every step."""

    seen: dict[str, ContainerState] = field(default_factory=dict)
    ticks: int = 0

    def now(self) -> datetime:
        self.ticks += 1
        return EPOCH + timedelta(seconds=self.ticks)

    def change(self, name: str, **values: object) -> None:
        self.seen[name] = replace(self.seen[name], **values)

    def create(self, name: str, restart: tuple[str, int] = NEVER) -> None:
        assert name not in self.seen
        self.seen[name] = ContainerState(
            name=name,
            running=False,
            created=self.now(),
            started=None,
            finished=None,
            restart=restart,
        )

    def start(self, name: str) -> None:
        self.change(name, running=True, started=self.now())

    def stop(self, name: str) -> None:
        self.change(name, running=False, finished=self.now())

    def rename(self, name: str, new: str) -> None:
        assert new not in self.seen
        self.seen[new] = replace(self.seen.pop(name), name=new)

    def do(self, step: RecoveryStep) -> None:
        match step:
            case RecoveryStep("rename", name, str(new)):
                self.rename(name, new)
            case RecoveryStep("restart", name, tuple(policy)):
                self.change(name, restart=policy)
            case RecoveryStep("start", name):
                self.start(name)
            case RecoveryStep("stop", name):
                self.stop(name)
            case RecoveryStep("remove", name):
                del self.seen[name]

    def settle(self, *, give_up: bool = False, at_most: int = 20) -> int:
        for done in range(at_most):
            step = next_step(NAME, self.seen, give_up=give_up)
            if step is None:
                return done
            self.do(step)
        return at_most


def replacement(running: bool):
    """The steps of a replacement, in the order of scaffold/commands/container/recreate.py."""
    stop = [lambda w: w.stop(NAME)] if running else []
    start = [lambda w: w.start(NAME)] if running else []
    return [
        lambda w: w.create(TRIAL),
        *stop,
        lambda w: w.create(NEXT, ALWAYS),
        lambda w: w.change(NAME, restart=NEVER),
        lambda w: w.rename(NAME, BEFORE),
        lambda w: w.rename(NEXT, NAME),
        *start,
        lambda w: w.do(RecoveryStep("remove", TRIAL)),
    ]


def begun(running: bool) -> World:
    world = World()
    world.create(NAME, ALWAYS)
    world.start(NAME)
    if not running:
        world.stop(NAME)
    return world


def killed_after(steps: int, running: bool) -> World:
    world = begun(running)
    for step in replacement(running)[:steps]:
        step(world)
    return world


MOMENTS = [(steps, running) for running in (True, False) for steps in range(9 - 2 * (not running))]


@pytest.mark.parametrize(("steps", "running"), MOMENTS)
def test_killed_replacement_is_undone_or_complete(steps, running):
    before = begun(running).seen[NAME]
    world = killed_after(steps, running)
    world.settle()
    _check_in_order(world, before, running)


@pytest.mark.parametrize(("steps", "running"), MOMENTS)
def test_undoing_can_be_killed_at_any_step_too(steps, running):
    before = begun(running).seen[NAME]
    total = killed_after(steps, running).settle()
    for cut in range(total):
        world = killed_after(steps, running)
        world.settle(at_most=cut)
        world.settle()
        _check_in_order(world, before, running)


@pytest.mark.parametrize(("steps", "running"), MOMENTS)
def test_own_run_gives_up_on_a_successor_that_fails(steps, running):
    if steps == len(replacement(running)):
        return
    world = killed_after(steps, running)
    world.settle(give_up=True)
    assert set(world.seen) == {NAME}
    assert (world.seen[NAME].running, world.seen[NAME].restart) == (running, ALWAYS)


def _check_in_order(world: World, before: ContainerState, running: bool) -> None:
    """The old one or the new one has the name, runs if the old one did, and both are there."""
    assert unfinished(NAME, world.seen) is None
    assert world.seen[NAME].running == running
    assert world.seen[NAME].restart == ALWAYS
    if BEFORE in world.seen:
        assert not world.seen[BEFORE].running
        assert world.seen[BEFORE].created == before.created
    else:
        assert world.seen[NAME].created == before.created
    assert set(world.seen) <= {NAME, BEFORE}


def test_successor_that_has_run_is_kept():
    world = killed_after(len(replacement(True)) - 1, running=True)
    assert next_step(NAME, world.seen) == RecoveryStep("remove", TRIAL)


def test_old_one_that_somebody_removed_leaves_the_successor_the_name():
    world = killed_after(3, running=True)
    del world.seen[NAME]
    world.settle()
    assert set(world.seen) == {NAME}


def test_kept_ones_of_earlier_replacements_are_left_alone():
    world = killed_after(3, running=True)
    earlier = f"{NAME}-before-20250101-000000"
    world.seen[earlier] = replace(world.seen[NAME], name=earlier)
    world.settle()
    assert set(world.seen) == {NAME, earlier}


def test_names_of_other_containers_are_no_family():
    names = [NAME, f"{NAME}2", f"x-{NEXT}", NEXT, f"{NAME}-next", BEFORE]
    assert family(NAME, names) == (NAME, NEXT, BEFORE)
    assert unfinished(f"{NAME}2", names) is None
