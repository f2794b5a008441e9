"""Plan a `scaffold container recreate` without changing anything."""

from dataclasses import dataclass, field, replace

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.copying import free_bytes
from scaffold.commands.container.recovery import all_names, find
from scaffold.container.changed_files import has_changes
from scaffold.container.engine_json import Raw, is_running, name_of, rows, table
from scaffold.container.facts import read_ports
from scaffold.container.names import image_reference
from scaffold.container.recreate.advice import advice, require_free_ports, require_replaceable
from scaffold.container.recreate.apply import apply
from scaffold.container.recreate.create_request import CreateRequest, EngineContext, same_again
from scaffold.container.recreate.options import RecreateOptions
from scaffold.container.render.run_options import RunOptions, read_defaults, run_options
from scaffold.errors import InputError, TargetError


@dataclass(frozen=True, kw_only=True, slots=True)
class RecreatePlan:
    """One container, the request of its successor, and what the user should know before.

    `commits` is whether changed files have to be saved as an image, as far as is known while
    the old container runs.
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


def make_plan(engine: DockerEngine, name: str, changes: RecreateOptions) -> RecreatePlan:
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
    require_replaceable(old)
    image = engine.image(old["Image"])
    _require_image(engine, changes)
    names, info = all_names(engine), engine.info()
    around = EngineContext(image, str(info.get("Name", "")), _known(engine, names))
    again = same_again(old, around)
    again.body["Image"] = _image_name(engine, old)
    body, said = apply(changes, again.body, around.image_config)
    request = replace(again, body=body)
    changed = has_changes(old, engine.changed_files(old["Id"]))
    commits = changed and changes.image is None
    defaults = read_defaults(info)
    others = [found for one in names if one != name_of(old) and (found := engine.inspect(one))]
    require_free_ports(changes, others)
    return RecreatePlan(
        old=old,
        changes=changes,
        request=request,
        typed=run_options(
            name_of(old), _shown(request, old, commits), around.image_config, defaults
        ),
        said=said,
        advice=(*advice(old, others), *_lost(old, changes, changed=changed)),
        processes=_processes(engine, old),
        commits=commits,
        free_bytes=free_bytes(engine) if commits else None,
        taken=frozenset(port.host_port for port in read_ports(old) if is_running(old)),
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
