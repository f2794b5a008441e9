"""`scaffold up`: upload the project, start its dev container, and verify it."""

import hashlib
import os
import posixpath
import re
import shlex
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scaffold.adapters.devcontainer.cli import INSTALL, local_up, remote_up, run_up
from scaffold.adapters.devcontainer.config import LOCATIONS, find_config
from scaffold.adapters.docker import contexts
from scaffold.adapters.docker.engine import docker_engine
from scaffold.adapters.local.paths import state_folder
from scaffold.adapters.ssh.command import ssh_with
from scaffold.adapters.ssh.remote_paths import read_paths
from scaffold.commands.sync.push import push
from scaffold.commands.sync.requests import PushRequest, PushResult
from scaffold.commands.sync.ui import SyncUi
from scaffold.commands.workspace.location import RecordedHost, recorded_host, sync_target_of
from scaffold.commands.workspace.verify import Verified, verify
from scaffold.container.engine_json import name_of
from scaffold.errors import InputError, TargetError
from scaffold.sync.target import SyncTarget
from scaffold.workspace.up_failures import GENERAL, hint_for, reason

_MADE = re.compile(r"Start: Run: \S*docker\b.* run ")
"""The line of the CLI's log (0.89) that creates a container rather than starting one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpRequest:
    """What to start. `host` overrides the recorded one; `local` is this computer. `config` names
    a second configuration.
    """

    root: Path
    host: str | None = None
    sync: bool = True
    rebuild: bool = False
    push: PushRequest = field(default_factory=PushRequest)
    ssh_config: Path | None = None
    config: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpTarget:
    """Where the container runs, and the command that starts it."""

    root: Path
    argv: list[str]
    environment: Mapping[str, str]
    recorded: RecordedHost | None = None
    sync_target: SyncTarget | None = None
    notes: tuple[str, ...] = ()
    ssh_config: Path | None = None

    @property
    def host(self) -> str:
        """The host's alias, empty for this computer."""
        return self.recorded.host if self.recorded else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpResult:
    """A running container: its name, id, user and folder, and the result of verify."""

    name: str
    id: str
    user: str
    folder: str
    verified: Verified
    seconds: float
    stale: bool = False
    """Whether it was created before its configuration files changed."""


def plan_up(request: UpRequest) -> UpTarget:
    """Where and how to start. Raises InputError if a prerequisite is missing."""
    root = request.root.resolve()
    if not root.is_dir():
        raise InputError(f"{root} is not a folder")
    config = find_config(root, request.config)
    if config is None:
        raise InputError(f"{root} has no devcontainer.json", hint="scaffold init writes one")
    options = ("--remove-existing-container",) if request.rebuild else ()
    recorded = recorded_host(root, request.host, request.config)
    if recorded is None:
        options = (*options, *_config_option(root, str(root), config))
        argv, environment = local_up(root, os.environ, *options)
        return UpTarget(root=root, argv=argv, environment=environment)
    ssh_config = request.ssh_config
    to = sync_target_of(root, recorded.host, ssh_config, request.config)
    remote = not recorded.by_context
    options = (*options, *_config_option(root, to.path if remote else str(root), config))
    if remote:
        argv = remote_up(recorded.host, to.path, *options, config=ssh_config)
        return UpTarget(
            root=root,
            argv=argv,
            environment=os.environ,
            recorded=recorded,
            sync_target=to,
            ssh_config=ssh_config,
        )
    through_context, notes = _through_context(recorded.host)
    argv, environment = local_up(root, through_context, *options)
    return UpTarget(
        root=root,
        argv=argv,
        environment=environment,
        recorded=recorded,
        sync_target=to,
        notes=notes,
        ssh_config=ssh_config,
    )


def _config_option(root: Path, folder: str, config: Path) -> tuple[str, ...]:
    """The CLI's option for a configuration other than the one that it takes unasked."""
    path = config.relative_to(root).as_posix()
    return () if path in LOCATIONS else ("--config", posixpath.join(folder, path))


def _through_context(name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    if contexts.context(name) is None:
        raise InputError(
            f"the Docker context {name} does not exist",
            hint=f"scaffold host setup {shlex.quote(name)}",
        )
    environment = {key: text for key, text in os.environ.items() if key != "DOCKER_HOST"}
    environment["DOCKER_CONTEXT"] = name
    dropped = "DOCKER_HOST is set; it is ignored in favour of the project's Docker context"
    return environment, (dropped,) if "DOCKER_HOST" in os.environ else ()


def upload(target: UpTarget, request: UpRequest, ui: SyncUi) -> PushResult | None:
    """Upload changes to the host; None if there is nothing to upload."""
    if target.sync_target is None or not request.sync:
        return None
    return push(target.root, target.sync_target, request.push, ui)


def owner_warning(target: UpTarget) -> str:
    """A warning if the container's user does not own the folder on the host."""
    if not (
        target.sync_target
        and target.sync_target.path
        and target.recorded
        and target.recorded.by_context
    ):
        # With Remote-SSH the user takes the ids of the login; volumes are checked by verify.
        return ""
    wanted, path = target.sync_target.uid, target.sync_target.path
    owner = read_paths(target.host, [path], target.ssh_config)[path].owner
    if wanted is None or owner is None or wanted == owner:
        return ""
    return (
        f"the container's user is uid {wanted}, but {path} on {target.host} belongs to uid "
        f"{owner}: scaffold init --host {target.host} --uid {owner}, then scaffold up --rebuild"
    )


def start(target: UpTarget, show: Callable[[str], None]) -> dict[str, Any]:
    """Run the Dev Containers CLI and return its outcome. Raises TargetError with the reason."""
    log = log_path(target.root)
    try:
        # With a context, Docker's CLI starts ssh.
        with ssh_with(target.ssh_config, target.environment) as environment:
            return run_up(target.argv, environment, log, show)
    except TargetError as error:
        raise _explained(target, error, log) from error


def _explained(target: UpTarget, error: TargetError, log: Path) -> TargetError:
    text = log.read_text("utf-8", "replace")
    if not error.message or GENERAL.match(error.message):
        error.message = reason(text)
    if "npx is on the host" in error.message:
        return TargetError(
            f"the files are on {target.host}, but the Dev Containers CLI is not: {error.message}",
            hint=f"scaffold open works without it; or install it on {target.host}: {INSTALL}",
        )
    known = hint_for(f"{error.message}\n{text}", target.host)
    return TargetError(
        f"the container does not start: {error.message}",
        hint=f"{known}; full log: {log}" if known else f"full log: {log}",
    )


def log_path(root: Path) -> Path:
    """Path of the CLI's log of the last run, in the XDG state folder."""
    known = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return state_folder() / "up" / f"{known}.log"


def verify_running(
    target: UpTarget, outcome: Mapping[str, Any], sent: PushResult | None, began: float
) -> UpResult:
    """Verify the running container."""
    with docker_engine(target.host or None, target.ssh_config) as engine:
        inspect = engine.inspect(str(outcome["containerId"]))
        if inspect is None:
            raise TargetError("the container stopped existing", hint=f"see {log_path(target.root)}")
        verified = verify(engine, inspect, host=target.host or None)
    return UpResult(
        name=name_of(inspect),
        id=str(inspect["Id"]),
        user=str(outcome.get("remoteUser", "")),
        folder=str(outcome.get("remoteWorkspaceFolder", "")),
        verified=verified,
        seconds=time.monotonic() - began,
        stale=_is_stale(target, sent),
    )


def _is_stale(target: UpTarget, sent: PushResult | None) -> bool:
    """Whether configuration files were uploaded after the container was created."""
    recipe = any(path.startswith(".devcontainer/") for path in sent.files) if sent else False
    return recipe and not _MADE.search(log_path(target.root).read_text("utf-8", "replace"))


def entry_commands(target: UpTarget, up: UpResult) -> list[str]:
    """The commands to enter the container."""
    docker = ["docker"]
    if target.recorded:
        by_context = target.recorded.by_context
        docker += ["--context", target.host] if by_context else ["-H", f"ssh://{target.host}"]
    into = [*docker, "exec", "-it", "-u", up.user or "root", "-w", up.folder or "/", up.name]
    here = shlex.join(
        [
            *("scaffold", "open"),
            *([] if target.root == Path.cwd() else [str(target.root)]),
            *(["--ssh-config", str(target.ssh_config)] if target.ssh_config else []),
        ]
    )
    return [here, f"{shlex.join(into)} bash"]
