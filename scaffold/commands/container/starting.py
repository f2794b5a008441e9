"""Wait until a recreated container runs, as healthy as the old one was."""

import time
from datetime import UTC, datetime, timedelta

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.container.engine_json import Raw, is_running, moment, table
from scaffold.errors import TargetError

POLL_S = 0.2
SETTLED_S = 3.0
"""A misconfigured program usually exits at once."""

LOOP = timedelta(minutes=2)
"""The engine waits at most a minute before it restarts a container again."""

GRACE_S = 30.0
"""Added to the time that the health check itself allows."""


def wait_until_up(engine: DockerEngine, name: str, old: Raw) -> str:
    """Wait until a container runs and is as healthy as `old` was; its health, empty if none.

    No more is demanded than before: a container that was unhealthy or in a restart loop may be
    so again. Raises TargetError otherwise.
    """
    begun = time.monotonic()
    while True:
        found = engine.inspect(name) or {}
        waited = time.monotonic() - begun
        if problem := _problem(found, waited, old):
            raise _failure(engine, name, problem)
        if _is_settled(found, waited, unwell=_was_unwell(old) or _in_restart_loop(old)):
            return "restarting" if _restarts(found) else health_of(found)
        time.sleep(POLL_S)


def health_of(inspect: Raw) -> str:
    """The result of the health check; empty without one."""
    health = str(table(inspect, "State", "Health").get("Status") or "")
    return "" if health == "none" else health


def _was_unwell(old: Raw) -> bool:
    return health_of(old) in {"unhealthy", "starting"}


def _in_restart_loop(old: Raw) -> bool:
    """Whether it restarts now, or was restarted by its policy within the last minutes."""
    started = moment(table(old, "State").get("StartedAt"))
    lately = started is not None and datetime.now(UTC) - started < LOOP
    return bool(table(old, "State").get("Restarting") or (old.get("RestartCount") and lately))


def _restarts(inspect: Raw) -> bool:
    return bool(table(inspect, "State").get("Restarting") or inspect.get("RestartCount"))


def _problem(found: Raw, waited: float, old: Raw) -> str:
    """Why it failed: an old health check without a result yet excuses no end of the program."""
    health = health_of(found)
    if not is_running(found) or _restarts(found):
        return "" if _in_restart_loop(old) else _ending(found)
    sick = health == "unhealthy" or (health == "starting" and waited > patience(found))
    return f"its health check says {health}" if sick and not _was_unwell(old) else ""


def _is_settled(found: Raw, waited: float, *, unwell: bool) -> bool:
    health = health_of(found)
    return health == "healthy" or (waited > SETTLED_S and (unwell or not health))


def _ending(found: Raw) -> str:
    if _restarts(found):
        return "its program exits repeatedly and is restarted by its restart policy"
    return f"its program exited with code {table(found, 'State').get('ExitCode')}"


def patience(found: Raw) -> float:
    """Seconds until a health check must have a result, by its own settings."""
    check = table(found, "Config", "Healthcheck")
    seconds = {key: (check.get(key) or 0) / 1e9 for key in ("Interval", "Timeout", "StartPeriod")}
    # The engine's defaults: docs.docker.com/reference/dockerfile/#healthcheck.
    each = (seconds["Interval"] or 30) + (seconds["Timeout"] or 30)
    return seconds["StartPeriod"] + each * (check.get("Retries") or 3) + GRACE_S


def _failure(engine: DockerEngine, name: str, why: str) -> TargetError:
    printed = engine.last_words(name).strip()
    output = f"; its last output:\n{printed}" if printed else ""
    return TargetError(f"the new container did not start correctly: {why}{output}")
