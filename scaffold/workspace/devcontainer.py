"""What the dev container tools record on a container: labels with its folder and settings."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Any

from scaffold.container.engine_json import Raw, rows, table
from scaffold.parsing.untrusted.documents import read_json

FOLDER = "devcontainer.local_folder"
CONFIG = "devcontainer.config_file"
METADATA = "devcontainer.metadata"
"""Labels of the Dev Containers CLI (0.89) and of VS Code; paths are those of the machine that
created the container. METADATA is a JSON list of settings; later ones override earlier ones."""

_VARIABLE = re.compile(r"\$\{([A-Za-z]+)(?::([^}:]*))?\}")


def label(container: Mapping[str, Any], name: str) -> str:
    """A label of an inspect or of a list row, empty if missing."""
    labels = table(container, "Config", "Labels") or table(container, "Labels")
    return str(labels.get(name) or "")


def made_for(container: Mapping[str, Any], folders: Iterable[str]) -> bool:
    """Whether a container is the dev container of one of the folders."""
    return label(container, FOLDER).rstrip("/") in {folder.rstrip("/") for folder in folders}


def settings(container: Mapping[str, Any]) -> Raw:
    """The settings that the container was created with; {} for a label that is not JSON."""
    try:
        entries = read_json(label(container, METADATA) or "[]")
    except ValueError:
        return {}
    found: Raw = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        found |= entry if isinstance(entry, dict) else {}
    return found


def project_folder(inspect: Mapping[str, Any]) -> str:
    """The project's folder in the container: the mount of its folder, or the working folder."""
    local = label(inspect, FOLDER).rstrip("/")
    for mount in rows(inspect, "Mounts"):
        source = str(mount.get("Source", "")).rstrip("/")
        # The tools mount the git root, of which the project may be a subfolder.
        if local and source and (local == source or local.startswith(f"{source}/")):
            return posixpath.join(str(mount["Destination"]), local[len(source) + 1 :]).rstrip("/")
    return str(table(inspect, "Config").get("WorkingDir") or "/")


def remote_user(inspect: Mapping[str, Any]) -> str:
    """The user that programs run as: remoteUser, else containerUser, else the image's user."""
    found = settings(inspect)
    user = found.get("remoteUser") or found.get("containerUser")
    return str(user or table(inspect, "Config").get("User") or "")


def remote_environment(inspect: Mapping[str, Any]) -> dict[str, str]:
    """Variables of remoteEnv, those that the inspect can resolve."""
    values = settings(inspect).get("remoteEnv")
    env = dict(entry.partition("=")[::2] for entry in rows(table(inspect, "Config"), "Env"))
    folder = project_folder(inspect)

    def known(match: re.Match[str]) -> str:
        if match[1] == "containerEnv":
            return str(env.get(match[2] or "", ""))
        return folder if match[1] == "containerWorkspaceFolder" else match[0]

    if not isinstance(values, dict):
        return {}
    filled = {key: _VARIABLE.sub(known, str(text)) for key, text in values.items() if text}
    return {key: text for key, text in filled.items() if "${" not in text}
