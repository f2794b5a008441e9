"""The containers of a workspace: its dev container, and the services of its Compose project."""

from collections.abc import Iterable, Mapping
from typing import Any

from scaffold.container.engine_json import Raw
from scaffold.container.facts import ContainerMount, read_mounts
from scaffold.workspace.devcontainer import FOLDER, METADATA, label, made_for, project_folder

PROJECT = "com.docker.compose.project"
WORKING_DIR = "com.docker.compose.project.working_dir"
"""Labels of Docker Compose: github.com/docker/compose, pkg/api/labels.go."""


def is_dev_container(container: Mapping[str, Any]) -> bool:
    """Whether the dev container tools created it, or its image."""
    return bool(label(container, FOLDER) or label(container, METADATA))


def of_workspace(rows: Iterable[Raw], folders: Iterable[str]) -> list[Raw]:
    """From the engine's list: the workspace's own, then the other services of their projects."""
    listed, wanted = list(rows), set(folders)
    own = [row for row in listed if made_for(row, wanted)]
    # Two folders of the same name have the same project name: the working folder differs.
    projects = {_project(row) for row in own} - {("", "")}
    return own + [row for row in listed if row not in own and _project(row) in projects]


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
