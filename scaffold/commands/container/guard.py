"""One replacement of a container at a time, whoever asks and from wherever.

The engine's names are the one thing that all share. Each replacement begins by creating a
container under one fixed name, which the engine gives to one alone; with nobody else at work,
that gets the dated name of the trial. It carries a mark of its process, so that one that was
killed blocks nobody.
"""

from scaffold.adapters.docker import run_mark
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.recovery import all_names
from scaffold.container.names import FIRST, Dated, Part, dated
from scaffold.container.raw import table
from scaffold.container.recovery import family
from scaffold.container.request import Request
from scaffold.errors import TargetError


class UnderWayError(TargetError):
    """Another run replaces the same container."""


def begin(engine: DockerEngine, name: str, when: str, request: Request) -> None:
    """Create the trial, alone. Raises UnderWayError where another replacement is under way."""
    first = str(Dated(name, Part.TRIAL, FIRST))
    labels = {**table(request.body, "Labels"), run_mark.LABEL: run_mark.mark()}
    try:
        made = engine.create(first, {**request.body, "Labels": labels})
    except TargetError:
        require_alone(engine, name)
        raise
    try:
        others = [one for one in _at_work(engine, name) if one != first]
        if others:
            raise _under_way(engine, name, others[0])
        engine.rename(made, str(Dated(name, Part.TRIAL, when)))
    except BaseException:
        engine.remove(made, unnamed_volumes=True)
        raise


def require_alone(engine: DockerEngine, name: str, *, take_over: bool = False) -> None:
    """Raise UnderWayError where another run replaces it, or may do so.

    With `take_over` a run whose end cannot be seen from here is held for ended.
    """
    for one in _at_work(engine, name):
        ended = _has_ended(engine, one)
        if ended is False or (ended is None and not take_over):
            raise _under_way(engine, name, one)


def holds(engine: DockerEngine, name: str, when: str) -> bool:
    """Whether a replacement is still the one that it began as, and nobody took it over."""
    return str(Dated(name, Part.TRIAL, when)) in all_names(engine)


def _at_work(engine: DockerEngine, name: str) -> list[str]:
    found = ((one, dated(one)) for one in family(name, all_names(engine)))
    return [one for one, d in found if d and d.part is Part.TRIAL]


def _mark(engine: DockerEngine, trial: str) -> str:
    labels = table(engine.inspect(trial) or {}, "Config", "Labels")
    return str(labels.get(run_mark.LABEL, ""))


def _has_ended(engine: DockerEngine, trial: str) -> bool | None:
    mark = _mark(engine, trial)
    return run_mark.has_ended(mark) if mark else True


def _under_way(engine: DockerEngine, name: str, trial: str) -> UnderWayError:
    mark = _mark(engine, trial)
    whose = f" ({run_mark.who(mark)})" if mark else ""
    if mark and run_mark.has_ended(mark) is None:
        said = f"another recreate of {name} was begun elsewhere{whose} and has not ended"
        return UnderWayError(said, hint="if nobody is at it any more: the same with --take-over")
    said = f"another recreate of {name} is under way{whose}"
    return UnderWayError(said, hint="nothing was changed; wait for its end, then look again")
