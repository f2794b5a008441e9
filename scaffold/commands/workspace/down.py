"""`scaffold down`: stop the containers of a workspace, and remove them on request."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import field, replace
from functools import partial

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.recovery import find
from scaffold.commands.workspace.standing import (
    AgreeToOther,
    chosen,
    described,
    require_own,
    standing,
)
from scaffold.container.changed_files import has_changes, without_tools
from scaffold.container.engine_json import Raw, is_running, name_of
from scaffold.container.idle_processes import working
from scaffold.container.owner import owner_of
from scaffold.errors import TargetError
from scaffold.records import dataclass
from scaffold.workspace.compose_project import (
    PROJECT,
    claim_of,
    holds_project,
    projects_of,
    volumes_of,
    with_services,
)
from scaffold.workspace.identity import Identity

Progress = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppingContainer:
    """One container: the processes that end with it, and how much was written outside volumes.

    `processes` is None if the engine cannot list them, `owner` empty if nothing names one.
    """

    name: str
    id: str
    running: bool
    processes: tuple[str, ...] | None = ()
    changes_bytes: int = 0
    owner: str = ""


@dataclass(frozen=True, slots=True)
class AttachedVolume:
    """A volume of the containers; `used_by` are others, `project` if it holds the project.

    `owner` is another person who created it, as far as the volume says.
    """

    name: str
    target: str
    project: bool = False
    used_by: tuple[str, ...] = ()
    owner: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DownPlan:
    """What would stop and, with `remove`, what would be deleted."""

    containers: tuple[StoppingContainer, ...]
    volumes: tuple[AttachedVolume, ...] = ()
    networks: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    """Empty volumes that keep the names of their Compose projects for them."""
    remove: bool = False
    remove_volumes: bool = False
    others: tuple[str, ...] = ()
    """Containers of other people that were created from the same local path; they stay."""

    @property
    def stopping(self) -> tuple[StoppingContainer, ...]:
        """The running containers."""
        return tuple(one for one in self.containers if one.running)

    @property
    def gone_volumes(self) -> tuple[AttachedVolume, ...]:
        """Volumes to delete: requested, and neither another person's nor used by others."""
        wanted = self.remove and self.remove_volumes
        return tuple(one for one in self.volumes if wanted and not (one.used_by or one.owner))

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.stopping or (self.remove and self.containers))


@dataclass(slots=True)
class DownResult:
    """What was stopped, removed and refused."""

    stopped: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def plan_down(
    engine: DockerEngine,
    identity: Identity,
    container: str | None,
    *,
    remove: bool,
    volumes: bool,
    agree: AgreeToOther | None = None,
) -> DownPlan:
    """Plan without changing anything.

    Raises InputError if `container` does not exist, or what is found is another person's and the
    user does not `agree`.
    """
    rows = engine.containers()
    if container is not None:
        named = _named(engine, identity, container, agree)
        plan = plan_for(engine, rows, [named], remove=remove, volumes=volumes)
        return _with_owners(engine, plan, identity.account)
    known = standing(engine, identity)
    own = chosen(engine, identity, agree) if agree else known.own
    ids = [str(row["Id"]) for row in with_services(rows, [str(one["Id"]) for one in own])]
    found = [one for id_ in ids if (one := engine.inspect(id_, size=remove))]
    plan = plan_for(engine, rows, found, remove=remove, volumes=volumes, whole=True)
    others = () if own else tuple(described(one, identity.account) for one in known.others)
    return replace(_with_owners(engine, plan, identity.account), others=others)


def _with_owners(engine: DockerEngine, plan: DownPlan, account: str) -> DownPlan:
    """The plan in which volumes of other people stay, though no container uses them now."""
    if not plan.gone_volumes:
        return plan
    owners = {one.name: owner_of(engine.volume(one.name) or {}) for one in plan.gone_volumes}
    volumes = (
        replace(one, owner=owner if (owner := owners.get(one.name, "")) != account else "")
        for one in plan.volumes
    )
    return replace(plan, volumes=tuple(volumes))


def _named(
    engine: DockerEngine, identity: Identity, container: str, agree: AgreeToOther | None
) -> Raw:
    found = find(engine, container)
    sized = engine.inspect(str(found["Id"]), size=True) or found
    require_own(sized, identity, agree, strict=True)
    return sized


def plan_for(
    engine: DockerEngine,
    rows: Sequence[Raw],
    found: Sequence[Raw],
    *,
    remove: bool,
    volumes: bool = False,
    whole: bool = False,
) -> DownPlan:
    """The plan for these inspects; with `whole`, the networks of their Compose projects go too."""
    ours = {one["Id"] for one in found}
    others = [one for row in rows if row["Id"] not in ours and (one := engine.inspect(row["Id"]))]
    projects = projects_of(found) if remove and whole else ()
    networks = (name for project in projects for name in engine.networks(f"{PROJECT}={project}"))
    claims = (name for one in projects if engine.volume(name := claim_of(one)))
    return DownPlan(
        containers=tuple(_going(engine, one, remove=remove) for one in found),
        volumes=_volumes(found, others) if remove else (),
        networks=tuple(networks),
        claims=tuple(claims),
        remove=remove,
        remove_volumes=volumes,
    )


def _going(engine: DockerEngine, inspect: Raw, *, remove: bool) -> StoppingContainer:
    id_, running = str(inspect["Id"]), is_running(inspect)
    processes: tuple[str, ...] | None = ()
    if running:
        try:
            processes = working(inspect, engine.processes(id_))
        except TargetError:
            processes = None
    changed = remove and has_changes(inspect, without_tools(engine.changed_files(id_)))
    size = int(inspect.get("SizeRw") or 0) if changed else 0
    return StoppingContainer(
        name=name_of(inspect),
        id=id_,
        running=running,
        processes=processes,
        changes_bytes=size,
        owner=owner_of(inspect),
    )


def _volumes(found: Sequence[Raw], others: Sequence[Raw]) -> tuple[AttachedVolume, ...]:
    used: dict[str, list[str]] = {}
    for other in others:
        for one in volumes_of(other):
            used.setdefault(one.source, []).append(name_of(other))
    volumes: dict[str, AttachedVolume] = {}
    for inspect in found:
        for one in volumes_of(inspect):
            project, by = holds_project(inspect, one), tuple(used.get(one.source, ()))
            volumes.setdefault(one.source, AttachedVolume(one.source, one.target, project, by))
    return tuple(volumes.values())


def down(engine: DockerEngine, plan: DownPlan, progress: Progress) -> DownResult:
    """Carry out the plan, latest container first; a refusal does not stop the rest."""
    done = DownResult()
    for one in plan.containers:
        if one.running:
            if not _took(done, progress, f"stopping {one.name}", partial(engine.stop, one.id)):
                continue
            done.stopped.append(one.name)
        work = partial(engine.remove, one.id)
        if plan.remove and _took(done, progress, f"removing {one.name}", work):
            done.removed.append(one.name)
    if len(done.removed) == len(plan.containers):
        _remove_rest(engine, plan, done, progress)
    return done


def _remove_rest(
    engine: DockerEngine, plan: DownPlan, done: DownResult, progress: Progress
) -> None:
    """Remove networks and volumes that no container uses any more."""
    for name in plan.networks:
        _took(done, progress, f"removing the network {name}", partial(engine.remove_network, name))
    for name in plan.claims:
        _took(done, progress, f"giving the name {name} back", partial(engine.remove_volume, name))
    for volume in plan.gone_volumes:
        work = partial(engine.remove_volume, volume.name)
        if _took(done, progress, f"removing the volume {volume.name}", work):
            done.volumes.append(volume.name)


def _took(done: DownResult, progress: Progress, doing: str, work: Callable[[], None]) -> bool:
    try:
        with progress(doing):
            work()
    except TargetError as error:
        done.refused.append(error.message)
        return False
    return True
