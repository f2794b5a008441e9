"""`scaffold up`: upload the project, start its dev container, and verify it."""

import hashlib
import os
import re
import shlex
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffold.adapters.devcontainer.cli import INSTALL, run_up
from scaffold.adapters.devcontainer.config import LOCATIONS, read_config
from scaffold.adapters.devcontainer.needs import probe_needs
from scaffold.adapters.devcontainer.watched import watched
from scaffold.adapters.docker.engine import docker_engine
from scaffold.adapters.docker.own_system import own_check
from scaffold.adapters.local.paths import state_folder
from scaffold.adapters.ssh.command import ssh_with
from scaffold.adapters.ssh.remote_paths import read_paths
from scaffold.catalogue.failures import FailurePlace
from scaffold.commands.sync.push import push
from scaffold.commands.sync.requests import PushResult
from scaffold.commands.sync.ui import SyncUi
from scaffold.commands.workspace.recipes import needed_files, recipe_now, recipe_then, record
from scaffold.commands.workspace.standing import holder_of_port
from scaffold.commands.workspace.unfinished import finish
from scaffold.commands.workspace.up_target import UpRequest, UpTarget, command_of
from scaffold.commands.workspace.verify import Verified, verify
from scaffold.container.engine_json import name_of
from scaffold.errors import ScaffoldError, TargetError
from scaffold.parsing.lost_connection import is_lost_connection
from scaffold.records import dataclass
from scaffold.workspace.devcontainer import project_folder, remote_user
from scaffold.workspace.needs import Unmet, unmet
from scaffold.workspace.sides import HostPath
from scaffold.workspace.up_failures import explain, taken_port, theirs

_MADE = re.compile(r"Start: Run: \S*docker\b.* run ")
"""The line of the CLI's log (0.89) that creates a container rather than starting one."""


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


def upload(target: UpTarget, request: UpRequest, ui: SyncUi) -> PushResult | None:
    """Upload changes to the host; None if there is nothing to upload."""
    if target.sync_target is None or not request.sync:
        return None
    return push(
        target.root, target.sync_target, replace(request.push, needed=needed_files(target)), ui
    )


def unmet_needs(target: UpTarget, sent: PushResult | None) -> tuple[Unmet, ...]:
    """What the server lacks for this target, and for what would be uploaded."""
    if not (target.recorded and target.sync_target):
        return ()
    folder = HostPath(target.sync_target.path) if target.sync_target.path else None
    found = probe_needs(target.host, folder, target.ssh_config)
    by_context = target.recorded.by_context
    return unmet(found, target.host, folder, sent.size if sent else 0, by_context=by_context)


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
    found = _run(target, target.argv, target.environment, show, "the container does not start")
    finish(target)
    return found if "containerId" in found else {**found, "containerId": target.container}


def build(target: UpTarget, show: Callable[[str], None]) -> None:
    """Build the new image; the container stays as it is. Raises TargetError with the reason."""
    said = "the image does not build, so the old container stays"
    _run(target, *command_of(target, "build"), show, said)


def _run(
    target: UpTarget,
    argv: list[str],
    environment: Mapping[str, str],
    show: Callable[[str], None],
    failure: str,
) -> dict[str, Any]:
    log = log_path(target.root)
    try:
        # With a context, Docker's CLI starts ssh.
        with ssh_with(target.ssh_config, environment) as known:
            words = argv if target.remote_folder else watched(argv)
            return run_up(words, known, log, show)
    except TargetError as error:
        raise _explained(target, error, log, failure) from error


def _explained(target: UpTarget, error: TargetError, log: Path, failure: str) -> TargetError:
    text = log.read_text("utf-8", "replace")
    ends = ("\n".join(theirs(text)), error.message)
    if target.host and any(map(is_lost_connection, ends)):
        return TargetError(
            f"the connection to {target.host} was lost",
            hint="a container that was created stays there, and so does what was built; run the "
            f"command again to go on; full log: {log}",
        )
    if "npx is on the host" in error.message:
        return TargetError(
            f"the files are on {target.host}, but the Dev Containers CLI is not: {error.message}",
            hint=f"scaffold open works without it; or install it on {target.host}: {INSTALL}",
        )
    found = explain(text, error.message, _place(target))
    holder = _holder(target, taken_port(text))
    command = _command("up", target)
    then = "then run again" if found.fix else "run again"
    again = [] if command in found.fix else [f"{then}: {command}"]
    return TargetError(
        "\n".join([f"{failure}: {found.cause}", *found.lines, *holder]),
        hint="\n".join(filter(None, [found.fix, *again, f"full log: {log}"])),
    )


def _holder(target: UpTarget, port: int | None) -> list[str]:
    """Whose container has the port that is in use, in a line of its own."""
    if port is None:
        return []
    with suppress(ScaffoldError), docker_engine(target.host or None, target.ssh_config) as engine:
        if text := holder_of_port(engine, port, target.identity.account):
            return [f"  {text}"]
    return []


def _place(target: UpTarget) -> FailurePlace:
    return FailurePlace(
        host=target.host,
        docker=shlex.join(_docker(target)),
        init=_command("init", target),
        up=_command("up", target),
        own_check=own_check(),
    )


def _command(verb: str, target: UpTarget) -> str:
    """A command of ours for the same folder, host, configuration and ssh settings."""
    second = target.config not in LOCATIONS
    return shlex.join(
        [
            *_for_project(verb, target),
            *(["--config", Path(target.config).parent.name] if second else []),
            *(["--host", target.host] if verb == "init" and target.host else []),
        ]
    )


def _for_project(verb: str, target: UpTarget) -> list[str]:
    return [
        *("scaffold", verb),
        *([] if target.root == Path.cwd() else [str(target.root)]),
        *(["--ssh-config", str(target.ssh_config)] if target.ssh_config else []),
    ]


def _docker(target: UpTarget) -> list[str]:
    """The docker command for the engine of the container."""
    if target.recorded is None:
        return ["docker"]
    if target.recorded.by_context:
        return ["docker", "--context", target.host]
    return ["docker", "-H", f"ssh://{target.host}"]


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
        config = read_config(target.root / target.config)
        user = str(outcome.get("remoteUser") or remote_user(inspect))
        folder = str(outcome.get("remoteWorkspaceFolder") or project_folder(inspect))
        verified = verify(engine, inspect, host=target.host or None, config=config)
    return UpResult(
        name=name_of(inspect),
        id=str(inspect["Id"]),
        user=user,
        folder=folder,
        verified=verified,
        seconds=time.monotonic() - began,
        stale=_is_stale(target, sent, str(inspect["Id"])),
    )


def _is_stale(target: UpTarget, sent: PushResult | None, container: str) -> bool:
    """Whether the configuration changed after the container was created, which is recorded."""
    now = recipe_now(target)
    if _MADE.search(log_path(target.root).read_text("utf-8", "replace")):
        record(container, now)
        return False
    uploaded = any(path.startswith(".devcontainer/") for path in sent.files) if sent else False
    then = recipe_then(container)
    return then.digest != now.digest if then else uploaded


def entry_commands(target: UpTarget, up: UpResult) -> list[str]:
    """The commands to enter the container."""
    user, folder = up.user or "root", up.folder or "/"
    into = [*_docker(target), "exec", "-it", "-u", user, "-w", folder, up.name]
    return [shlex.join(_for_project("open", target)), f"{shlex.join(into)} bash"]
