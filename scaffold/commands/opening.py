"""`scaffold open`: which address, and the steps that lead to the same place by hand."""

import posixpath
from dataclasses import dataclass
from pathlib import Path

from scaffold.adapters.devcontainer_config import find_config, read_config
from scaffold.adapters.ssh_config import parse_destination
from scaffold.containers import editor_uri
from scaffold.errors import InputError


@dataclass(frozen=True, slots=True)
class Opening:
    """An address, and the steps by hand."""

    uri: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What to open: `path` is one of the host's where there is a `host`.

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
    if request.host is not None:
        return _on_host(request, request.host)
    return _here(request)


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


def _on_host(request: Request, host: str) -> Opening:
    path = request.path or ""
    if not path.startswith("/"):
        raise InputError(
            f"which folder on {host}?", hint=f"the whole path: scaffold open /home/… --host {host}"
        )
    path = posixpath.normpath(path)
    steps = (*_connect(host), f"File: Open Folder…, {path}")
    if request.folder_only:
        return Opening(editor_uri.ssh_folder(_authority(host), path), steps)
    inside = request.inside or editor_uri.folder_inside(path, path, {})
    uri = editor_uri.dev_container(path, inside, over=_authority(host))
    return Opening(uri, (*steps, "Dev Containers: Reopen in Container"))


def _here(request: Request) -> Opening:
    folder = Path(request.path or ".").absolute()
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}")
    config = find_config(folder)
    steps = (f"File: Open Folder…, {folder}",)
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
