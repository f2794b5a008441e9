"""Undo a recreate that did not finish."""

from contextlib import suppress

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.container.engine_json import Raw, name_of
from scaffold.container.names import DatedName, RecreateRole, image_reference
from scaffold.container.recreate.recovery import (
    ContainerState,
    RecoveryStep,
    family,
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
            f"there is no container {name}", hint="to list all containers: scaffold container list"
        )
    return found


def full_name(engine: DockerEngine, text: str) -> str:
    """The full name for a name or id prefix; the text itself if there is no such container."""
    found = engine.inspect(text)
    return name_of(found) if found else text


def settle(engine: DockerEngine, name: str, *, give_up: bool = False) -> tuple[str, ...]:
    """Undo an unfinished recreate; returns what was done, nothing if there was none.

    With `give_up`, a successor that has started is undone too. Raises TargetError if the
    engine refuses a step; a later call resumes from there.
    """
    stamp = unfinished(name, all_names(engine))
    if stamp is None:
        return ()
    done: list[str] = []
    while step := next_step(name, _look(engine, name), give_up=give_up):
        try:
            _do(engine, step)
            done.append(_words(step))
        except TargetError as error:
            if step.do != "start":
                raise
            # The old container cannot start any more, but it has its name and all its data.
            done.append(error.message)
            engine.remove(str(DatedName(name, RecreateRole.TRIAL, stamp)), unnamed_volumes=True)
    with suppress(TargetError):
        # Refused if a successor that was kept uses the image.
        engine.remove_image(":".join(image_reference(name, stamp)))
    return tuple(done)


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
