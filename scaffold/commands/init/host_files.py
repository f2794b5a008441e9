"""What `scaffold init` adds for a host: doubts about its paths, and VS Code's way to its engine."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path

from scaffold.adapters.devcontainer.needs import probe_needs
from scaffold.adapters.docker import contexts
from scaffold.adapters.local.files import read_file
from scaffold.adapters.ssh.remote_paths import RemotePathFacts, read_paths
from scaffold.answers.choices import Files
from scaffold.answers.model import Answers, Mount
from scaffold.answers.places import HOME
from scaffold.errors import TargetError
from scaffold.facts import HostFacts
from scaffold.parsing.untrusted.jsonc import with_value
from scaffold.workspace.needs import unmet
from scaffold.workspace.sides import HostPath

SETTINGS = ".vscode/settings.json"
KEYS = ("docker.environment", "containers.environment")
"""The older and the newer name of one setting: VS Code, "Develop on a remote Docker host"."""

VARIABLE = "DOCKER_CONTEXT"


def settings_text(root: Path, context: str) -> bytes:
    """`.vscode/settings.json` with the context in it; all that is the user's stays as it is.

    Raises ValueError if the file is not a JSON object with comments, or a setting is of
    another kind.
    """
    text = (read_file(root / SETTINGS, below=root) or b"").decode()
    for key in KEYS:
        text = with_value(text, (key, VARIABLE), context)
    return text.encode()


def names_a_context(root: Path) -> bool:
    """Whether the folder's settings still send VS Code to a context."""
    return VARIABLE.encode() in (read_file(root / SETTINGS, below=root) or b"")


def left_over(root: Path, answers: Answers) -> list[str]:
    """A warning if VS Code is still sent to a context that the project no longer uses."""
    if (answers.files is Files.CONTEXT and answers.host) or not names_a_context(root):
        return []
    return [
        f"{SETTINGS} still names a Docker context for VS Code: remove docker.environment from it"
    ]


def context_doubts(answers: Answers) -> list[str]:
    """What would keep the docker command and VS Code from the host's engine."""
    if answers.files is not Files.CONTEXT or not answers.host:
        return []
    found = []
    if contexts.context(answers.host) is None:
        found.append(
            f"the Docker context {answers.host} does not exist yet: scaffold host setup "
            f"{answers.host}"
        )
    if os.environ.get("DOCKER_HOST"):
        found.append("DOCKER_HOST is set and overrides every Docker context: unset DOCKER_HOST")
    return found


def path_doubts(
    answers: Answers, workspace: str, host: HostFacts, ssh_config: Path | None = None
) -> list[str]:
    """A warning for each folder on the host that is missing or may not be written."""
    mounts = {path: mount for mount in answers.mounts if (path := _remote_path(mount, host))}
    paths = [*mounts, *([workspace] if workspace.startswith("/") else [])]
    if not paths:
        return []
    try:
        seen = read_paths(answers.host, paths, ssh_config)
    except TargetError as error:
        return [f"the folders on {answers.host} were skipped: {error.message}"]
    who = host.login.user or "you"
    found = [
        doubt
        for path, mount in mounts.items()
        if (doubt := _mount_doubt(mount, path, seen[path], f"on {answers.host}", who))
    ]
    if (place := seen.get(workspace)) and not place.writable:
        verb = "made" if place.kind == "missing" else "written"
        found.append(f"{workspace} on {answers.host} cannot be {verb} by {who}: see --workspace")
    return found


def need_doubts(
    answers: Answers, root: Path, workspace: str, ssh_config: Path | None = None
) -> list[str]:
    """What the server lacks for the chosen way, with the way that needs less."""
    from scaffold.adapters.sync.walk import upload_size

    folder = HostPath(workspace) if workspace.startswith("/") else None
    try:
        found = probe_needs(answers.host, folder, ssh_config)
    except TargetError:
        # Its folders were asked for already, and that message tells why it does not answer.
        return []
    by_context = answers.files is Files.CONTEXT
    size = upload_size(root) if found.free is not None else 0
    lacking = unmet(found, answers.host, folder, size, by_context=by_context)
    return [f"{one.message}: {one.hint}" for one in lacking if "cannot write" not in one.message]


def _remote_path(mount: Mount, host: HostFacts) -> str:
    """The path of a bind mount on the host, empty if it cannot be known."""
    source = mount.source
    if source.startswith(HOME):
        source = (host.login.home or "") + source.removeprefix(HOME)
    return source if mount.kind == "bind" and source.startswith("/") else ""


def _mount_doubt(mount: Mount, path: str, seen: RemotePathFacts, where: str, who: str) -> str:
    if seen.kind == "missing":
        return f"--mount: {path} {where} does not exist, and Docker needs it to start the container"
    if not (seen.readable if mount.read_only else seen.writable):
        verb = "read" if mount.read_only else "write to"
        return f"--mount: {who} may not {verb} {path} {where}"
    return ""


def next_steps(
    answers: Answers,
    record: Mapping[str, object],
    ssh_config: Path | None = None,
    root: Path | None = None,
) -> tuple[str, ...]:
    """What to type and click next, for the chosen `--files` and the folder as it was given."""
    host, place = answers.host, record.get("workspace")
    option = "" if root in {None, Path()} else f" {shlex.quote(str(root))}"
    option += f" --config {answers.config}" if answers.config else ""
    option += f" --ssh-config {shlex.quote(str(ssh_config))}" if host and ssh_config else ""
    reopen = "“Dev Containers: Reopen in Container”"
    reopen += f", then choose .devcontainer/{answers.config}" if answers.config else ""
    up, opening = f"scaffold up{option}", f"scaffold open{option}"
    if not host:
        return (
            f"{up:<16}  starts the container; {opening} opens it",
            f"or by hand, in VS Code: {reopen}",
        )
    if answers.files is Files.CONTEXT:
        return (
            f"{up:<16}  uploads the project to {place} on {host}, starts the container",
            f"then in VS Code, in this folder: {reopen}",
        )
    by_hand = f"“Remote-SSH: Connect to Host…”, {host}; “File: Open Folder…”, {place}"
    return (
        f"{up:<16}  uploads the project to {host}:{place} and starts the container on it",
        f"{opening:<16}  opens it in VS Code",
        f"or by hand: {by_hand}; {reopen}",
    )
