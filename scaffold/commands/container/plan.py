"""What `scaffold container recreate` is going to do, found out without changing anything."""

from dataclasses import dataclass, field, replace

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.copying import free_bytes
from scaffold.commands.container.recovery import all_names, find
from scaffold.container.advice import advice, require_free_ports, require_replaceable
from scaffold.container.applying import apply
from scaffold.container.changed import has_changes
from scaffold.container.changes import Changes
from scaffold.container.facts import read_ports
from scaffold.container.names import image_reference
from scaffold.container.raw import Raw, is_running, name_of, rows, table
from scaffold.container.request import Request, Surroundings, same_again
from scaffold.container.settings import Typed, read_defaults, typed
from scaffold.errors import InputError, TargetError


@dataclass(frozen=True, slots=True)
class Plan:
    """One container, its successor's request and what a person should know before.

    `commits` is whether the file system has to be kept as an image, as far as is known while the
    old one runs.
    """

    old: Raw
    changes: Changes
    request: Request
    typed: Typed
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
        """The commands that make way for `docker run`, typed by hand."""
        stop = (("docker", "stop", self.name),) if self.runs else ()
        commit = (("docker", "commit", self.name, self.typed.image),) if self.commits else ()
        return (*stop, *commit, ("docker", "rename", self.name, f"{self.name}-before"))

    @property
    def runs(self) -> bool:
        """Whether the old one runs: then the successor has to, too."""
        return is_running(self.old)

    @property
    def changes_bytes(self) -> int:
        """How much the container wrote beside its volumes."""
        return int(self.old.get("SizeRw") or 0)


def make_plan(engine: DockerEngine, name: str, changes: Changes) -> Plan:
    """Look at a container and work its successor out. Raises InputError for what cannot be.

    Raises TargetError for podman, whose socket tells settings in other words than it takes.
    """
    old = find(engine, name)
    if engine.is_podman:
        raise TargetError(
            "podman cannot recreate through its Docker socket: what it tells of a container is "
            "not what it takes, so settings would be lost",
            hint=f"{name} was left alone; keep its files: scaffold container save {name} NAME:TAG",
        )
    require_replaceable(old)
    image = engine.image(old["Image"])
    _require_image(engine, changes)
    names, info = all_names(engine), engine.info()
    around = Surroundings(image, str(info.get("Name", "")), _known(engine, names))
    again = same_again(old, around)
    again.body["Image"] = _image_name(engine, old)
    body, said = apply(changes, again.body, around.image_config)
    request = replace(again, body=body)
    changed = has_changes(old, engine.changed_files(old["Id"]))
    commits = changed and changes.image is None
    defaults = read_defaults(info)
    others = [found for one in names if one != name_of(old) and (found := engine.inspect(one))]
    require_free_ports(changes, others)
    return Plan(
        old=old,
        changes=changes,
        request=request,
        typed=typed(name_of(old), _shown(request, old, commits), around.image_config, defaults),
        said=said,
        advice=(*advice(old, others), *_lost(old, changes, changed=changed)),
        processes=_processes(engine, old),
        commits=commits,
        free_bytes=free_bytes(engine) if commits else None,
        taken=frozenset(port.host_port for port in read_ports(old) if is_running(old)),
    )


def _shown(request: Request, old: Raw, commits: bool) -> Request:
    """The request with the name that the image of the file system would get by hand."""
    image = ":".join(image_reference(name_of(old), "latest"))
    return replace(request, body={**request.body, "Image": image}) if commits else request


def _processes(engine: DockerEngine, old: Raw) -> tuple[str, ...] | None:
    """What runs; None where the engine cannot tell, since its host has no `ps` for one."""
    if not is_running(old):
        return ()
    try:
        return engine.processes(old["Id"])
    except TargetError:
        return None


def _known(engine: DockerEngine, names: list[str]) -> frozenset[str]:
    return frozenset({*names, *(row["Id"] for row in engine.containers())})


def _require_image(engine: DockerEngine, changes: Changes) -> None:
    if changes.image and engine.image(changes.image) is None:
        raise InputError(
            f"--image: the engine has no image {changes.image}",
            hint=f"docker pull {changes.image}",
        )


def _image_name(engine: DockerEngine, old: Raw) -> str:
    """The image's name, unless that means another image by now: then its id."""
    name = str(old["Config"]["Image"])
    found = engine.image(name)
    return name if found and found["Id"] == old["Image"] else str(old["Image"])


def _lost(old: Raw, changes: Changes, *, changed: bool) -> tuple[str, ...]:
    """What goes another way than one might think."""
    said = []
    if changed and changes.image:
        said.append("what was changed in its file system stays behind in the old one (--image)")
    declared = table(old, "Config", "Volumes")
    again = [target for target in changes.no_volumes if target in declared]
    if changed and changes.image is None and again:
        said.append(
            f"{', '.join(again)}: a new and empty volume comes in its place, since the image of "
            "the file system declares one there"
        )
    if rows(table(old, "HostConfig"), "VolumesFrom"):
        said.append("its volumes from other containers are now named as its own too")
    return tuple(said)
