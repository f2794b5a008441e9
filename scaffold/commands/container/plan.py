"""Plan a `scaffold container recreate` without changing anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace

from scaffold.adapters.docker.disk import free_bytes
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.recovery import all_names, find
from scaffold.container.changed_files import has_changes
from scaffold.container.engine_json import Raw, is_running, name_of, rows, table
from scaffold.container.facts import read_ports
from scaffold.container.names import image_reference
from scaffold.container.recreate.advice import (
    advice,
    exposure,
    lost_on_restart,
    require_free_ports,
    require_replaceable,
)
from scaffold.container.recreate.apply import apply
from scaffold.container.recreate.create_request import CreateRequest, EngineContext, same_again
from scaffold.container.recreate.network_options import change_networks
from scaffold.container.recreate.options import RecreateOptions
from scaffold.container.recreate.references import dependents, follow, successors
from scaffold.container.render.run_options import RunOptions, read_defaults, run_options
from scaffold.errors import InputError, TargetError
from scaffold.records import dataclass
from scaffold.units import size_text

REFERENCES = {
    "NetworkMode": "the shared network",
    "IpcMode": "the shared memory",
    "PidMode": "the shared processes",
    "Links": "the link",
    "VolumesFrom": "the use of volumes",
}
"""Settings that refer to another container, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecreatePlan:
    """One container, the request of its successor, and what the user should know before.

    `commits` is whether changed files have to be saved as an image, judged while the old container
    runs.
    """

    old: Raw
    changes: RecreateOptions
    request: CreateRequest
    typed: RunOptions
    said: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    processes: tuple[str, ...] | None = ()
    commits: bool = False
    taken: frozenset[str] = field(default_factory=frozenset)
    free_bytes: int | None = None
    dependents: tuple["RecreatePlan", ...] = ()

    @property
    def members(self) -> tuple["RecreatePlan", ...]:
        """This container and its dependents, in the order in which they are recreated."""
        return (self, *self.dependents)

    @property
    def free_space(self) -> int | None:
        """Free bytes on the engine's disk, if anything is copied and they are known."""
        return next((one.free_bytes for one in self.members if one.free_bytes is not None), None)

    @property
    def name(self) -> str:
        """The container's name."""
        return name_of(self.old)

    @property
    def before_docker_run(self) -> tuple[tuple[str, ...], ...]:
        """The commands to type before the printed `docker run`."""
        stop = (("docker", "stop", self.name),) if self.runs else ()
        commit = (("docker", "commit", self.name, self.typed.image),) if self.commits else ()
        return (*stop, *commit, ("docker", "rename", self.name, f"{self.name}-before"))

    @property
    def runs(self) -> bool:
        """Whether the old container runs, and its successor has to run."""
        return is_running(self.old)

    @property
    def changes_bytes(self) -> int:
        """Bytes of changed files, without volumes."""
        return int(self.old.get("SizeRw") or 0)


def make_plan(
    engine: DockerEngine, name: str, changes: RecreateOptions, *, with_dependents: bool = False
) -> RecreatePlan:
    """Plan the successor of a container. Raises InputError for an impossible change.

    Raises TargetError for podman, whose socket reports settings that it does not accept.
    """
    old = find(engine, name)
    if engine.is_podman:
        raise TargetError(
            "recreate does not work with podman: its Docker socket reports settings in a form "
            "that it does not accept, so settings would be lost",
            hint=f"nothing was changed; to keep its files: scaffold container save {name} NAME:TAG",
        )
    names = all_names(engine)
    others = [found for one in names if one != name_of(old) and (found := engine.inspect(one))]
    require_free_ports(changes, others)
    new_names = successors([old, *others])
    plan = _planned(engine, old, changes, others, new_names)
    if not with_dependents:
        return plan
    going = dependents(old, others)
    new_names |= {str(one["Id"]): name_of(one) for one in (old, *going)}
    sized = [engine.inspect(name_of(one), size=True) or {**one} for one in going]
    more = [_planned(engine, one, RecreateOptions(), (), new_names) for one in sized]
    return replace(plan, dependents=tuple(more))


def _planned(
    engine: DockerEngine,
    old: Raw,
    changes: RecreateOptions,
    others: Sequence[Raw],
    new_names: Mapping[str, str],
) -> RecreatePlan:
    require_replaceable(old)
    image, info = engine.image(old["Image"]), engine.info()
    _require_image(engine, changes)
    known = _known(engine, all_names(engine))
    around = EngineContext(image, str(info.get("Name", "")), known, new_names)
    again = same_again(old, around)
    again.body["Image"] = _image_name(engine, old)
    body, said = apply(changes, again.body, around.image_config)
    request, joined = change_networks(changes, replace(again, body=body))
    changed = has_changes(old, engine.changed_files(old["Id"]))
    commits = changed and changes.image is None
    return RecreatePlan(
        old=old,
        changes=changes,
        request=request,
        typed=run_options(
            name_of(old), _shown(request, old, commits), around.image_config, read_defaults(info)
        ),
        said=(*said, *joined, *_followed(old, new_names)),
        advice=(
            *advice(old, others),
            *exposure(changes, name_of(old)),
            *_lost(old, changes, changed=changed),
            *lost_on_restart(old),
        ),
        processes=_processes(engine, old),
        commits=commits,
        free_bytes=free_bytes(engine) if commits else None,
        taken=frozenset(port.host_port for port in read_ports(old) if is_running(old)),
    )


def _followed(old: Raw, new_names: Mapping[str, str]) -> Iterator[str]:
    """References to containers that were recreated, which now mean their successors."""
    host = table(old, "HostConfig")
    for key in follow(host, {kept: new for kept, new in new_names.items() if kept != new}):
        yield f"{REFERENCES[key]} follows the recreated container"


def require_space(plan: RecreatePlan) -> None:
    """Raise TargetError if the changed files do not fit on the engine's disk as an image."""
    copied = [one for one in plan.members if one.commits]
    needed, free = sum(one.changes_bytes for one in copied), plan.free_space
    if free is not None and needed > free:
        raise TargetError(
            f"not enough disk space on the Docker host: {size_text(needed)} of changed files "
            f"have to be copied, {size_text(free)} are free",
            hint="nothing was changed; to see what can be removed: docker system df",
        )


def _shown(request: CreateRequest, old: Raw, commits: bool) -> CreateRequest:
    """The request with the image name that the printed commands use."""
    image = ":".join(image_reference(name_of(old), "latest"))
    return replace(request, body={**request.body, "Image": image}) if commits else request


def _processes(engine: DockerEngine, old: Raw) -> tuple[str, ...] | None:
    """The running commands; None if the engine cannot list them, for example without `ps`."""
    if not is_running(old):
        return ()
    try:
        return engine.processes(old["Id"])
    except TargetError:
        return None


def _known(engine: DockerEngine, names: list[str]) -> frozenset[str]:
    return frozenset({*names, *(row["Id"] for row in engine.containers())})


def _require_image(engine: DockerEngine, changes: RecreateOptions) -> None:
    if changes.image and engine.image(changes.image) is None:
        raise InputError(
            f"--image: the engine has no image {changes.image}",
            hint=f"docker pull {changes.image}",
        )


def _image_name(engine: DockerEngine, old: Raw) -> str:
    """The name of the image, or its id if the name now means another image."""
    name = str(old["Config"]["Image"])
    found = engine.image(name)
    return name if found and found["Id"] == old["Image"] else str(old["Image"])


def _lost(old: Raw, changes: RecreateOptions, *, changed: bool) -> tuple[str, ...]:
    """Warns about data that will not carry over."""
    said = []
    if changed and changes.image:
        said.append("changed files are not copied to the new image; they stay in the old container")
    declared = table(old, "Config", "Volumes")
    again = [target for target in changes.no_volumes if target in declared]
    if changed and changes.image is None and again:
        said.append(
            f"{', '.join(again)}: replaced by a new, empty volume, which the image declares"
        )
    if rows(table(old, "HostConfig"), "VolumesFrom"):
        said.append("volumes from other containers (--volumes-from) become its own")
    return tuple(said)
