"""Bring a replacement that did not end to an end: back to the old container, as it was."""

from contextlib import suppress

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.container.names import Dated, Part, image_reference
from scaffold.container.raw import Raw, name_of
from scaffold.container.recovery import Seen, Step, family, next_step, read_seen, unfinished
from scaffold.errors import InputError, TargetError


def all_names(engine: DockerEngine) -> list[str]:
    """The name of every container, without the slash and without the names of links."""
    names = [name.removeprefix("/") for row in engine.containers() for name in row["Names"] or ()]
    return [name for name in names if "/" not in name]


def find(engine: DockerEngine, name: str) -> Raw:
    """The container of that name or id, with the size of its changes. Raises InputError."""
    found = engine.inspect(name, size=True)
    if found is None:
        raise InputError(
            f"there is no container {name}", hint="scaffold container list shows them all"
        )
    return found


def full_name(engine: DockerEngine, text: str) -> str:
    """The name of which the text is a name or the start of an id; as it is where there is none."""
    found = engine.inspect(text)
    return name_of(found) if found else text


def settle(engine: DockerEngine, name: str, *, give_up: bool = False) -> tuple[str, ...]:
    """Undo a replacement that did not end, and say what was done; nothing where all is in order.

    With `give_up` a successor that has started is undone too. Raises TargetError where the
    engine refuses a step; run again, it goes on from there.
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
            # It cannot run any more, but it is there under its name, and so is all its data.
            done.append(error.message)
            engine.remove(str(Dated(name, Part.TRIAL, stamp)), unnamed_volumes=True)
    with suppress(TargetError):
        # Refused where the successor that was kept is made of it.
        engine.remove_image(":".join(image_reference(name, stamp)))
    return tuple(done)


def _look(engine: DockerEngine, name: str) -> dict[str, Seen]:
    inspects = (engine.inspect(one) for one in family(name, all_names(engine)))
    seen = (read_seen(inspect) for inspect in inspects if inspect)
    return {one.name: one for one in seen}


def _do(engine: DockerEngine, step: Step) -> None:
    match step:
        case Step("rename", name, str(new)):
            engine.rename(name, new)
        case Step("restart", name, (str(policy), int(tries))):
            engine.set_restart_policy(name, {"Name": policy, "MaximumRetryCount": tries})
        case Step("start", name):
            engine.start(name)
        case Step("stop", name):
            engine.stop(name)
        case Step(_, name):
            # Its unnamed volumes are its own: those of the old one it has by name.
            engine.remove(name, unnamed_volumes=True)


def _words(step: Step) -> str:
    match step:
        case Step("rename", name, new):
            return f"{name} is called {new} again" if "-before-" in name else f"put {name} aside"
        case Step("restart", name):
            return f"gave {name} its restart policy back"
        case Step("start", name):
            return f"started {name} again"
        case Step("stop", name):
            return f"stopped {name}"
        case Step(_, name):
            return f"removed {name}"
