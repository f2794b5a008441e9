"""Where a workspace's dev container is: what the user says, then what `init` recorded."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scaffold.adapters.local.answers_file import read_record
from scaffold.adapters.probe.local import LOCAL
from scaffold.commands.workspace.recorded import read_recorded


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace by the path that its dev container was made from.

    `host` is None for the engine that the docker CLI would use here.
    """

    workspace: Path
    host: str | None = None


def place_of(path: Path, host: str | None) -> Place:
    """The place of a folder. Raises InputError for a record that cannot be read."""
    return read_place(path, host, read_record(path).answers if path.is_dir() else {})


def read_place(path: Path, host: str | None, answers: Mapping[str, object]) -> Place:
    """The place of a folder, by the host that is said (`local` is this machine) or recorded."""
    recorded = read_recorded(answers)
    if host == LOCAL or not (host or recorded):
        return Place(path)
    if recorded and host in {None, recorded.host}:
        far = not recorded.by_context and recorded.workspace.startswith("/")
        return Place(Path(recorded.workspace) if far else path, recorded.host)
    return Place(path, host)


def folders_of(workspace: Path) -> set[str]:
    """How a workspace may be called on its container; one of a far host as it was typed."""
    return {str(workspace.absolute()), os.path.normpath(workspace), str(workspace.resolve())}
