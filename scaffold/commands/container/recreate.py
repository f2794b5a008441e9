"""`scaffold container recreate`: replace an existing container with a changed one.

No step loses data, and all state is in the names of containers, so that the next run undoes a
killed one: see scaffold/container/recreate/recovery.py.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.copying import ShowProgress, watch
from scaffold.commands.container.guard import RecreateInProgressError, create_trial, still_holds
from scaffold.commands.container.plan import RecreatePlan
from scaffold.commands.container.recovery import settle
from scaffold.container.changed_files import has_changes
from scaffold.container.engine_json import Raw, is_running, table
from scaffold.container.names import COMMENT, DatedName, RecreateRole, image_reference, stamp
from scaffold.container.recreate.create_request import CreateRequest
from scaffold.container.recreate.differences import SettingDifference, differences
from scaffold.container.recreate.recovery import restart_policy
from scaffold.container.recreate.trial import is_ready, trial
from scaffold.errors import TargetError

POLL_S = 0.2
SETTLED_S = 3.0
"""A misconfigured program usually exits at once."""

GRACE_S = 30.0
"""Added to the time that the health check itself allows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recreated:
    """The result; `unlike` are settings that differ without having been requested."""

    name: str
    kept: str
    image: str
    started: bool
    unlike: tuple[SettingDifference, ...]


def recreate(engine: DockerEngine, plan: RecreatePlan, progress: ShowProgress) -> Recreated:
    """Replace the container. On failure restores the old one and raises TargetError."""
    when = stamp(datetime.now(UTC))
    asked = trial(plan.request, plan.changes, plan.taken)
    with _told_of_trial():
        create_trial(engine, plan.name, when, asked)
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
        if not still_holds(engine, name, when):
            raise TargetError("another run took over")
        settle(engine, name, give_up=True)
    except TargetError as worse:
        raise TargetError(
            f"{error or 'interrupted'}; undoing it failed too: {worse.message}",
            hint=f"to restore {name}, run: scaffold container recreate {name}",
        ) from error


def _replace(
    engine: DockerEngine, plan: RecreatePlan, when: str, progress: ShowProgress
) -> Recreated:
    name = plan.name
    trial_name, successor, before = (str(DatedName(name, part, when)) for part in RecreateRole)
    with progress("testing whether the new container can start"):
        _try(engine, trial_name, plan)
    if plan.runs:
        with progress(f"stopping {name}"):
            engine.stop(name)
    image = str(plan.request.body["Image"])
    # After the stop, so that files written during the shutdown are included.
    if plan.changes.image is None and has_changes(plan.old, engine.changed_files(name)):
        doing = f"saving the changed files of {name} as an image"
        with progress(doing, plan.changes_bytes, watch(engine)):
            repository, tag = image_reference(name, when)
            engine.commit(name, repository, tag, COMMENT)
            image = f"{repository}:{tag}"
    with progress("creating the new container"):
        make(engine, successor, _of_image(plan.request, image))
        unlike = _unlike(engine, plan, successor)
    if restart_policy(table(plan.old, "HostConfig", "RestartPolicy"))[0] != "no":
        # Otherwise the engine would start both containers after its own restart.
        engine.set_restart_policy(name, {"Name": "no"})
    engine.rename(name, before)
    engine.rename(successor, name)
    if plan.runs:
        with progress(f"starting the new {name}"):
            engine.start(name)
            _wait(engine, name)
    engine.remove(trial_name, unnamed_volumes=True)
    return Recreated(name=name, kept=before, image=image, started=plan.runs, unlike=unlike)


def make(engine: DockerEngine, name: str, request: CreateRequest) -> None:
    """Create a container and connect it to its networks."""
    engine.create(name, request.body)
    _connect(engine, name, request)


def _connect(engine: DockerEngine, name: str, request: CreateRequest) -> None:
    for network, endpoint in request.further.items():
        engine.connect(name, network, endpoint)
    for network in request.leave:
        engine.disconnect(name, network)


def _of_image(request: CreateRequest, image: str) -> CreateRequest:
    return replace(request, body={**request.body, "Image": image})


def _try(engine: DockerEngine, name: str, plan: RecreatePlan) -> None:
    with _told_of_trial():
        _connect(engine, name, trial(plan.request, plan.changes, plan.taken))
        engine.start(name)


@contextmanager
def _told_of_trial() -> Iterator[None]:
    try:
        yield
    except RecreateInProgressError:
        raise
    except TargetError as error:
        if not is_ready(error.message):
            reason = error.message.partition(": ")[2]
            raise TargetError(f"the new container cannot start: {reason}") from error


def _unlike(
    engine: DockerEngine, plan: RecreatePlan, successor: str
) -> tuple[SettingDifference, ...]:
    """Settings that differ without having been requested."""
    found = engine.inspect(successor)
    asked = asked_paths(plan)
    return tuple(
        one
        for one in differences(plan.old, found or {})
        if not any(one.path.startswith(path) for path in asked)
    )


def asked_paths(plan: RecreatePlan) -> tuple[str, ...]:
    """The settings that the options change, as paths in an inspect."""
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
    """Wait until it runs and passes its health check. Raises TargetError otherwise."""
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
