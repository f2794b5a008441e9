"""Only one recreate of a container at a time, from any machine.

All runs share the names of the engine. Each recreate starts by creating a container under one
fixed name, which the engine gives to one run only; that container then gets the dated name of
the trial. A label identifies its process, so that a killed run blocks nobody.
"""

from collections.abc import Mapping

from scaffold.adapters.docker import run_mark
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.recovery import all_names
from scaffold.container.engine_json import table
from scaffold.container.names import FIRST, DatedName, RecreateRole, parse_dated_name
from scaffold.container.recreate.create_request import CreateRequest
from scaffold.container.recreate.recovery import family
from scaffold.errors import TargetError

NAME_TAKEN = "is already in use by container"
"""What the engine says of a name that another container has."""

UNDER_WAY = "another recreate of {} is running"
WAIT = "nothing was changed; wait until it has finished"


class RecreateInProgressError(TargetError):
    """Another run recreates the same container."""


def create_trial(
    engine: DockerEngine,
    name: str,
    when: str,
    request: CreateRequest,
    group: Mapping[str, str] | None = None,
) -> None:
    """Create the trial. Raises RecreateInProgressError if another recreate is running.

    `group` are labels that tie containers together that are recreated together.
    """
    first = str(DatedName(name, RecreateRole.TRIAL, FIRST))
    own = {run_mark.LABEL: run_mark.mark(), **(group or {})}
    labels = {**table(request.body, "Labels"), **own}
    try:
        made = engine.create(first, {**request.body, "Labels": labels})
    except TargetError as error:
        require_alone(engine, name)
        if NAME_TAKEN not in str(error):
            raise
        # Whoever had the name has renamed or removed its container since.
        raise RecreateInProgressError(UNDER_WAY.format(name), hint=WAIT) from error
    try:
        others = [one for one in _at_work(engine, name) if one != first]
        if others:
            raise _under_way(engine, name, others[0])
        engine.rename(made, str(DatedName(name, RecreateRole.TRIAL, when)))
    except BaseException:
        engine.remove(made, unnamed_volumes=True)
        raise


def require_alone(engine: DockerEngine, name: str, *, take_over: bool = False) -> None:
    """Raise RecreateInProgressError if another run recreates the container, or may do so.

    With `take_over`, a run on another machine counts as finished.
    """
    for one in _at_work(engine, name):
        ended = _has_ended(engine, one)
        if ended is False or (ended is None and not take_over):
            raise _under_way(engine, name, one)


def still_holds(engine: DockerEngine, name: str, when: str) -> bool:
    """Whether this run still owns the recreate, and no other run took it over."""
    return str(DatedName(name, RecreateRole.TRIAL, when)) in all_names(engine)


def _at_work(engine: DockerEngine, name: str) -> list[str]:
    found = ((one, parse_dated_name(one)) for one in family(name, all_names(engine)))
    return [one for one, d in found if d and d.part is RecreateRole.TRIAL]


def _mark(engine: DockerEngine, trial: str) -> str:
    labels = table(engine.inspect(trial) or {}, "Config", "Labels")
    return str(labels.get(run_mark.LABEL, ""))


def _has_ended(engine: DockerEngine, trial: str) -> bool | None:
    mark = _mark(engine, trial)
    return run_mark.has_ended(mark) if mark else True


def _under_way(engine: DockerEngine, name: str, trial: str) -> RecreateInProgressError:
    mark = _mark(engine, trial)
    whose = f" ({run_mark.who(mark)})" if mark else ""
    if mark and run_mark.has_ended(mark) is None:
        said = (
            f"another recreate of {name} was started on another machine{whose} and has not finished"
        )
        return RecreateInProgressError(
            said, hint="if that run was stopped, run the same command with --take-over"
        )
    return RecreateInProgressError(f"{UNDER_WAY.format(name)}{whose}", hint=WAIT)
