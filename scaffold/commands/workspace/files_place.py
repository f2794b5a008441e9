"""Where a workspace lies on its host: from devcontainer.json and the answers."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaffold.adapters.devcontainer.config import find_config, read_config
from scaffold.adapters.local.answers_file import read_record
from scaffold.adapters.local.files import read_file
from scaffold.adapters.ssh.config import resolve_target
from scaffold.errors import InputError
from scaffold.sync.place import Place

_IDS = re.compile(r"useradd\b.*--uid (\d+) --gid (\d+)")
"""How the template's Dockerfile makes the container's user."""


def place_of(root: Path, host: str | None = None, ssh_config: Path | None = None) -> Place:
    """The place of the workspace `root`; `host` stands before the host of the answers.

    With the answer `files = "remote-ssh"` it is the answered path on the host. Otherwise
    devcontainer.json's `workspaceMount` says it: a named volume, or an absolute path there.
    Raises InputError where neither says so, or `host` is no name of a host.
    """
    answers: Mapping[str, Any] = read_record(root).answers
    where = host or str(answers.get("host") or "")
    if where:
        # Here an ssh config that cannot be read is complained of before anything begins.
        resolve_target(where, ssh_config)
    found = find_config(root)
    mount = _mount(read_config(found)) if found else {}
    uid, gid = _ids(found)
    if mount and answers.get("files") != "remote-ssh":
        return replace(_mounted(mount, where), uid=uid, gid=gid)
    workspace = str(answers.get("workspace") or "")
    if workspace.startswith("/") and where:
        return Place(where, posixpath.normpath(workspace), uid=uid, gid=gid)
    raise InputError(
        "nothing says where this workspace lies on a host",
        hint=f"scaffold init --host {where or 'NAME'} decides on a place and writes it down",
    )


def _mount(config: Mapping[str, Any]) -> dict[str, str]:
    """The parts of `workspaceMount`, which is written as for `docker run --mount`."""
    text = config.get("workspaceMount")
    parts = text.split(",") if isinstance(text, str) else []
    pairs = (part.strip().strip('"').partition("=") for part in parts)
    return {key: value for key, _, value in pairs}


def _mounted(mount: Mapping[str, str], host: str) -> Place:
    source = mount.get("source") or mount.get("src") or ""
    # Docker's own default (docs.docker.com/reference/cli/docker/container/run/#mount).
    if mount.get("type", "volume") == "volume" and source and "$" not in source:
        return Place(host, volume=source)
    if mount.get("type") == "bind" and source.startswith("/") and host:
        return Place(host, posixpath.normpath(source))
    raise InputError(
        f"workspaceMount of devcontainer.json is {source or 'empty'}, which is no place on a host",
        hint="a named volume, or with --host an absolute path there",
    )


def _ids(config: Path | None) -> tuple[int | None, int | None]:
    """The ids of the container's user, where the Dockerfile beside makes one."""
    content = read_file(config.parent / "Dockerfile") if config else None
    found = _IDS.search((content or b"").decode("utf-8", "replace"))
    return (int(found[1]), int(found[2])) if found else (None, None)
