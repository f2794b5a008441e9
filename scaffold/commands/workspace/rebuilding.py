"""Replace a container by one of a new image: the old one goes only after the new one started."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scaffold.adapters.docker.engine import DockerEngine, docker_engine
from scaffold.commands.workspace.down import DownPlan, Progress, down
from scaffold.commands.workspace.reuse import ASIDE, Reused
from scaffold.commands.workspace.up_target import UpTarget, with_labels
from scaffold.container.engine_json import Raw, is_running, name_of
from scaffold.errors import TargetError
from scaffold.records import dataclass
from scaffold.workspace.compose_project import PROJECT
from scaffold.workspace.devcontainer import label
from scaffold.workspace.identity import GENERATION, fits


@dataclass(frozen=True, slots=True)
class _Old:
    """The container that is replaced: its id and its own name, that of now, and whether it ran."""

    id: str
    name: str
    aside: str
    ran: bool


@contextmanager
def replacing(
    reused: Reused, progress: Progress, tell: Callable[[str], None]
) -> Iterator[UpTarget]:
    """The target to start; around it the old container is stopped, and removed or started again.

    Docker Compose replaces the containers of its services itself, so the old ones go first.
    """
    target, plan, own = reused.target, reused.replaced, reused.own
    if plan is None or own is None:
        yield target
        return
    with docker_engine(target.host or None, target.ssh_config) as engine:
        if label(own, PROJECT):
            _remove(engine, plan, progress)
            yield target
            return
        old = _set_aside(engine, own)
    new = with_labels(target, {**target.labels, GENERATION: secrets.token_hex(4)}, target.project)
    try:
        yield new
    except BaseException:
        with docker_engine(target.host or None, target.ssh_config) as engine:
            tell(_restored(engine, old, new))
        raise
    with docker_engine(target.host or None, target.ssh_config) as engine:
        _remove(engine, plan, progress)


def _remove(engine: DockerEngine, plan: DownPlan, progress: Progress) -> None:
    done = down(engine, plan, progress)
    if done.refused:
        raise TargetError(f"the old container stays: {done.refused[0]}")


def _set_aside(engine: DockerEngine, own: Raw) -> _Old:
    """Stop it, so that its ports and GPUs are free, and give its name away."""
    name = name_of(own).removesuffix(ASIDE)
    old = _Old(str(own["Id"]), name, _free_aside(engine, name), is_running(own))
    if old.ran:
        engine.stop(old.id)
    engine.rename(old.id, old.aside)
    return old


def _free_aside(engine: DockerEngine, name: str) -> str:
    """A name for it; an interrupted rebuild may have left one of the usual name."""
    names = (f"{name}{number}{ASIDE}" for number in ("", *(f"-{n}" for n in range(2, 100))))
    return next(one for one in names if engine.inspect(one) is None)


def _restored(engine: DockerEngine, old: _Old, new: UpTarget) -> str:
    """Bring the old container back unless the new one runs; what was done, for the user."""
    made = [row for row in engine.containers() if fits(row, new.labels)]
    if any(is_running(engine.inspect(str(row["Id"])) or {}) for row in made):
        return f"the new container runs; the old one stays, stopped, as {old.aside}"
    for row in made:
        engine.remove(str(row["Id"]))
    engine.rename(old.id, old.name)
    if old.ran:
        engine.start(old.id)
    return f"the new container does not start, so the old one, {old.name}, is back"
