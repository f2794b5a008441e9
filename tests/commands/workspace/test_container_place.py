"""Where a workspace's dev container is, from what is said and what was recorded."""

from pathlib import Path

import pytest

from scaffold.commands.workspace.container_place import Place, place_of, read_place

HERE, THERE = Path("/laptop/p"), Path("/home/ada/p")
FAR = {"host": "gpu01", "files": "remote-ssh", "workspace": str(THERE)}
CONTEXT = {"host": "gpu01", "files": "context", "workspace": "volume"}

PLACES = {
    "nothing is known": (None, {}, Place(HERE)),
    "this machine is recorded": (None, {"host": "local"}, Place(HERE)),
    "files on the host": (None, FAR, Place(THERE, "gpu01")),
    "the same host said too": ("gpu01", FAR, Place(THERE, "gpu01")),
    "another host": ("gpu02", FAR, Place(HERE, "gpu02")),
    "this machine said": ("local", FAR, Place(HERE)),
    "files on the laptop": (None, CONTEXT, Place(HERE, "gpu01")),
    "files on the host without a path": (None, FAR | {"workspace": ""}, Place(HERE, "gpu01")),
}


@pytest.mark.parametrize("name", PLACES)
def test_place(name):
    host, answers, expected = PLACES[name]
    assert read_place(HERE, host, answers) == expected


def test_folder_that_is_not_here_has_no_record(tmp_path):
    assert place_of(tmp_path / "no", "gpu01") == Place(tmp_path / "no", "gpu01")
    assert place_of(tmp_path, None) == Place(tmp_path)
