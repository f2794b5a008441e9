"""Where a workspace is: on this computer, or on the host that `scaffold init` recorded."""

import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffold.adapters.devcontainer.config import find_config, read_config
from scaffold.adapters.local.answers_file import read_record
from scaffold.adapters.local.files import read_file
from scaffold.adapters.ssh.command import parse_destination
from scaffold.answers.choices import Files
from scaffold.errors import InputError
from scaffold.parsing.untrusted.numbers import whole
from scaffold.records import dataclass
from scaffold.sync.target import SyncTarget
from scaffold.workspace.sides import LOCAL, HostPath

_IDS = re.compile(r"useradd\b.*--uid (\d+) --gid (\d+)")
"""How a Dockerfile creates the container's user, for a project without a record of its ids."""


@dataclass(frozen=True, slots=True)
class RecordedHost:
    """The host of a project, how its files get there, and their path."""

    host: str
    files: Files
    workspace: str

    @property
    def by_context(self) -> bool:
        """Whether the editor runs locally and a Docker context reaches the remote engine."""
        return self.files is Files.CONTEXT


def read_recorded(answers: Mapping[str, object]) -> RecordedHost | None:
    """The host in a record's answers; None for this computer."""
    known = str(answers.get("host") or "")
    if known in {"", LOCAL}:
        return None
    files = Files(str(answers.get("files") or Files.REMOTE_SSH))
    return RecordedHost(known, files, str(answers.get("workspace") or ""))


def recorded_host(
    root: Path, host: str | None = None, config: str | None = None
) -> RecordedHost | None:
    """The host of a project; None for this computer, also by the name `local`.

    Raises InputError if `host` is not the one that the project was written for.
    """
    recorded = read_recorded(read_record(root, config).answers)
    if host == LOCAL or not (host or recorded):
        return None
    if host and (recorded is None or host != recorded.host):
        intended = f"written for {recorded.host}" if recorded else "not written for a host"
        raise InputError(
            f"the .devcontainer of {root} is {intended}",
            hint=f"scaffold init --host {host}",
        )
    return recorded


@dataclass(frozen=True, slots=True)
class WorkspaceLocation:
    """A workspace by the path that its dev container was created from.

    The path is remote if the files are only on the host. `host` is None for the engine that the
    docker CLI uses by default.
    """

    workspace: Path | HostPath
    host: str | None = None


def locate(path: Path, host: str | None, config: str | None = None) -> WorkspaceLocation:
    """The location of a folder's workspace.

    Raises InputError for a file on this computer, and for an unreadable record.
    """
    if host in {None, LOCAL} and path.is_file():
        raise InputError(f"{path} is not a folder", hint=f"give the project's: {path.parent}")
    return read_location(path, host, read_record(path, config).answers if is_folder(path) else {})


def is_folder(path: Path) -> bool:
    """Whether a local folder is at a path that the user may have meant for a host.

    Another account's folder that this one may not enter is none.
    """
    try:
        return path.is_dir()
    except OSError:
        return False


def read_location(path: Path, host: str | None, answers: Mapping[str, object]) -> WorkspaceLocation:
    """The location by the given host (`local` is this computer) or the recorded one."""
    recorded = read_recorded(answers)
    if host == LOCAL or not (host or recorded):
        return WorkspaceLocation(path)
    if recorded and host in {None, recorded.host}:
        remote = not recorded.by_context and recorded.workspace.startswith("/")
        return WorkspaceLocation(HostPath(recorded.workspace) if remote else path, recorded.host)
    return WorkspaceLocation(path, host)


def folders_of(workspace: Path | HostPath) -> set[str]:
    """Paths that the label of a workspace's container may hold; a remote one as typed."""
    if isinstance(workspace, HostPath):
        return {workspace.text, workspace.normal}
    return {str(workspace.absolute()), os.path.normpath(workspace), str(workspace.resolve())}


def sync_target_of(root: Path, host: str | None = None, config: str | None = None) -> SyncTarget:
    """The sync target of the workspace `root`; `host` overrides the recorded host.

    With the answer `files = "remote-ssh"` it is the recorded path on the host. Otherwise
    devcontainer.json's `workspaceMount` names it: a named volume, or an absolute remote path.
    Raises InputError if neither does, or `host` is not a valid host name.
    """
    record = read_record(root, config)
    answers: Mapping[str, Any] = record.answers
    where = host or str(answers.get("host") or "")
    if where:
        # Refuse what is no host before anything starts.
        parse_destination(where)
    found = find_config(root, config)
    mount = _mount(read_config(found)) if found else {}
    uid, gid = (record.uid, record.gid) if record.uid is not None else _ids(found)
    if mount and answers.get("files") != "remote-ssh":
        return replace(_mounted(mount, where), uid=uid, gid=gid)
    workspace = str(answers.get("workspace") or "")
    if workspace.startswith("/") and where:
        return SyncTarget(host=where, path=posixpath.normpath(workspace), uid=uid, gid=gid)
    raise InputError(
        "no server is configured for this project",
        hint=f"scaffold init --host {where or 'NAME'}",
    )


def _mount(config: Mapping[str, Any]) -> dict[str, str]:
    """The parts of `workspaceMount`, which has the syntax of `docker run --mount`."""
    text = config.get("workspaceMount")
    parts = text.split(",") if isinstance(text, str) else []
    pairs = (part.strip().strip('"').partition("=") for part in parts)
    return {key: value for key, _, value in pairs}


def _mounted(mount: Mapping[str, str], host: str) -> SyncTarget:
    source = mount.get("source") or mount.get("src") or ""
    # Docker's own default (docs.docker.com/reference/cli/docker/container/run/#mount).
    if mount.get("type", "volume") == "volume" and source and "$" not in source:
        return SyncTarget(host=host, volume=source)
    if mount.get("type") == "bind" and source.startswith("/") and host:
        return SyncTarget(host=host, path=posixpath.normpath(source))
    raise InputError(
        f"workspaceMount in devcontainer.json is {source or 'empty'}, which is not a remote folder",
        hint="use a named volume, or an absolute path on the host with --host",
    )


def _ids(config: Path | None) -> tuple[int | None, int | None]:
    """The ids of the container's user, if the Dockerfile creates one."""
    content = read_file(config.parent / "Dockerfile") if config else None
    found = _IDS.search((content or b"").decode("utf-8", "replace"))
    return (whole(found[1]), whole(found[2])) if found else (None, None)
