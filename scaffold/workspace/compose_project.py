"""The containers of a workspace: its dev container, and the services of its Compose project."""

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from scaffold.container.engine_json import Raw
from scaffold.container.facts import ContainerMount, read_mounts
from scaffold.container.owner import is_of, owner_of
from scaffold.records import dataclass
from scaffold.workspace.devcontainer import FOLDER, METADATA, label, project_folder

PROJECT = "com.docker.compose.project"
WORKING_DIR = "com.docker.compose.project.working_dir"
"""Labels of Docker Compose: github.com/docker/compose, pkg/api/labels.go."""


def is_dev_container(container: Mapping[str, Any]) -> bool:
    """Whether the dev container tools created it, or its image."""
    return bool(label(container, FOLDER) or label(container, METADATA))


def with_services(rows: Iterable[Raw], own: Iterable[str]) -> list[Raw]:
    """From the engine's list: containers by id, then the other services of their projects."""
    listed, wanted = list(rows), set(own)
    first = [row for row in listed if row["Id"] in wanted]
    # Two folders of the same name have the same project name: the working folder differs.
    projects = {_project(row) for row in first} - {("", "")}
    owners = {owner for row in first if (owner := owner_of(row))}
    others = (row for row in listed if row not in first and _project(row) in projects)
    # Two people may have the same working folder too, on their own computers.
    return first + [row for row in others if not owners or owner_of(row) in {"", *owners}]


@dataclass(frozen=True, slots=True)
class Composed:
    """The Compose project that the Dev Containers CLI would use by default.

    `folder` is that of the first Compose file. `by_path` says that it is a path of the engine's
    machine, so that equal folders mean one project.
    """

    name: str
    folder: str
    by_path: bool = False


def default_project(root: str, folder: str, stated: str = "") -> str:
    """The project's name by the rules of the Dev Containers CLI (0.89)."""
    inside = posixpath.normpath(folder) == posixpath.join(root, ".devcontainer")
    by_folder = f"{posixpath.basename(root)}_devcontainer" if inside else posixpath.basename(folder)
    return _project_name(stated or by_folder)


def _project_name(text: str) -> str:
    return re.sub(r"[^-_a-z0-9]", "", text.lower())


def claim_of(project: str) -> str:
    """The name of the empty volume whose label says whose a project is.

    An engine creates a name once: of two people who start at the same time, one gets it.
    """
    return f"{project}_scaffold-owner"


def free_project(
    rows: Iterable[Raw],
    composed: Composed,
    account: str,
    digest: str,
    claimed: Collection[str] = (),
) -> str:
    """A project name that no container of another person has, empty if the default one is free.

    Two people whose folders have the same name get the same project from Compose. `claimed` are
    names that other people have without a container.
    """
    listed = list(rows)
    for name in (composed.name, f"{composed.name}-{account}", f"{composed.name}-{digest}"):
        tried = replace(composed, name=_project_name(name))
        if tried.name not in claimed and not any(_is_taken(row, tried, account) for row in listed):
            return "" if tried.name == composed.name else tried.name
    return _project_name(f"{composed.name}-{account}-{digest}")


def _is_taken(row: Mapping[str, Any], composed: Composed, account: str) -> bool:
    if label(row, PROJECT) != composed.name:
        return False
    if is_of(row, account) is False:
        return True
    if composed.by_path:
        return label(row, WORKING_DIR) != composed.folder
    # The caller has no dev container of its own in the project.
    return bool(label(row, FOLDER))


def projects_of(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The names of the Compose projects of containers."""
    return tuple(sorted({label(row, PROJECT) for row in rows} - {""}))


def _project(row: Mapping[str, Any]) -> tuple[str, str]:
    return label(row, PROJECT), label(row, WORKING_DIR)


def volumes_of(inspect: Mapping[str, Any]) -> tuple[ContainerMount, ...]:
    """The volumes of a container with their mount targets."""
    return tuple(one for one in read_mounts(inspect) if one.kind == "volume")


def holds_project(inspect: Mapping[str, Any], volume: ContainerMount) -> bool:
    """Whether a volume holds the project's own files."""
    folder = project_folder(inspect)
    return folder == volume.target or folder.startswith(f"{volume.target}/")
