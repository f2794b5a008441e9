"""How a container runs: answers where `init` has them, flags of `docker run` where not."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from scaffold.adopt.accounts import Login
from scaffold.answers.model import Answers, GpuNeed, Mount
from scaffold.answers.validation import parse_gpus
from scaffold.container.docker_run import host_flags
from scaffold.container.facts import Mounted, read_gpus, read_mounts, read_ports
from scaffold.container.raw import Raw, rows, table
from scaffold.container.request import Surroundings, same_again
from scaffold.container.saving import suspected_text, suspected_variables
from scaffold.container.settings import SHM_BYTES, Defaults, typed
from scaffold.errors import InputError
from scaffold.plan.mounts import mount_texts

HANDLED = (
    *("Binds", "Mounts", "VolumesFrom", "DeviceRequests", "ShmSize", "PortBindings"),
    *("AutoRemove", "Init", "RestartPolicy", "LogConfig", "PublishAllPorts", "Links"),
)
"""Settings that have answers of their own, or that the dev container tool decides."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the container was started with.

    `image_env` can stand in the image; `run_env` are those that cannot, and suspected secrets,
    which are taken from the environment of whoever opens the container. `entrypoint` and
    `command` are JSON, empty where they are the base image's.
    """

    answers: Answers
    home: str
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
    notes: tuple[str, ...] = field(default=())


def read_settings(
    name: str,
    inspect: Mapping[str, Any],
    base: Mapping[str, Any],
    logins: Mapping[str, Login],
    project: str = "",
    defaults: Defaults | None = None,
) -> Settings:
    """Read the settings of a container; `base` is the inspect of its base image.

    `project` is the folder on the engine's host that the dev container will be for, `defaults`
    are what the engine takes where nothing is said.
    """
    config, base_config = table(inspect, "Config"), table(base, "Config")
    secrets = suspected_variables(inspect)
    image_env, run_env = _environment(config, base_config, secrets)
    mounts, notes, mount_args = _mounts(inspect, project)
    gpus, gpu_notes = _gpus(inspect)
    login, known = _login(str(config.get("User") or ""), logins)
    workspace = _workspace(inspect, project)
    host_network = table(inspect, "HostConfig").get("NetworkMode") == "host"
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
        image_env=image_env,
        run_env=run_env,
        args=(*mount_args, *_arguments(inspect, defaults or Defaults())),
        workspace=workspace,
        user=_changed(config, base_config, "User"),
        workdir=_changed(config, base_config, "WorkingDir"),
        entrypoint=_command(config, base_config, "Entrypoint"),
        command=_command(config, base_config, "Cmd"),
        build_options=("--network=host",) if host_network else (),
        secrets=secrets,
        notes=(*notes, *gpu_notes, *_unused(inspect), *known, *_secret_command(config)),
    )


def environment(config: Mapping[str, Any]) -> dict[str, str]:
    """A configuration's variables."""
    entries = (str(entry).partition("=") for entry in rows(config, "Env"))
    return {name: value for name, _, value in entries}


def _environment(
    config: Raw, base: Raw, secrets: tuple[str, ...]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    before, image, run = environment(base), [], []
    for name, value in environment(config).items():
        if before.get(name) == value:
            continue
        if name in secrets:
            run.append((name, f"${{localEnv:{name}}}"))
        elif not value.isprintable() or not re.fullmatch(r"[A-Za-z_]\w*", name):
            run.append((name, value))
        else:
            image.append((name, value))
    return tuple(image), tuple(run)


def env_text(value: str) -> str:
    """A value between the double quotes of ENV, whose variables are replaced otherwise."""
    return re.sub(r'([\\"$])', r"\\\1", value)


def _changed(config: Raw, base: Raw, key: str) -> str:
    value = str(config.get(key) or "")
    return value if value != str(base.get(key) or "") and value.isprintable() else ""


def _command(config: Raw, base: Raw, key: str) -> str:
    """As JSON; where the entrypoint changes Docker forgets the base's command, so it is said."""
    value = config.get(key)
    if _secret_command(config):
        return ""
    forgotten = key == "Cmd" and config.get("Entrypoint") != base.get("Entrypoint")
    if value == base.get(key) and not forgotten:
        return ""
    return json.dumps(value or [], ensure_ascii=False)


def _secret_command(config: Raw) -> list[str]:
    words = [*rows(config, "Entrypoint"), *rows(config, "Cmd")]
    if not suspected_text("\n".join(map(str, words))):
        return []
    return ["the command line looks as if it held a secret: entrypoint and command are left out"]


def _login(user: str, logins: Mapping[str, Login]) -> tuple[Login, tuple[str, ...]]:
    """The login of Config.User: a name or an id, with or without a group."""
    name = user.partition(":")[0] or "root"
    for login in logins.values():
        if name in {login.name, str(login.uid)}:
            return login, ()
    if name in {"root", "0"}:
        return Login("root", 0, 0, "/root"), ()
    uid = int(name) if name.isdigit() else 1000
    group = user.partition(":")[2]
    gid = int(group) if group.isdigit() else uid
    return Login(name, uid, gid, "/"), (f"the user {user} has no login in the container",)


def _mounts(
    inspect: Mapping[str, Any], project: str
) -> tuple[tuple[Mount, ...], list[str], list[str]]:
    """Mounts that the template can carry, notes, and flags for those that it cannot."""
    found: list[Mount] = []
    notes, args = [], []
    for mounted in read_mounts(inspect):
        if mounted.kind == "tmpfs" or (project and mounted.source == project):
            continue
        if mounted.anonymous or not mounted.source:
            notes.append(f"the unnamed volume at {mounted.target} and its data stay behind")
            continue
        one = Mount(mounted.source, mounted.target, _kind(mounted), mounted.read_only)
        try:
            mount_texts(Answers(name="", mounts=(one,)), "")
            found.append(one)
        except InputError:
            args.append(f"--volume={mounted}")
    return tuple(found), notes, args


def _kind(mounted: Mounted) -> str:
    return "volume" if mounted.kind == "volume" else "bind"


def _workspace(inspect: Mapping[str, Any], project: str) -> str:
    for mounted in read_mounts(inspect):
        if project and mounted.kind == "bind" and mounted.source == project:
            return mounted.target
    return ""


def _ports(inspect: Mapping[str, Any]) -> Iterator[int]:
    for port in read_ports(inspect):
        number, _, protocol = port.container.partition("/")
        if protocol in {"", "tcp"} and number.isdigit():
            yield int(number)


def _unused(inspect: Mapping[str, Any]) -> list[str]:
    found = [port.container for port in read_ports(inspect) if not port.container.endswith("/tcp")]
    notes = [f"the port {port} is not forwarded: an editor forwards TCP" for port in found]
    policy = table(inspect, "HostConfig", "RestartPolicy").get("Name") or "no"
    if policy != "no":
        notes.append(f"the restart policy {policy} is left to the editor, which starts it")
    return notes


def _gpus(inspect: Mapping[str, Any]) -> tuple[str, list[str]]:
    asked = [text for text in read_gpus(inspect) if not text.startswith("/dev/")]
    if not asked:
        return "", []
    try:
        return parse_gpus(asked[0]), [f"a second request for GPUs: {text}" for text in asked[1:]]
    except InputError:
        return "all", [f"the GPUs {asked[0]!r} are asked for as all"]


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


def _arguments(inspect: Mapping[str, Any], defaults: Defaults) -> list[str]:
    """Everything else that `docker run` was told: limits, devices, rights, networks."""
    if "HostConfig" not in inspect:
        return []
    request = same_again(inspect, Surroundings())
    config = typed("", request, {}, defaults)
    for key in HANDLED:
        config.host.pop(key, None)
    if config.host.get("IpcMode") == "host":
        config.host.pop("IpcMode")
    return [flag for flag in host_flags(config) if not flag.startswith("--network=bridge")]
