"""Which files of a repository say something, and who reads each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from scaffold.project.conda import read_environment
from scaffold.project.dockerfile import read_devcontainer, read_dockerfile
from scaffold.project.locks import read_pipfile_lock, read_pixi_lock, read_toml_lock
from scaffold.project.pipfile import read_pipfile
from scaffold.project.pixi import read_pixi
from scaffold.project.prose import read_notebook, read_readme, read_script
from scaffold.project.pyproject import read_hatch, read_pyproject, read_uv
from scaffold.project.python_files import read_python_version
from scaffold.project.requirements import read_requirements
from scaffold.project.setup_files import read_setup_cfg, read_setup_py
from scaffold.project.sources import Source

MAX_DEPTH = 3
"""Folders below the root in which manifests are still looked for."""


class Role(Enum):
    """How much a kind of file decides."""

    MANIFEST = 1
    LOCK = 2
    PYTHON = 3
    IMAGE = 4
    PROSE = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: a pattern of its name, its reader, and how deep it may lie."""

    name: re.Pattern[str]
    read: Callable[[str, str], Source]
    role: Role
    depth: int = MAX_DEPTH


def _kind(
    pattern: str, read: Callable[[str, str], Source], role: Role, depth: int = MAX_DEPTH
) -> Kind:
    return Kind(re.compile(pattern, re.DOTALL), read, role, depth)


# Prose is read only at the root: a README of a vendored package speaks of that package.
KINDS = (
    _kind(r"(?:[\w-]*[-_.])?requirements[\w.-]*\.(?:txt|in)", read_requirements, Role.MANIFEST),
    _kind(r"pyproject\.toml", read_pyproject, Role.MANIFEST),
    _kind(r"hatch\.toml", read_hatch, Role.MANIFEST),
    _kind(r"uv\.toml", read_uv, Role.MANIFEST),
    _kind(r"pixi\.toml", read_pixi, Role.MANIFEST),
    _kind(r"Pipfile", read_pipfile, Role.MANIFEST),
    _kind(r"setup\.py", read_setup_py, Role.MANIFEST),
    _kind(r"setup\.cfg", read_setup_cfg, Role.MANIFEST),
    _kind(r"(?:environment|conda|env)(?:[-_.][\w.-]*)?\.ya?ml", read_environment, Role.MANIFEST),
    _kind(r"(?:uv|poetry|pdm)\.lock", read_toml_lock, Role.LOCK),
    _kind(r"pixi\.lock", read_pixi_lock, Role.LOCK),
    _kind(r"Pipfile\.lock", read_pipfile_lock, Role.LOCK),
    _kind(r"\.python-version", read_python_version, Role.PYTHON),
    _kind(r"runtime\.txt", read_python_version, Role.PYTHON, 0),
    _kind(r"(?:[\w-]+\.)?(?:Docker|Container)file(?:[._-][\w.-]+)?", read_dockerfile, Role.IMAGE),
    _kind(r"\.?devcontainer\.json", read_devcontainer, Role.IMAGE),
    _kind(r"README(?:\.\w+)?", read_readme, Role.PROSE, 0),
    _kind(r"[^/]+\.py", read_script, Role.PROSE, 0),
    _kind(r"[^/]+\.ipynb", read_notebook, Role.PROSE),
)

_INCLUDED = Kind(re.compile(""), read_requirements, Role.MANIFEST)


def kind_of(path: str) -> Kind | None:
    """The kind of a file by its path relative to the root, None where it says nothing."""
    *folders, name = path.split("/")
    for kind in KINDS:
        if len(folders) <= kind.depth and kind.name.fullmatch(name):
            return kind
    if folders and folders[-1] == "requirements" and name.endswith((".txt", ".in")):
        return _INCLUDED if len(folders) <= MAX_DEPTH else None
    return None


def kind_or_included(path: str) -> Kind:
    """The kind of a file that was read: by its name, else one that another file includes."""
    return kind_of(path) or _INCLUDED


def base_of(path: str) -> str:
    """The folder that a manifest speaks for; `requirements/base.txt` speaks for the one above."""
    *folders, _ = path.split("/")
    if folders and folders[-1] in {"requirements", "requirement", "reqs"}:
        folders.pop()
    return "/".join(folders)
