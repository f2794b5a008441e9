"""Addresses that VS Code and its relatives open with `--folder-uri`.

ssh-remote is documented (code.visualstudio.com/docs/remote/troubleshooting, "Connect to a remote
host from the terminal"). Those of containers are not: microsoft/vscode-remote-release#8764,
#5867, #2133. So a caller that prints one also prints the manual steps.
"""

import json
import posixpath
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

PLAIN = re.compile(r"[a-z0-9._-]+")
"""Names that an authority can hold unchanged: editors compare it in lower case."""


def ssh_authority(host: str, user: str | None = None, port: int | None = None) -> str:
    """A host in an address: an alias as it is, anything else as JSON in hexadecimal.

    So Remote-SSH itself writes it (microsoft/vscode-remote-release#9324), and
    jeanp413/open-remote-ssh reads it (src/ssh/sshDestination.ts).
    """
    if PLAIN.fullmatch(host) and not (user or port):
        return f"ssh-remote+{host}"
    known = {"hostName": host, "user": user, "port": port}
    return f"ssh-remote+{_hex({key: value for key, value in known.items() if value})}"


def ssh_folder(authority: str, path: str) -> str:
    """A folder on a host, by its `ssh_authority`."""
    return f"vscode-remote://{authority}{_path(path)}"


def dev_container(folder: str, inside: str, *, config: str = "", over: str = "") -> str:
    """The dev container of a folder: of this machine, or of the host `over` (`ssh_authority`).

    `inside` is the project's folder in the container; `config` the path of its
    devcontainer.json, needed only if the folder has several.
    """
    place: object = folder
    if config:
        # Without localDocker the editor would take a container's path for one of this machine.
        file = {"$mid": 1, "path": config, "scheme": "vscode-fileHost"}
        place = {"hostPath": folder, "localDocker": False, "configFile": file}
    return f"vscode-remote://dev-container+{_hex(place)}{_over(over)}{_path(inside)}"


def attached(name: str, inside: str = "/", *, over: str = "") -> str:
    """Any running container; `over` as for `dev_container`."""
    place = _hex({"containerName": f"/{name}"})
    return f"vscode-remote://attached-container+{place}{_over(over)}{_path(inside)}"


def folder_inside(folder: str, root: str, config: Mapping[str, Any]) -> str:
    """The path of a folder in its dev container.

    `root` is the git root, which they mount whole, or the folder itself; the rule is that of the
    Dev Containers CLI 0.89. A compose file's container begins at its root.
    """
    given = config.get("workspaceFolder")
    if isinstance(given, str) and given:
        name = posixpath.basename(folder.rstrip("/"))
        given = given.replace("${localWorkspaceFolderBasename}", name)
        return given.replace("${localWorkspaceFolder}", folder)
    if "dockerComposeFile" in config:
        return "/"
    root = root.rstrip("/")
    within = posixpath.relpath(folder, root)
    return posixpath.normpath(posixpath.join("/workspaces", posixpath.basename(root), within))


def _hex(place: object) -> str:
    compact = {"separators": (",", ":"), "ensure_ascii": False}
    text = place if isinstance(place, str) else json.dumps(place, **compact)  # type: ignore[arg-type]
    return text.encode().hex()


def _over(authority: str) -> str:
    return f"@{authority}" if authority else ""


def _path(path: str) -> str:
    return quote(path if path.startswith("/") else f"/{path}", safe="/")
