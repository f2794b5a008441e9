"""Undo a recreate that did not finish, one step at a time, from names and states alone.

A killed run leaves some of these containers, NAME being the user's container:

    NAME-trial-DATE   exists from the first step to the last: a recreate is in progress
    NAME-next-DATE    the successor, before it gets the name
    NAME-before-DATE  the old container, after the successor got its name

`next_step` returns one step, and is called again after it. Each step leads to a state that
`next_step` knows, so the recovery can itself be killed and resumed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from scaffold.container.engine_json import Raw, is_running, moment, name_of, table
from scaffold.container.names import DatedName, RecreateRole, parse_dated_name
from scaffold.records import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerState:
    """The state of one container, reduced to what recovery needs."""

    name: str
    running: bool
    created: datetime | None
    started: datetime | None
    finished: datetime | None
    restart: tuple[str, int]


@dataclass(frozen=True, slots=True)
class RecoveryStep:
    """One step: `rename` (to `value`), `remove`, `start`, `stop`, `restart` (the policy to set)."""

    do: str
    name: str
    value: str | tuple[str, int] = ""


def read_state(inspect: Mapping[str, Any]) -> ContainerState:
    """Read the state from an inspect."""
    state = table(inspect, "State")
    return ContainerState(
        name=name_of(inspect),
        running=is_running(inspect),
        created=moment(inspect.get("Created")),
        started=moment(state.get("StartedAt")),
        finished=moment(state.get("FinishedAt")),
        restart=restart_policy(table(inspect, "HostConfig", "RestartPolicy")),
    )


def restart_policy(policy: Raw) -> tuple[str, int]:
    """The name of the policy and its maximum number of retries."""
    return str(policy.get("Name") or "no"), int(policy.get("MaximumRetryCount") or 0)


def family(name: str, all_names: Iterable[str]) -> tuple[str, ...]:
    """The names of a container and of those that belong to a recreate of it."""
    related = (one for one in all_names if (d := parse_dated_name(one)) and d.name == name)
    return (*(one for one in all_names if one == name), *related)


def unfinished(name: str, all_names: Iterable[str]) -> str | None:
    """The date of a recreate that did not finish, None if there is none."""
    found = (parse_dated_name(one) for one in family(name, all_names))
    stamps = [d.stamp for d in found if d and d.part is not RecreateRole.BEFORE]
    return max(stamps, default=None)


def next_step(
    name: str, seen: Mapping[str, ContainerState], *, give_up: bool = False
) -> RecoveryStep | None:
    """The next step back to the old container, or None if nothing is left to do.

    A successor that has run is kept, since a user may have worked in it: the recreate then
    counts as finished. Only the run that started the successor may `give_up` on it.
    """
    stamp = unfinished(name, seen)
    if stamp is None:
        return None
    if str(DatedName(name, RecreateRole.BEFORE, stamp)) not in seen:
        return _with_old_in_place(name, stamp, seen)
    return _with_old_renamed(name, stamp, seen, give_up=give_up)


def is_replaced(name: str, stamp: str, seen: Mapping[str, ContainerState]) -> bool:
    """Whether the successor has the name, and has been started if the old container ran."""
    trial, successor, before = _names(name, stamp)
    if successor in seen or name not in seen or before not in seen:
        return False
    started = seen[name].started is not None
    return started or not _was_running(seen[before], seen.get(trial))


def _with_old_renamed(
    name: str, stamp: str, seen: Mapping[str, ContainerState], *, give_up: bool
) -> RecoveryStep | None:
    trial, successor, before = _names(name, stamp)
    if name not in seen:
        return RecoveryStep("rename", before, name)
    if successor in seen:
        return RecoveryStep("remove", successor)
    if give_up and seen[name].running:
        # A container in a restart loop cannot be renamed.
        return RecoveryStep("stop", name)
    ran = seen[name].started is not None
    if give_up or (not ran and _was_running(seen[before], seen.get(trial))):
        return RecoveryStep("rename", name, successor)
    return RecoveryStep("remove", trial)


def _names(name: str, stamp: str) -> tuple[str, str, str]:
    trial, successor, before = (str(DatedName(name, part, stamp)) for part in RecreateRole)
    return trial, successor, before


def _with_old_in_place(
    name: str, stamp: str, seen: Mapping[str, ContainerState]
) -> RecoveryStep | None:
    trial, successor, _ = _names(name, stamp)
    old, new = seen.get(name), seen.get(successor)
    if old and new and old.restart != new.restart:
        # Only the successor still has the restart policy of the old container.
        return RecoveryStep("restart", name, new.restart)
    if new:
        # Recreate never removes the old container; without it the successor is all that is left.
        return RecoveryStep("remove", successor) if old else RecoveryStep("rename", successor, name)
    if old and not old.running and _was_running(old, seen.get(trial)):
        return RecoveryStep("start", name)
    return RecoveryStep("remove", trial)


def _was_running(old: ContainerState, trial: ContainerState | None) -> bool:
    """Whether the old one ran when the recreate began; both times are by the engine's clock."""
    if old.running:
        return True
    return bool(trial and trial.created and old.finished and old.finished > trial.created)
