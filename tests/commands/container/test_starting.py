"""As healthy as before, and no more."""

import pytest

from scaffold.commands.container import starting
from scaffold.commands.container.starting import health_of, patience, wait_until_up
from scaffold.errors import TargetError
from tests.container.raw_container import inspect


class Engine:
    """An engine whose one container goes through states."""

    def __init__(self, *states: dict) -> None:
        self.states = list(states)

    def inspect(self, _name: str) -> dict:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return inspect(state=state, RestartCount=state.get("restarts", 0))

    def last_words(self, _name: str) -> str:
        return "the last line"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(starting, "POLL_S", 0)
    monkeypatch.setattr(starting, "SETTLED_S", 0)


def health(status: str) -> dict:
    return {"Health": {"Status": status}}


@pytest.mark.parametrize(
    ("before", "states", "result"),
    [
        ({}, [{}], ""),
        (health("healthy"), [health("starting"), health("healthy")], "healthy"),
        (health("unhealthy"), [health("unhealthy")], "unhealthy"),
        (health("starting"), [health("starting")], "starting"),
        ({"Restarting": True}, [{"restarts": 3}], "restarting"),
    ],
)
def test_no_more_is_demanded_than_before(before, states, result):
    assert wait_until_up(Engine(*states), "x", inspect(state=before)) == result


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (health("healthy"), health("unhealthy"), "health check says unhealthy"),
        ({}, {"Running": False, "ExitCode": 7}, "exited with code 7"),
        ({}, {"restarts": 2}, "exits repeatedly"),
        (health("starting"), {"restarts": 2}, "exits repeatedly"),
        (health("unhealthy"), {"Running": False, "ExitCode": 7}, "exited with code 7"),
    ],
)
def test_less_than_before_is_a_failure(before, after, reason):
    with pytest.raises(TargetError, match=reason) as caught:
        wait_until_up(Engine(after), "x", inspect(state=before))
    assert "the last line" in caught.value.message


def test_restarts_of_long_ago_are_no_loop():
    old = inspect(RestartCount=1)
    with pytest.raises(TargetError):
        wait_until_up(Engine({"restarts": 2}), "x", old)


def test_health_check_has_the_time_of_its_own_settings():
    check = {"Interval": 10**9, "Timeout": 2 * 10**9, "Retries": 2, "StartPeriod": 5 * 10**9}
    assert patience(inspect(config={"Healthcheck": check})) == 5 + 3 * 2 + starting.GRACE_S
    assert health_of(inspect(state=health("none"))) == ""
