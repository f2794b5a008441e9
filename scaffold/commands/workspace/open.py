"""`scaffold open`: the editor address, and the same steps by hand."""

import json
import posixpath
from dataclasses import replace
from pathlib import Path

from scaffold.adapters.devcontainer.config import LOCATIONS, find_config, read_config
from scaffold.adapters.ssh.command import parse_destination
from scaffold.commands.workspace.location import is_folder, recorded_host
from scaffold.container import editor_uri
from scaffold.errors import InputError
from scaffold.records import dataclass
from scaffold.workspace.repository_url import folder_hint
from scaffold.workspace.sides import LOCAL

SETTING = "remote.SSH.configFile"
"""The setting of Remote-SSH for an ssh config other than the default."""


@dataclass(frozen=True, slots=True)
class EditorAddress:
    """An address for an editor, and the steps by hand."""

    uri: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """What to open: `path` is on `host` if one is given.

    Without a host, the one that `scaffold init` recorded; `local` is this computer. `container`
    is a running container to attach to, `inside` the folder in the container if it is known;
    `folder_only` opens the folder without its container, `config` names a second configuration.
    `ssh_config` is the file that defines the host; the editor reads it by a setting of its own.
    """

    path: str | None = None
    host: str | None = None
    container: str | None = None
    inside: str | None = None
    folder_only: bool = False
    config: str | None = None
    ssh_config: Path | None = None


def editor_address(request: OpenRequest) -> EditorAddress:
    """The address for a request. Raises InputError if there is none."""
    if request.container is not None:
        return _attached(request, request.container)
    if request.host not in {None, LOCAL} and (request.path or "").startswith("/"):
        return _on_host(request, str(request.host), str(request.path))
    folder = Path(request.path or ".").absolute()
    recorded = recorded_host(folder, request.host, request.config) if is_folder(folder) else None
    if recorded and not recorded.by_context:
        config = find_config(folder, request.config)
        inside = request.inside or (read_config(config).get("workspaceFolder") if config else None)
        known = replace(request, inside=inside if isinstance(inside, str) else None)
        return _on_host(known, recorded.host, recorded.workspace)
    if request.host not in {None, LOCAL} and recorded is None:
        raise InputError(
            f"which folder on {request.host}?",
            hint=f"give the absolute path: scaffold open /home/… --host {request.host}",
        )
    return _local(request, recorded.host if recorded else "")


def _authority(host: str | None) -> str:
    if host is None:
        return ""
    to = parse_destination(host)
    return editor_uri.ssh_authority(to.host, to.user, to.port)


def _attached(request: OpenRequest, name: str) -> EditorAddress:
    inside, host = request.inside or "/", request.host
    steps = ["Dev Containers: Attach to Running Container…", f"choose {name}"]
    uri = editor_uri.attached(name, inside, over=_authority(host))
    return EditorAddress(uri, (*_connect(request, host), *steps, f"File: Open Folder…, {inside}"))


def _connect(request: OpenRequest, host: str | None) -> tuple[str, ...]:
    """The steps to the host. No address names a config file, so a setting has to."""
    if not host:
        return ()
    connect = f"Remote-SSH: Connect to Host…, {host}"
    if request.ssh_config is None:
        return (connect,)
    setting = json.dumps({SETTING: str(request.ssh_config.absolute())})
    return (f"Preferences: Open User Settings (JSON), add {setting[1:-1]}", connect)


def _on_host(request: OpenRequest, host: str, path: str) -> EditorAddress:
    path = posixpath.normpath(path)
    steps = (*_connect(request, host), f"File: Open Folder…, {path}")
    if request.folder_only:
        return EditorAddress(editor_uri.ssh_folder(_authority(host), path), steps)
    inside = request.inside or editor_uri.folder_inside(path, path, {})
    uri = editor_uri.dev_container(path, inside, over=_authority(host))
    return EditorAddress(uri, (*steps, "Dev Containers: Reopen in Container"))


def _local(request: OpenRequest, context: str = "") -> EditorAddress:
    """A local folder, whose container may run elsewhere through a Docker context."""
    folder = Path(request.path or ".").absolute()
    if not is_folder(folder):
        raise InputError(f"{folder} is not a folder", hint=folder_hint(request.path or ""))
    config = find_config(folder, request.config)
    steps: tuple[str, ...] = (f"File: Open Folder…, {folder}",)
    if context:
        steps = (*steps, f"check that .vscode/settings.json names the Docker context {context}")
    if request.folder_only:
        return EditorAddress(folder.as_uri(), steps)
    if config is None:
        raise InputError(
            f"{folder} has no devcontainer.json",
            hint="scaffold init writes one; --folder opens the folder without a container",
        )
    root = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)
    inside = request.inside or editor_uri.folder_inside(str(folder), str(root), read_config(config))
    own = "" if config.relative_to(folder).as_posix() in LOCATIONS else str(config)
    uri = editor_uri.dev_container(str(folder), inside, config=own)
    return EditorAddress(uri, (*steps, "Dev Containers: Reopen in Container"))
