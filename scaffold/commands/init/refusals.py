"""Folders and projects that `init` refuses, since no container could come of them."""

import re
from collections.abc import Mapping
from pathlib import Path

from scaffold.adapters.local.files import shown
from scaffold.adapters.local.paths import home
from scaffold.answers.question import Value
from scaffold.errors import InputError
from scaffold.project.facts import ProjectFacts
from scaffold.project.formats.manifests import kind_of
from scaffold.project.framework import Framework
from scaffold.project.framework_table import DISTRIBUTIONS
from scaffold.resolver.specifiers import specifiers

_UNREADABLE = re.compile(r"[^/]+: not valid (?:TOML|YAML|JSON)\b.*", re.DOTALL)


def check_place(root: Path) -> None:
    """Raise InputError for the root of the file system, and for a home folder without a project.

    A dev container mounts its whole folder, and files are written into it.
    """
    real, top = root.resolve(), Path(root.resolve().root)
    if real not in {top, home()} or (real != top and _is_project(real)):
        return
    what = "the root of the file system" if real == top else "your home folder"
    raise InputError(
        f"{shown(real)} is {what}, and a dev container would get all of it",
        hint="cd into the project's folder, then run again; a new one: scaffold start NAME",
    )


def _is_project(folder: Path) -> bool:
    names = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    return any(name == ".git" or kind_of(name) for name in names)


def check_project(project: ProjectFacts, answered: Mapping[str, Value]) -> None:
    """Raise InputError if what decides the framework contradicts itself or cannot be read.

    An answer in its place makes up for it.
    """
    if "framework" in answered:
        return
    if project.framework is Framework.NONE:
        _check_readable(project)
    elif "," in project.framework_spec:
        _check_range(project)


def _check_readable(project: ProjectFacts) -> None:
    unreadable = [text for text in project.problems if _UNREADABLE.fullmatch(text)]
    if unreadable:
        raise InputError(
            unreadable[0],
            hint="correct it, or say what it asks for: scaffold init --framework torch, or none",
        )


def _check_range(project: ProjectFacts) -> None:
    name, spec = DISTRIBUTIONS[project.framework], project.framework_spec
    if specifiers(spec).is_unsatisfiable():
        places = ", ".join(project.places("framework")) or "the project"
        raise InputError(
            f"{places}: no version of {name} can be {spec}",
            hint="one bound excludes the other: correct the file, or choose a version: "
            f"scaffold init --framework '{name}>=2'",
        )
