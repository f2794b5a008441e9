"""`scaffold open`: which address, and the steps that lead to the same place by hand."""

import posixpath
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold.adapters.devcontainer.config import find_config, read_config
from scaffold.adapters.probe.local import LOCAL
from scaffold.adapters.ssh.config import parse_destination
from scaffold.commands.workspace.recorded import recorded_host
from scaffold.container import editor_uri
from scaffold.errors import InputError


@dataclass(frozen=True, slots=True)
class Opening:
    """An address, and the steps by hand."""

    uri: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What to open: `path` is one of the host's where there is a `host`.

    Where none is said, the host that `scaffold init` wrote for; `local` is this machine.
    `container` is a running one to attach to, and `inside` the folder in the container where
    it is known better; `folder_only` opens the folder without its container.
    """

    path: str | None = None
    host: str | None = None
    container: str | None = None
    inside: str | None = None
    folder_only: bool = False


def opening(request: Request) -> Opening:
    """The address for a request. Raises InputError where there can be none."""
    if request.container is not None:
        return _attached(request, request.container)
    if request.host not in {None, LOCAL} and (request.path or "").startswith("/"):
        return _on_host(request, str(request.host), str(request.path))
    folder = Path(request.path or ".").absolute()
    recorded = recorded_host(folder, request.host) if folder.is_dir() else None
    if recorded and not recorded.by_context:
        config = find_config(folder)
        inside = request.inside or (read_config(config).get("workspaceFolder") if config else None)
        known = replace(request, inside=inside if isinstance(inside, str) else None)
        return _on_host(known, recorded.host, recorded.workspace)
    if request.host not in {None, LOCAL} and recorded is None:
        raise InputError(
            f"which folder on {request.host}?",
            hint=f"the whole path: scaffold open /home/… --host {request.host}",
        )
    return _here(request, recorded.host if recorded else "")


def _authority(host: str | None) -> str:
    if host is None:
        return ""
    to = parse_destination(host)
    return editor_uri.ssh_authority(to.host, to.user, to.port)


def _attached(request: Request, name: str) -> Opening:
    inside, host = request.inside or "/", request.host
    steps = ["Dev Containers: Attach to Running Container…", f"choose {name}"]
    uri = editor_uri.attached(name, inside, over=_authority(host))
    return Opening(uri, (*_connect(host), *steps, f"File: Open Folder…, {inside}"))


def _connect(host: str | None) -> tuple[str, ...]:
    return (f"Remote-SSH: Connect to Host…, {host}",) if host else ()


def _on_host(request: Request, host: str, path: str) -> Opening:
    path = posixpath.normpath(path)
    steps = (*_connect(host), f"File: Open Folder…, {path}")
    if request.folder_only:
        return Opening(editor_uri.ssh_folder(_authority(host), path), steps)
    inside = request.inside or editor_uri.folder_inside(path, path, {})
    uri = editor_uri.dev_container(path, inside, over=_authority(host))
    return Opening(uri, (*steps, "Dev Containers: Reopen in Container"))


def _here(request: Request, context: str = "") -> Opening:
    """A folder of this machine, whose container a Docker context may have put elsewhere."""
    folder = Path(request.path or ".").absolute()
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}")
    config = find_config(folder)
    steps: tuple[str, ...] = (f"File: Open Folder…, {folder}",)
    if context:
        steps = (*steps, f"see that .vscode/settings.json names the Docker context {context}")
    if request.folder_only:
        return Opening(folder.as_uri(), steps)
    if config is None:
        raise InputError(
            f"{folder} has no devcontainer.json",
            hint="scaffold init writes one; --folder opens the folder without a container",
        )
    root = next((one for one in (folder, *folder.parents) if (one / ".git").exists()), folder)
    inside = request.inside or editor_uri.folder_inside(str(folder), str(root), read_config(config))
    uri = editor_uri.dev_container(str(folder), inside)
    return Opening(uri, (*steps, "Dev Containers: Reopen in Container"))
