"""A setup that ends early tells what it changed."""

import pytest

from scaffold.cli.host.attendant import HostTerminal
from scaffold.commands.host.attendant import StepOutcome, StepState
from scaffold.errors import TargetError

KEY = StepOutcome("key", StepState.DONE, "~/.ssh/id_ed25519 opens the host\x1b[2J")
HOLDS = StepOutcome("alias", StepState.HOLDS, "ssh knows gpu01")


def stopped(capsys, error, *outcomes, name=""):
    """The error output of a setup that reports these outcomes and then raises the error."""
    attendant = HostTerminal(yes=True, only=(), host_key=None, quiet=True)
    with pytest.raises(type(error)), attendant.truthful("ada@gpu01:22", name):
        for one in outcomes:
            attendant.report(one)
        raise error
    return capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), TargetError("no route"), OSError()])
def test_completed_steps_are_listed_with_both_ways_on(capsys, error):
    said = stopped(capsys, error, HOLDS, KEY)
    assert "  1. key: ~/.ssh/id_ed25519 opens the host" in said
    assert "\x1b" not in said
    assert "alias" not in said
    assert "scaffold host setup ada@gpu01:22\n" in said
    assert "scaffold host setup gpu01 --undo; scaffold host remove gpu01" in said


def test_the_name_of_the_host_is_the_given_one(capsys):
    said = stopped(capsys, KeyboardInterrupt(), KEY, name="box")
    assert said.endswith("scaffold host setup box --undo; scaffold host remove box\n")


def test_nothing_is_said_if_nothing_was_changed(capsys):
    assert stopped(capsys, TargetError("no route"), HOLDS) == ""
