"""Undo a recreate that did not finish."""

import json
from collections.abc import Collection, Sequence
from contextlib import suppress

from scaffold.adapters.docker import run_mark
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.container.engine_json import Raw, name_of, table
from scaffold.container.names import DatedName, RecreateRole, image_reference, parse_dated_name
from scaffold.container.recreate.recovery import (
    ContainerState,
    RecoveryStep,
    family,
    is_replaced,
    next_step,
    read_state,
    unfinished,
)
from scaffold.errors import InputError, TargetError


def all_names(engine: DockerEngine) -> list[str]:
    """The name of every container, without the slash and without the names of links."""
    names = [name.removeprefix("/") for row in engine.containers() for name in row["Names"] or ()]
    return [name for name in names if "/" not in name]


def find(engine: DockerEngine, name: str) -> Raw:
    """Inspect the container of that name or id, with sizes. Raises InputError if missing."""
    found = engine.inspect(name, size=True)
    if found is None:
        raise InputError(
            f"the container {name} does not exist",
            hint="to list all containers: scaffold container list",
        )
    return found


def full_name(engine: DockerEngine, text: str) -> str:
    """The full name for a name or id prefix; the text itself if there is no such container."""
    found = engine.inspect(text)
    return name_of(found) if found else text


def settle(engine: DockerEngine, name: str, *, give_up: bool = False) -> tuple[str, ...]:
    """Undo an unfinished recreate; returns what was done, nothing if there was none.

    Containers that were recreated together are restored together, unless all of them are
    replaced already. With `give_up`, a successor that has started is undone too. Raises
    TargetError if the engine refuses a step; a later call resumes from there.
    """
    leader = _leader(engine, name)
    stamp = unfinished(leader, all_names(engine))
    if stamp is None:
        return ()
    members = _dependents(engine, leader, stamp)
    if not members:
        done = _undo(engine, leader, give_up=give_up)
    elif not give_up and _all_replaced(engine, (leader, *members), stamp):
        done = _finish(engine, (*members, leader), stamp)
    else:
        done = _undo_together(engine, leader, members)
    for one in (leader, *members):
        with suppress(TargetError):
            # Refused if a successor that was kept uses the image.
            engine.remove_image(":".join(image_reference(one, stamp)))
    return tuple(done)


def _undo_together(engine: DockerEngine, leader: str, members: Sequence[str]) -> list[str]:
    """Give all their names back, start the leader, then the others, which need it to run.

    The leader's trial goes last, since it marks the whole as unfinished.
    """
    done: list[str] = []
    for one in reversed(members):
        done += _undo(engine, one, give_up=True, before=("start", "trial"))
    done += _undo(engine, leader, give_up=True, before=("trial",))
    for one in (*members, leader):
        done += _undo(engine, one, give_up=True)
    return done


def _undo(
    engine: DockerEngine, name: str, *, give_up: bool, before: Collection[str] = ()
) -> list[str]:
    """Undo the recreate of one container, up to the first step of a kind in `before`."""
    done: list[str] = []
    while step := next_step(name, _look(engine, name), give_up=give_up):
        if _kind(step) in before:
            break
        try:
            _do(engine, step)
            done.append(_words(step))
        except TargetError as error:
            if step.do != "start":
                raise
            # The old container cannot start any more, but it has its name and all its data.
            done.append(error.message)
            _remove_trial(engine, name, unfinished(name, all_names(engine)) or "")
    return done


def _kind(step: RecoveryStep) -> str:
    dated = parse_dated_name(step.name)
    return "trial" if dated and dated.part is RecreateRole.TRIAL else step.do


def _finish(engine: DockerEngine, names: Sequence[str], stamp: str) -> list[str]:
    """Remove the trials of containers that are all replaced: the last step of a recreate."""
    for name in names:
        _remove_trial(engine, name, stamp)
    return [f"finished the recreate of {name}" for name in names]


def _remove_trial(engine: DockerEngine, name: str, stamp: str) -> None:
    trial = str(DatedName(name, RecreateRole.TRIAL, stamp))
    if engine.inspect(trial):
        engine.remove(trial, unnamed_volumes=True)


def _all_replaced(engine: DockerEngine, names: Sequence[str], stamp: str) -> bool:
    return all(is_replaced(name, stamp, _look(engine, name)) for name in names)


def _leader(engine: DockerEngine, name: str) -> str:
    """The container that this one was recreated with; itself if that is not in progress."""
    stamp = unfinished(name, all_names(engine))
    leader = str(_labels(engine, name, stamp).get(run_mark.LEADER) or "") if stamp else ""
    return leader if leader and _labels(engine, leader, stamp or "") else name


def _dependents(engine: DockerEngine, name: str, stamp: str) -> list[str]:
    text = str(_labels(engine, name, stamp).get(run_mark.DEPENDENTS) or "[]")
    return [str(one) for one in json.loads(text)]


def _labels(engine: DockerEngine, name: str, stamp: str) -> Raw:
    trial = engine.inspect(str(DatedName(name, RecreateRole.TRIAL, stamp)))
    return table(trial or {}, "Config", "Labels")


def _look(engine: DockerEngine, name: str) -> dict[str, ContainerState]:
    inspects = (engine.inspect(one) for one in family(name, all_names(engine)))
    seen = (read_state(inspect) for inspect in inspects if inspect)
    return {one.name: one for one in seen}


def _do(engine: DockerEngine, step: RecoveryStep) -> None:
    match step:
        case RecoveryStep("rename", name, str(new)):
            engine.rename(name, new)
        case RecoveryStep("restart", name, (str(policy), int(tries))):
            engine.set_restart_policy(name, {"Name": policy, "MaximumRetryCount": tries})
        case RecoveryStep("start", name):
            engine.start(name)
        case RecoveryStep("stop", name):
            engine.stop(name)
        case RecoveryStep(_, name):
            # Volumes of the old container have names here, so only its own unnamed ones go.
            engine.remove(name, unnamed_volumes=True)


def _words(step: RecoveryStep) -> str:
    match step:
        case RecoveryStep("rename", name, new):
            return f"renamed {name} to {new}"
        case RecoveryStep("restart", name):
            return f"restored the restart policy of {name}"
        case RecoveryStep("start", name):
            return f"started {name} again"
        case RecoveryStep("stop", name):
            return f"stopped {name}"
        case RecoveryStep(_, name):
            return f"removed {name}"
