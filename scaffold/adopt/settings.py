"""How a container runs: answers of `init` if they exist, else flags of `docker run`."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from scaffold.adopt.accounts import PasswdEntry
from scaffold.adopt.image_config import (
    changed_command,
    changed_environment,
    changed_value,
)
from scaffold.answers.choices import GpuNeed
from scaffold.answers.model import Answers, Mount
from scaffold.answers.validation import parse_gpus
from scaffold.container.engine_json import Raw, rows, table
from scaffold.container.facts import ContainerMount, asked_gpus, read_gpus, read_mounts, read_ports
from scaffold.container.known_secrets import (
    COMMAND,
    holds_value,
    secret_command,
    suspected_variables,
)
from scaffold.container.render.dev_container import run_flags
from scaffold.container.render.run_options import SHM_BYTES, EngineDefaults
from scaffold.container.render.secrets import hide_text
from scaffold.errors import InputError
from scaffold.parsing.untrusted.numbers import whole
from scaffold.plan.mounts import mount_texts
from scaffold.records import dataclass

COMMAND_LEFT_OUT = "the command line may hold a secret: entrypoint and command are not copied"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The settings that the container was started with.

    `image_env` are set in the image; `run_env` are those that cannot be, and suspected secrets,
    which are read from the environment of the user. `entrypoint` and `command` are JSON,
    empty if they are those of the base image. `secrets` are variables, `omitted` options and
    commands that are left out because they hold a secret.
    """

    answers: Answers
    home: str
    gpus_by_runtime: bool = False
    image_env: tuple[tuple[str, str], ...] = ()
    run_env: tuple[tuple[str, str], ...] = ()
    args: tuple[str, ...] = ()
    workspace: str = ""
    user: str = ""
    workdir: str = ""
    entrypoint: str = ""
    command: str = ""
    build_options: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class SecretWishes:
    """Values that are `known` to be secret, and the names that the user wants all the same."""

    known: tuple[str, ...] = ()
    included: frozenset[str] = frozenset()


NO_WISHES = SecretWishes()


def read_settings(
    name: str,
    inspect: Mapping[str, Any],
    base: Mapping[str, Any],
    logins: Mapping[str, PasswdEntry],
    project: str = "",
    defaults: EngineDefaults | None = None,
    wishes: SecretWishes = NO_WISHES,
) -> Settings:
    """Read the settings of a container; `base` is the inspect of its base image.

    `project` is the project folder on the Docker host, `defaults` are those of the engine.
    """
    config, base_config = table(inspect, "Config"), table(base, "Config")
    secrets = suspected_variables(inspect, wishes.known, wishes.included)
    no_command = secret_command(config, wishes.known, wishes.included)
    image_env, run_env = changed_environment(config, base_config, secrets)
    mounts, notes, mount_args = _mounts(inspect, project, wishes)
    gpus, gpu_notes = _gpus(inspect)
    login, known = _login(str(config.get("User") or ""), logins)
    workspace = _workspace(inspect, project)
    host_network = table(inspect, "HostConfig").get("NetworkMode") == "host"
    flags, left_out = run_flags(inspect, base, defaults or EngineDefaults())
    args = [*mount_args, *flags]
    hidden = [flag for flag in args if _is_secret(flag, wishes)]
    return Settings(
        answers=Answers(
            name=name,
            gpu=GpuNeed.REQUIRED if gpus else GpuNeed.NONE,
            gpus=gpus or "all",
            mounts=mounts,
            ports=tuple(_ports(inspect)),
            shm=_shared_memory(table(inspect, "HostConfig")),
            user=login.name,
            uid=login.uid,
            gid=login.gid,
        ),
        home=login.home,
        gpus_by_runtime=_by_runtime(inspect),
        image_env=image_env,
        run_env=run_env,
        args=tuple(flag for flag in args if flag not in hidden),
        workspace=workspace,
        user=changed_value(config, base_config, "User"),
        workdir=changed_value(config, base_config, "WorkingDir"),
        entrypoint="" if no_command else changed_command(config, base_config, "Entrypoint"),
        command="" if no_command else changed_command(config, base_config, "Cmd"),
        build_options=("--network=host",) if host_network else (),
        secrets=secrets,
        omitted=tuple(dict.fromkeys([*map(_name_of, hidden), *([COMMAND] * no_command)])),
        notes=(
            *(*notes, *gpu_notes, *_unused(inspect), *left_out, *known),
            *([COMMAND_LEFT_OUT] if no_command else []),
            *(f"the option {_name_of(flag)} holds a secret: not copied" for flag in hidden),
        ),
    )


def _name_of(flag: str) -> str:
    return flag.partition("=")[0]


def _is_secret(flag: str, wishes: SecretWishes) -> bool:
    secret = hide_text(flag) != flag or holds_value(flag, wishes.known)
    return secret and _name_of(flag) not in wishes.included


def _login(user: str, logins: Mapping[str, PasswdEntry]) -> tuple[PasswdEntry, tuple[str, ...]]:
    """The user of Config.User: a name or an id, with or without a group."""
    name = user.partition(":")[0] or "root"
    for login in logins.values():
        if name in {login.name, str(login.uid)}:
            return login, ()
    if name in {"root", "0"}:
        return PasswdEntry("root", 0, 0, "/root"), ()
    uid, gid = whole(name), whole(user.partition(":")[2])
    uid = 1000 if uid is None else uid
    gid = uid if gid is None else gid
    return PasswdEntry(name, uid, gid, "/"), (
        f"the user {user} is not in the container's /etc/passwd",
    )


def _mounts(
    inspect: Mapping[str, Any], project: str, wishes: SecretWishes
) -> tuple[tuple[Mount, ...], list[str], list[str]]:
    """Mounts that the template supports, notes, and flags for the other mounts."""
    found: list[Mount] = []
    notes, args = [], []
    for mounted in read_mounts(inspect):
        if mounted.kind == "tmpfs" or (project and mounted.source == project):
            continue
        if mounted.anonymous or not mounted.source:
            notes.append(f"the unnamed volume at {mounted.target} and its data are not copied")
            continue
        one = Mount(mounted.source, mounted.target, _kind(mounted), mounted.read_only)
        if _is_secret(f"--volume={mounted}", wishes):
            args.append(f"--volume={mounted}")
            continue
        try:
            mount_texts(Answers(name="", mounts=(one,)), "")
            found.append(one)
        except InputError:
            args.append(f"--volume={mounted}")
    return tuple(found), notes, args


def _kind(mounted: ContainerMount) -> str:
    return "volume" if mounted.kind == "volume" else "bind"


def _workspace(inspect: Mapping[str, Any], project: str) -> str:
    for mounted in read_mounts(inspect):
        if project and mounted.kind == "bind" and mounted.source == project:
            return mounted.target
    return ""


def _ports(inspect: Mapping[str, Any]) -> Iterator[int]:
    for port in read_ports(inspect):
        number, _, protocol = port.container.partition("/")
        if protocol in {"", "tcp"} and (known := whole(number)) is not None:
            yield known


def _unused(inspect: Mapping[str, Any]) -> list[str]:
    found = [port.container for port in read_ports(inspect) if not port.container.endswith("/tcp")]
    notes = [f"the port {port} is not forwarded: editors forward TCP only" for port in found]
    policy = table(inspect, "HostConfig", "RestartPolicy").get("Name") or "no"
    if policy != "no":
        notes.append(f"the restart policy {policy} is not copied: the editor starts the container")
    return notes


def _gpus(inspect: Mapping[str, Any]) -> tuple[str, list[str]]:
    asked = asked_gpus(inspect)
    if not asked:
        return ("all" if _by_runtime(inspect) else ""), []
    try:
        more = [f"a second GPU request is not copied: {text}" for text in asked[1:]]
        return parse_gpus(asked[0]), more + _gpu_capabilities(inspect)
    except InputError:
        return "all", [f"the GPU request {asked[0]!r} becomes all"]


def _gpu_capabilities(inspect: Mapping[str, Any]) -> list[str]:
    """A note on parts of the driver that a GPU request names, as Compose files often do."""
    requests = rows(table(inspect, "HostConfig"), "DeviceRequests")
    named = {name for one in requests for group in rows(one, "Capabilities") for name in group}
    parts = ",".join(sorted(named - {"gpu", "nvidia"}))
    instead = f"--env NVIDIA_DRIVER_CAPABILITIES={parts} in runArgs does the same"
    return [f"the GPU request's capabilities ({parts}) are not copied: {instead}"] if parts else []


def _by_runtime(inspect: Mapping[str, Any]) -> bool:
    """Whether only the runtime gives GPUs: it and its variable are copied, and ask for them."""
    runtime = [text for text in read_gpus(inspect) if not text.startswith("/dev/")]
    return bool(runtime) and not asked_gpus(inspect)


def _shared_memory(host_config: Raw) -> str:
    if str(host_config.get("IpcMode") or "") == "host":
        return "host"
    size = int(host_config.get("ShmSize") or SHM_BYTES)
    if size == SHM_BYTES:
        return ""
    for unit, shift in (("g", 30), ("m", 20), ("k", 10)):
        if size % (1 << shift) == 0:
            return f"{size >> shift}{unit}"
    return f"{size}b"
