"""The files of a preset for a folder: only where nothing of the user's is in the way."""

import shlex
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from scaffold.adapters.devcontainer.presets import Preset, load_presets, preset_files
from scaffold.adapters.local.files import read_file, shown
from scaffold.answers.question import Value
from scaffold.commands.init.files import FileChange
from scaffold.errors import InputError
from scaffold.nearest import one_of
from scaffold.records import dataclass
from scaffold.units import and_more

NO_PROJECT = frozenset({".git", ".DS_Store", ".devcontainer", ".vscode", ".dockerignore", ".idea"})
"""Entries of a folder that still counts as empty: what git, editors and `init` itself write."""

_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class NewProject:
    """A preset in a folder: its files that are not there yet, and those of the user's that stay."""

    preset: Preset
    files: Mapping[str, bytes] = field(default_factory=dict)
    kept: tuple[str, ...] = ()

    @property
    def answers(self) -> Mapping[str, Value]:
        """The preset's answers for `init`."""
        return self.preset.answers


def new_project(root: Path, name: str, *, merge: bool) -> NewProject:
    """Compare a preset with the folder, which need not exist.

    Raises InputError for an unknown preset, for a path that is no folder, and, without `merge`,
    if the folder holds anything that is not of the preset.
    """
    presets = load_presets()
    if name not in presets:
        raise InputError(f"--preset: no preset is called {name!r}", hint=one_of(name, presets))
    preset = presets[name]
    files = preset_files(name)
    if not root.exists():
        return NewProject(preset, files)
    if not root.is_dir():
        raise InputError(f"{shown(root)} is not a folder", hint="name an empty or new folder")
    present = {path: read_file(root / path, below=root) for path in files}
    kept = tuple(path for path, content in present.items() if content not in {None, files[path]})
    missing = {path: files[path] for path, content in present.items() if content is None}
    ours = {path.split("/")[0] for path in files}
    others = sorted({one.name for one in root.iterdir()} - NO_PROJECT - ours)
    if (others or kept) and not merge:
        raise _not_empty(root, name, [*kept, *others])
    return NewProject(preset, missing, kept)


def preset_changes(files: Mapping[str, bytes]) -> list[FileChange]:
    """The files of a preset as changes; all are new."""
    return [
        FileChange(path=path, status="new", after=content, mode=0o644)
        for path, content in files.items()
    ]


def _not_empty(root: Path, name: str, found: list[str]) -> InputError:
    listed = ", ".join(shown(Path(one)) for one in found[:_NAMES_SHOWN])
    more = and_more(len(found) - _NAMES_SHOWN)
    new = shlex.quote(str(root / name))
    return InputError(
        f"{shown(root)} is not empty: {listed}{more}",
        hint=f"use a new folder: scaffold init --preset {name} {new}\n"
        "or add --merge, which keeps every file of yours",
    )
