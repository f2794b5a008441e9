"""Where a workspace's dev container is, from what is said and what was recorded."""

from pathlib import Path

import pytest

from scaffold.commands.workspace.location import WorkspaceLocation, locate, read_location
from scaffold.workspace.sides import HostPath

HERE, THERE = Path("/laptop/p"), Path("/home/ada/p")
FAR = {"host": "gpu01", "files": "remote-ssh", "workspace": str(THERE)}
CONTEXT = {"host": "gpu01", "files": "context", "workspace": "volume"}

PLACES = {
    "nothing is known": (None, {}, WorkspaceLocation(HERE)),
    "this machine is recorded": (None, {"host": "local"}, WorkspaceLocation(HERE)),
    "files on the host": (None, FAR, WorkspaceLocation(HostPath(str(THERE)), "gpu01")),
    "the same host said too": ("gpu01", FAR, WorkspaceLocation(HostPath(str(THERE)), "gpu01")),
    "another host": ("gpu02", FAR, WorkspaceLocation(HERE, "gpu02")),
    "this machine said": ("local", FAR, WorkspaceLocation(HERE)),
    "files on the laptop": (None, CONTEXT, WorkspaceLocation(HERE, "gpu01")),
    "files on the host without a path": (
        None,
        FAR | {"workspace": ""},
        WorkspaceLocation(HERE, "gpu01"),
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_place(name):
    host, answers, expected = PLACES[name]
    assert read_location(HERE, host, answers) == expected


def test_folder_that_is_not_here_has_no_record(tmp_path):
    assert locate(tmp_path / "no", "gpu01") == WorkspaceLocation(tmp_path / "no", "gpu01")
    assert locate(tmp_path, None) == WorkspaceLocation(tmp_path)
