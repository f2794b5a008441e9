"""`scaffold container recreate`: an existing container, made again with something changed.

The order is chosen so that nothing is lost at any moment, and all state is in names, so that a
run that was killed is undone by the next one: see scaffold/container/recovery.py.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.copying import Progress, watch
from scaffold.commands.container.guard import UnderWayError, begin, holds
from scaffold.commands.container.plan import Plan
from scaffold.commands.container.recovery import settle
from scaffold.container.changed import has_changes
from scaffold.container.differences import Difference, differences
from scaffold.container.names import COMMENT, Dated, Part, image_reference, stamp
from scaffold.container.raw import Raw, is_running, table
from scaffold.container.recovery import restart_policy
from scaffold.container.request import Request
from scaffold.container.trial import is_ready, trial
from scaffold.errors import TargetError

POLL_S = 0.2
SETTLED_S = 3.0
"""A program that is wrongly set up mostly ends at once."""

GRACE_S = 30.0
"""Beyond what the health check itself allows for."""


@dataclass(frozen=True, slots=True)
class Recreated:
    """What came of it: `unlike` are settings that differ beside those asked for."""

    name: str
    kept: str
    image: str
    started: bool
    unlike: tuple[Difference, ...]


def recreate(engine: DockerEngine, plan: Plan, progress: Progress) -> Recreated:
    """Replace the container. Raises TargetError, with everything as it was before."""
    when = stamp(datetime.now(UTC))
    asked = trial(plan.request, plan.changes, plan.taken)
    with _told_of_trial():
        begin(engine, plan.name, when, asked)
    try:
        return _replace(engine, plan, when, progress)
    except TargetError as error:
        _take_back(engine, plan.name, when, error)
        hint = f"nothing is lost: {plan.name} is in its place again, as it was"
        raise TargetError(error.message, hint=hint) from error
    except BaseException as error:
        _take_back(engine, plan.name, when, error)
        raise


def _take_back(engine: DockerEngine, name: str, when: str, error: BaseException) -> None:
    try:
        if not holds(engine, name, when):
            raise TargetError("another run took it over")
        settle(engine, name, give_up=True)
    except TargetError as worse:
        raise TargetError(
            f"{error or 'interrupted'}; and it could not be undone: {worse.message}",
            hint=f"scaffold container recreate {name} goes on with the undoing",
        ) from error


def _replace(engine: DockerEngine, plan: Plan, when: str, progress: Progress) -> Recreated:
    name = plan.name
    trial_name, successor, before = (str(Dated(name, part, when)) for part in Part)
    with progress("trying whether the successor would start"):
        _try(engine, trial_name, plan)
    if plan.runs:
        with progress(f"stopping {name}"):
            engine.stop(name)
    image = str(plan.request.body["Image"])
    # Only now: what it writes when it is told to stop counts too.
    if plan.changes.image is None and has_changes(plan.old, engine.changed_files(name)):
        doing = f"saving the file system of {name} as an image"
        with progress(doing, plan.changes_bytes, watch(engine)):
            repository, tag = image_reference(name, when)
            engine.commit(name, repository, tag, COMMENT)
            image = f"{repository}:{tag}"
    with progress("creating the successor"):
        make(engine, successor, _of_image(plan.request, image))
        unlike = _unlike(engine, plan, successor)
    if restart_policy(table(plan.old, "HostConfig", "RestartPolicy"))[0] != "no":
        # Else the engine starts the old one beside the new one when it is itself restarted.
        engine.set_restart_policy(name, {"Name": "no"})
    engine.rename(name, before)
    engine.rename(successor, name)
    if plan.runs:
        with progress(f"starting the new {name}"):
            engine.start(name)
            _wait(engine, name)
    engine.remove(trial_name, unnamed_volumes=True)
    return Recreated(name, before, image, plan.runs, unlike)


def make(engine: DockerEngine, name: str, request: Request) -> None:
    """Create a container and bring it into its networks."""
    engine.create(name, request.body)
    _connect(engine, name, request)


def _connect(engine: DockerEngine, name: str, request: Request) -> None:
    for network, endpoint in request.further.items():
        engine.connect(name, network, endpoint)
    for network in request.leave:
        engine.disconnect(name, network)


def _of_image(request: Request, image: str) -> Request:
    return replace(request, body={**request.body, "Image": image})


def _try(engine: DockerEngine, name: str, plan: Plan) -> None:
    with _told_of_trial():
        _connect(engine, name, trial(plan.request, plan.changes, plan.taken))
        engine.start(name)


@contextmanager
def _told_of_trial() -> Iterator[None]:
    try:
        yield
    except UnderWayError:
        raise
    except TargetError as error:
        if not is_ready(error.message):
            reason = error.message.partition(": ")[2]
            raise TargetError(f"the successor would not start: {reason}") from error


def _unlike(engine: DockerEngine, plan: Plan, successor: str) -> tuple[Difference, ...]:
    """What differs from a container without any changes, and nobody asked for."""
    found = engine.inspect(successor)
    asked = asked_paths(plan)
    return tuple(
        one
        for one in differences(plan.old, found or {})
        if not any(one.path.startswith(path) for path in asked)
    )


def asked_paths(plan: Plan) -> tuple[str, ...]:
    """The settings that the flags are about, as paths of an inspect."""
    changes = plan.changes
    table_of_paths = (
        (changes.publish or changes.unpublish, ("Config.ExposedPorts", "HostConfig.PortBindings")),
        (
            changes.volumes or changes.no_volumes,
            (
                "Mounts",
                "HostConfig.Binds",
                "HostConfig.Mounts",
                "HostConfig.Tmpfs",
                "Config.Volumes",
            ),
        ),
        (changes.gpus, ("HostConfig.DeviceRequests", "Config.Env")),
        (changes.shm_size, ("HostConfig.ShmSize",)),
        (changes.env or changes.no_env, ("Config.Env",)),
        (changes.image, ("Config", "Path", "Args", "Mounts")),
    )
    return tuple(path for asked, paths in table_of_paths if asked for path in paths)


def _wait(engine: DockerEngine, name: str) -> None:
    """Wait until it runs and, with a health check, is healthy. Raises TargetError if not."""
    begun = time.monotonic()
    while True:
        found = engine.inspect(name) or {}
        state = table(found, "State")
        health = table(state, "Health").get("Status")
        waited = time.monotonic() - begun
        if not is_running(found) or found.get("RestartCount"):
            raise _failure(engine, name, _ending(found))
        if health == "unhealthy" or (health == "starting" and waited > patience(found)):
            raise _failure(engine, name, f"its health check says {health}")
        if health == "healthy" or (health in {None, "none"} and waited > SETTLED_S):
            return
        time.sleep(POLL_S)


def _ending(found: Raw) -> str:
    if found.get("RestartCount"):
        return "it ends again and again, and its restart policy starts it anew"
    return f"it ended with code {table(found, 'State').get('ExitCode')}"


def patience(found: Raw) -> float:
    """Seconds after which a health check must have decided, by its own settings."""
    check = table(found, "Config", "Healthcheck")
    seconds = {key: (check.get(key) or 0) / 1e9 for key in ("Interval", "Timeout", "StartPeriod")}
    # The engine's defaults: docs.docker.com/reference/dockerfile/#healthcheck.
    each = (seconds["Interval"] or 30) + (seconds["Timeout"] or 30)
    return seconds["StartPeriod"] + each * (check.get("Retries") or 3) + GRACE_S


def _failure(engine: DockerEngine, name: str, why: str) -> TargetError:
    printed = engine.last_words(name).strip()
    said = f"; it printed:\n{printed}" if printed else ""
    return TargetError(f"the successor did not come up: {why}{said}")
