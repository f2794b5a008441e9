"""`scaffold container recreate`: replace existing containers with changed ones.

No step loses data, and all state is in the names of containers, so that the next run undoes a
killed one: see scaffold/container/recreate/recovery.py. A container and its dependents are
replaced together, all or none.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import field, replace
from datetime import UTC, datetime

from scaffold.adapters.docker import run_mark
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.copying import ShowProgress, watch
from scaffold.commands.container.differing import unrequested_differences
from scaffold.commands.container.guard import RecreateInProgressError, create_trial, still_holds
from scaffold.commands.container.plan import RecreatePlan, require_space
from scaffold.commands.container.recovery import settle
from scaffold.commands.container.starting import health_of, wait_until_up
from scaffold.container.changed_files import has_changes
from scaffold.container.engine_json import table
from scaffold.container.names import COMMENT, DatedName, RecreateRole, image_reference, stamp
from scaffold.container.recreate.create_request import CreateRequest
from scaffold.container.recreate.differences import SettingDifference
from scaffold.container.recreate.failures import way_out
from scaffold.container.recreate.recovery import restart_policy
from scaffold.container.recreate.trial import is_ready, trial
from scaffold.errors import TargetError
from scaffold.records import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Recreated:
    """The result; `unlike` are settings that differ without having been requested."""

    name: str
    kept: str
    image: str
    started: bool
    unlike: tuple[SettingDifference, ...]
    health: str = ""
    health_before: str = ""


@dataclass(slots=True)
class Attempt:
    """One run: its date, and the containers whose program was stopped so far."""

    engine: DockerEngine
    when: str
    progress: ShowProgress
    stopped: list[str] = field(default_factory=list)


def recreate(
    engine: DockerEngine, plan: RecreatePlan, progress: ShowProgress
) -> tuple[Recreated, ...]:
    """Replace the container and its dependents. On failure restores all and raises TargetError."""
    require_space(plan)
    attempt = Attempt(engine, stamp(datetime.now(UTC)), progress)
    names = json.dumps([one.name for one in plan.dependents])
    group = {run_mark.DEPENDENTS: names} if plan.dependents else {}
    with _told_of_trial(plan):
        create_trial(engine, plan.name, attempt.when, _trial_of(plan), group)
    try:
        return _replace(attempt, plan)
    except TargetError as error:
        _take_back(attempt, plan.name, error)
        raise TargetError(error.message, hint=_after_failure(attempt, plan, error)) from error
    except BaseException as error:
        _take_back(attempt, plan.name, error)
        raise


def _take_back(attempt: Attempt, name: str, error: BaseException) -> None:
    try:
        if not still_holds(attempt.engine, name, attempt.when):
            raise TargetError("another run took over")
        settle(attempt.engine, name, give_up=True)
    except TargetError as worse:
        raise TargetError(
            f"{error or 'interrupted'}; undoing it failed too: {worse.message}",
            hint=f"to restore {name}, run: scaffold container recreate {name}",
        ) from error


def _after_failure(attempt: Attempt, plan: RecreatePlan, error: TargetError) -> str:
    """What the failure means for the user: nothing at all, or a restart of the programs."""
    if not attempt.stopped:
        return error.hint or _unchanged(plan)
    names = " and ".join(attempt.stopped)
    return f"files and settings are as before, but the programs in {names} were restarted"


def _unchanged(plan: RecreatePlan) -> str:
    return "nothing was changed" + (f" and {plan.name} kept running" if plan.runs else "")


def _replace(attempt: Attempt, plan: RecreatePlan) -> tuple[Recreated, ...]:
    engine, when = attempt.engine, attempt.when
    with attempt.progress("testing whether the new container can start"):
        _try(attempt, plan)
        for one in plan.dependents:
            group = {run_mark.LEADER: plan.name}
            with _told_of_trial(one):
                create_trial(engine, one.name, when, _trial_of(one), group)
            _try(attempt, one)
    for one in reversed(plan.members):
        if one.runs:
            with attempt.progress(f"stopping {one.name}"):
                attempt.stopped.insert(0, one.name)
                engine.stop(one.name)
    made = tuple(_replace_one(attempt, one) for one in plan.members)
    # The trial of the container itself goes last: while it exists, all of this can be undone.
    for one in reversed(plan.members):
        engine.remove(str(DatedName(one.name, RecreateRole.TRIAL, when)), unnamed_volumes=True)
    return made


def _replace_one(attempt: Attempt, plan: RecreatePlan) -> Recreated:
    engine, name = attempt.engine, plan.name
    _, successor, before = (str(DatedName(name, part, attempt.when)) for part in RecreateRole)
    image = _saved_image(attempt, plan)
    with attempt.progress(f"creating the new {name}"):
        make(engine, successor, _of_image(plan.request, image))
        unlike = unrequested_differences(engine, plan, successor)
    if restart_policy(table(plan.old, "HostConfig", "RestartPolicy"))[0] != "no":
        # Otherwise the engine would start both containers after its own restart.
        engine.set_restart_policy(name, {"Name": "no"})
    engine.rename(name, before)
    engine.rename(successor, name)
    health = ""
    if plan.runs:
        with attempt.progress(f"starting the new {name}"):
            engine.start(name)
            health = wait_until_up(engine, name, plan.old)
    return Recreated(
        name=name,
        kept=before,
        image=image,
        started=plan.runs,
        unlike=unlike,
        health=health,
        health_before=health_of(plan.old),
    )


def _saved_image(attempt: Attempt, plan: RecreatePlan) -> str:
    """The image for the new container: one with the changed files, if there are any."""
    engine, name = attempt.engine, plan.name
    # After the stop, so that files written during the shutdown are included.
    if plan.changes.image or not has_changes(plan.old, engine.changed_files(name)):
        return str(plan.request.body["Image"])
    doing = f"saving the changed files of {name} as an image"
    with attempt.progress(doing, plan.changes_bytes, watch(engine)):
        repository, tag = image_reference(name, attempt.when)
        engine.commit(name, repository, tag, COMMENT)
    return f"{repository}:{tag}"


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


def _trial_of(plan: RecreatePlan) -> CreateRequest:
    return trial(plan.request, plan.changes, plan.taken)


def _try(attempt: Attempt, plan: RecreatePlan) -> None:
    name = str(DatedName(plan.name, RecreateRole.TRIAL, attempt.when))
    with _told_of_trial(plan):
        _connect(attempt.engine, name, _trial_of(plan))
        attempt.engine.start(name)


@contextmanager
def _told_of_trial(plan: RecreatePlan) -> Iterator[None]:
    try:
        yield
    except RecreateInProgressError:
        raise
    except TargetError as error:
        # A stopped container may refer to a stopped one, which cannot be joined now.
        joined = "non running container" in error.message and not plan.runs
        if not (is_ready(error.message) or joined):
            reason = error.message.partition(": ")[2]
            ways = (_unchanged(plan), way_out(error.message, plan.request.body))
            hint = "; ".join(filter(None, ways))
            raise TargetError(f"the new {plan.name} cannot start: {reason}", hint=hint) from error
