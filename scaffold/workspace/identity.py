"""Whose a dev container is: the account on the engine's host, the workspace and configuration.

The folder label of the Dev Containers CLI is a path of the computer that created the container.
Two people with the same path have the same label (microsoft/vscode-remote-release#4149, #7738).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from scaffold.container.engine_json import rows
from scaffold.container.owner import OWNER, owner_of
from scaffold.records import dataclass
from scaffold.workspace.devcontainer import CONFIG, FOLDER, label, made_for
from scaffold.workspace.sides import HostPath

WORKSPACE = "io.gpu-scaffold.workspace"
CONFIGURATION = "io.gpu-scaffold.config"
"""Labels that `scaffold up` creates a container with and finds it by, as it does by OWNER."""

GENERATION = "io.gpu-scaffold.generation"
"""Label that tells the container of a rebuild from the one that it replaces."""

_ID_LABELS = (FOLDER, CONFIG, OWNER, WORKSPACE, CONFIGURATION, GENERATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The dev container that one person means.

    `account` is the login on the engine's host. `workspace` is the path or the volume that is
    mounted, empty if unknown; `config` the configuration's path in the project, empty for any.
    `folders` are what the folder label may hold. `is_local` says that the engine shares this
    computer's paths.
    """

    account: str
    workspace: str = ""
    config: str = ""
    folders: frozenset[str] = frozenset()
    is_local: bool = True


class Belonging(StrEnum):
    """How a container relates to an identity."""

    OWN = "own"
    ELSEWHERE = "elsewhere"
    """The same account and local path, but another remote workspace."""
    OTHERS = "others"
    """The same local path, but another account or an unknown one."""
    UNRELATED = "unrelated"


def belonging(container: Mapping[str, Any], identity: Identity) -> Belonging:
    """How a container, from an inspect or a list, relates to an identity."""
    related = made_for(container, identity.folders)
    if not _is_of_config(container, identity.config):
        return Belonging.UNRELATED
    if label(container, OWNER):
        return _labelled(container, identity, related=related)
    if not related:
        return Belonging.UNRELATED
    # Docker Desktop shows other sources than it was given, so a local mount proves nothing.
    if identity.is_local or not identity.workspace or _mounts(container, identity):
        return Belonging.OWN
    named = owner_of(container)
    return Belonging.ELSEWHERE if named == identity.account else Belonging.OTHERS


def _labelled(container: Mapping[str, Any], identity: Identity, *, related: bool) -> Belonging:
    known, own = label(container, WORKSPACE), label(container, OWNER) == identity.account
    same = known == identity.workspace if identity.workspace and known else related
    if same and own:
        return Belonging.OWN
    if not (same or related):
        return Belonging.UNRELATED
    return Belonging.ELSEWHERE if own else Belonging.OTHERS


def _is_of_config(container: Mapping[str, Any], config: str) -> bool:
    """Whether it was created from a configuration; a container that does not say fits any."""
    known = label(container, CONFIGURATION) or label(container, CONFIG)
    return not (config and known) or known == config or known.endswith(f"/{config}")


def _mounts(container: Mapping[str, Any], identity: Identity) -> bool:
    """Whether the workspace is mounted: it, or the git root that it is in."""
    return any(is_workspace_mount(mount, identity.workspace) for mount in rows(container, "Mounts"))


def is_workspace_mount(mount: Mapping[str, Any], workspace: str) -> bool:
    """Whether a mount of the engine's list brings a workspace (a path or a volume)."""
    if mount.get("Type") == "volume":
        return bool(workspace) and mount.get("Name") == workspace
    source, wanted = HostPath(str(mount.get("Source") or "")), HostPath(workspace)
    # Everybody's projects are below / and /home.
    deep = source.normal.count("/") > 1 or source == wanted
    return bool(source.text) and deep and source.contains(wanted)


def new_labels(identity: Identity, folder: str, config: str) -> dict[str, str]:
    """The labels of a new container; VS Code finds it by the first two, which are its own."""
    return {
        FOLDER: folder,
        CONFIG: config,
        OWNER: identity.account,
        WORKSPACE: identity.workspace,
        CONFIGURATION: identity.config,
    }


def labels_of(container: Mapping[str, Any]) -> dict[str, str]:
    """The labels by which the Dev Containers CLI finds a container that exists."""
    found = {name: label(container, name) for name in _ID_LABELS}
    return {name: text for name, text in found.items() if text}


def fits(container: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Whether the Dev Containers CLI would take a container for these labels."""
    return all(label(container, name) == text for name, text in labels.items())


def config_name(path: str) -> str | None:
    """The name of a second configuration, from its path; None for the main one."""
    *_, folder, name, _file = ("", "", *path.split("/"))
    return name if folder == ".devcontainer" else None
