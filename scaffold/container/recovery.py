"""Undoing a replacement that did not end, one step at a time, from names and states alone.

A run that was killed left some of these, NAME being what the user calls the container:

    NAME-trial-DATE   from the first step to the last: a replacement is under way
    NAME-next-DATE    the successor, before it gets the name
    NAME-before-DATE  the old one, after it gave its name away

`next_step` looks at them and says one step; done, it is asked again. Each step leads to a state
that is known here too, so that the undoing can be killed and taken up again as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scaffold.container.names import Dated, Part, dated
from scaffold.container.raw import Raw, is_running, moment, name_of, table


@dataclass(frozen=True, slots=True)
class Seen:
    """What counts of one container here."""

    name: str
    running: bool
    created: datetime | None
    started: datetime | None
    finished: datetime | None
    restart: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `rename` (to `value`), `remove`, `start`, `stop`, `restart` (the policy to set)."""

    do: str
    name: str
    value: str | tuple[str, int] = ""


def read_seen(inspect: Mapping[str, Any]) -> Seen:
    """What counts of a container's inspect."""
    state = table(inspect, "State")
    return Seen(
        name=name_of(inspect),
        running=is_running(inspect),
        created=moment(inspect.get("Created")),
        started=moment(state.get("StartedAt")),
        finished=moment(state.get("FinishedAt")),
        restart=restart_policy(table(inspect, "HostConfig", "RestartPolicy")),
    )


def restart_policy(policy: Raw) -> tuple[str, int]:
    """The policy's name and how often it tries."""
    return str(policy.get("Name") or "no"), int(policy.get("MaximumRetryCount") or 0)


def family(name: str, all_names: Iterable[str]) -> tuple[str, ...]:
    """The names of a container and of those that a replacement of it left."""
    related = (one for one in all_names if (d := dated(one)) and d.name == name)
    return (*(one for one in all_names if one == name), *related)


def unfinished(name: str, all_names: Iterable[str]) -> str | None:
    """The date of a replacement that did not end."""
    found = (dated(one) for one in family(name, all_names))
    stamps = [d.stamp for d in found if d and d.part is not Part.BEFORE]
    return max(stamps, default=None)


def next_step(name: str, seen: Mapping[str, Seen], *, give_up: bool = False) -> Step | None:
    """The next step back to the old container, or None where all is in order.

    A successor that has run is kept, since somebody may have worked in it: then the replacement
    is done. Only the run that started it may `give_up` on it.
    """
    stamp = unfinished(name, seen)
    if stamp is None:
        return None
    if str(Dated(name, Part.BEFORE, stamp)) not in seen:
        return _with_old_in_place(name, stamp, seen)
    return _with_old_renamed(name, stamp, seen, give_up=give_up)


def _with_old_renamed(
    name: str, stamp: str, seen: Mapping[str, Seen], *, give_up: bool
) -> Step | None:
    trial, successor, before = _names(name, stamp)
    if name not in seen:
        return Step("rename", before, name)
    if successor in seen:
        return Step("remove", successor)
    if give_up and seen[name].running:
        # One that is started again and again cannot be renamed while it comes and goes.
        return Step("stop", name)
    ran = seen[name].started is not None
    if give_up or (not ran and _was_running(seen[before], seen.get(trial))):
        return Step("rename", name, successor)
    return Step("remove", trial)


def _names(name: str, stamp: str) -> tuple[str, str, str]:
    trial, successor, before = (str(Dated(name, part, stamp)) for part in Part)
    return trial, successor, before


def _with_old_in_place(name: str, stamp: str, seen: Mapping[str, Seen]) -> Step | None:
    trial, successor, _ = _names(name, stamp)
    old, new = seen.get(name), seen.get(successor)
    if old and new and old.restart != new.restart:
        # The successor is the only one that still knows the policy of the old one.
        return Step("restart", name, new.restart)
    if new:
        # With the old one gone, which nobody here removes, the successor is all that is left.
        return Step("remove", successor) if old else Step("rename", successor, name)
    if old and not old.running and _was_running(old, seen.get(trial)):
        return Step("start", name)
    return Step("remove", trial)


def _was_running(old: Seen, trial: Seen | None) -> bool:
    """Whether it ran when the replacement began: both times are by the engine's clock."""
    if old.running:
        return True
    return bool(trial and trial.created and old.finished and old.finished > trial.created)
