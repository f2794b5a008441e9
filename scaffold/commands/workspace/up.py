"""`scaffold up`: bring the project to its host, start its dev container, and look from inside."""

import hashlib
import os
import re
import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffold.adapters.devcontainer.cli import INSTALL, far_up, local_up, run_up
from scaffold.adapters.devcontainer.config import find_config, read_config
from scaffold.adapters.docker import contexts
from scaffold.adapters.docker.engine import docker_engine
from scaffold.adapters.ssh.remote_paths import look_at_paths
from scaffold.commands.sync.attendant import Attendant
from scaffold.commands.sync.push import SendRequest, Sent, send
from scaffold.commands.workspace.files_place import place_of
from scaffold.commands.workspace.recorded import Recorded, recorded_host
from scaffold.commands.workspace.verify import Verified, verify
from scaffold.container.raw import name_of
from scaffold.errors import InputError, TargetError
from scaffold.sync.place import Place
from scaffold.workspace.up_failures import GENERAL, hint_for, reason

_MADE = re.compile(r"Start: Run: \S*docker\b.* run ")
"""The line of the CLI's log (0.89) that makes a container, as against starting one."""

_UID = re.compile(r"useradd\b.*--uid (\d+)")


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for; `host` stands for the recorded one, `local` for this machine."""

    root: Path
    host: str | None = None
    sync: bool = True
    rebuild: bool = False
    sending: SendRequest = field(default_factory=SendRequest)


@dataclass(frozen=True, slots=True)
class Way:
    """Where the container will run, and the command that starts it."""

    root: Path
    argv: list[str]
    environment: Mapping[str, str]
    recorded: Recorded | None = None
    place: Place | None = None
    notes: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The host's alias, empty for this machine."""
        return self.recorded.host if self.recorded else ""


@dataclass(frozen=True, slots=True)
class Up:
    """A container that runs: its name, id, user and folder, and what the look inside found."""

    name: str
    id: str
    user: str
    folder: str
    verified: Verified
    seconds: float
    stale: bool = False
    """Whether it was made before the files that it is made from changed."""


def way_of(request: Request) -> Way:
    """Where and how. Raises InputError where something is missing that has to be there."""
    root = request.root.resolve()
    if not root.is_dir():
        raise InputError(f"there is no folder {root}")
    if find_config(root) is None:
        raise InputError(f"{root} has no devcontainer.json", hint="scaffold init writes one")
    options = ("--remove-existing-container",) if request.rebuild else ()
    recorded = recorded_host(root, request.host)
    if recorded is None:
        return Way(root, *local_up(root, os.environ, *options))
    place = place_of(root, recorded.host)
    if not recorded.by_context:
        argv = far_up(recorded.host, place.path, *options)
        return Way(root, argv, os.environ, recorded, place)
    environment, notes = _through_context(recorded.host)
    return Way(root, *local_up(root, environment, *options), recorded, place, notes)


def _through_context(name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    if contexts.context(name) is None:
        raise InputError(
            f"there is no Docker context {name}", hint=f"scaffold host setup {shlex.quote(name)}"
        )
    environment = {key: text for key, text in os.environ.items() if key != "DOCKER_HOST"}
    environment["DOCKER_CONTEXT"] = name
    dropped = "DOCKER_HOST is set here; it is left aside, since the project's context is meant"
    return environment, (dropped,) if "DOCKER_HOST" in os.environ else ()


def bring(way: Way, request: Request, attendant: Attendant) -> Sent | None:
    """Bring what changed to the host; None where nothing has to be brought."""
    if way.place is None or not request.sync:
        return None
    return send(way.root, way.place, request.sending, attendant)


def owner_doubt(way: Way) -> str:
    """A warning where the container's user is not the owner of the folder on the host."""
    if not (way.place and way.place.path and way.recorded and way.recorded.by_context):
        # Over Remote-SSH the user takes the ids of the login there; volumes are looked at inside.
        return ""
    wanted = _dockerfile_uid(way.root)
    owner = look_at_paths(way.host, [way.place.path])[way.place.path].owner
    if wanted is None or owner is None or wanted == owner:
        return ""
    return (
        f"the container's user is uid {wanted}, {way.place.path} on {way.host} belongs to uid "
        f"{owner}: scaffold init --host {way.host} --uid {owner}, then scaffold up --rebuild"
    )


def _dockerfile_uid(root: Path) -> int | None:
    config = find_config(root)
    build = read_config(config).get("build") if config else None
    name = build.get("dockerfile") if isinstance(build, dict) else None
    file = config.parent / name if config and isinstance(name, str) else None
    match = _UID.search(file.read_text("utf-8", "replace")) if file and file.is_file() else None
    return int(match[1]) if match else None


def start(way: Way, told: Callable[[str], None]) -> dict[str, Any]:
    """Run the Dev Containers CLI; its own outcome. Raises TargetError with the reason."""
    log = log_path(way.root)
    try:
        return run_up(way.argv, way.environment, log, told)
    except TargetError as error:
        raise _explained(way, error, log) from error


def _explained(way: Way, error: TargetError, log: Path) -> TargetError:
    text = log.read_text("utf-8", "replace")
    if not error.message or GENERAL.match(error.message):
        error.message = reason(text)
    if "npx is on the host" in error.message:
        return TargetError(
            f"the files are on {way.host}, but the Dev Containers CLI is not: {error.message}",
            hint=f"scaffold open: VS Code brings its own; or on {way.host}: {INSTALL}",
        )
    known = hint_for(f"{error.message}\n{text}", way.host)
    return TargetError(
        f"the container does not start: {error.message}",
        hint=f"{known}; the whole log: {log}" if known else f"the whole log: {log}",
    )


def log_path(root: Path) -> Path:
    """Where the CLI's log of a project is kept: the last run's, in the XDG state folder."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    known = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return Path(state) / "gpu-scaffold" / "up" / f"{known}.log"


def look_inside(way: Way, outcome: Mapping[str, Any], sent: Sent | None, began: float) -> Up:
    """The container that runs now, and whether its GPU works."""
    with docker_engine(way.host or None) as engine:
        inspect = engine.inspect(str(outcome["containerId"]))
        if inspect is None:
            raise TargetError("the container is gone again", hint=f"see {log_path(way.root)}")
        verified = verify(engine, inspect, host=way.host or None)
    return Up(
        name=name_of(inspect),
        id=str(inspect["Id"]),
        user=str(outcome.get("remoteUser", "")),
        folder=str(outcome.get("remoteWorkspaceFolder", "")),
        verified=verified,
        seconds=time.monotonic() - began,
        stale=_is_stale(way, sent),
    )


def _is_stale(way: Way, sent: Sent | None) -> bool:
    """Whether files came that decide on the container, and it was there before them."""
    recipe = any(path.startswith(".devcontainer/") for path in sent.files) if sent else False
    return recipe and not _MADE.search(log_path(way.root).read_text("utf-8", "replace"))


def ways_in(way: Way, up: Up) -> list[str]:
    """The commands that lead into the container."""
    docker = ["docker"]
    if way.recorded:
        by_context = way.recorded.by_context
        docker += ["--context", way.host] if by_context else ["-H", f"ssh://{way.host}"]
    into = [*docker, "exec", "-it", "-u", up.user or "root", "-w", up.folder or "/", up.name]
    here = shlex.join(["scaffold", "open", *([] if way.root == Path.cwd() else [str(way.root)])])
    return [here, f"{shlex.join(into)} bash"]
