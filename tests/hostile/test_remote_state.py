"""The state folder on a server: a link, another login's, or odd files in it."""

import os
import subprocess
from pathlib import Path

import pytest

from scaffold.adapters.sync.remote_script import script

VARIABLES = {"nonce": "n", "own": ".scaffold-sync", "id": "me", "claim": '{"id":"me"}'}
SCAN = {"owner": "", "prune": "", "take": "no", "dry": "no"}


@pytest.fixture
def place(tmp_path):
    home = tmp_path / "home"
    (home / "ws").mkdir(parents=True)
    (home / "in-progress").mkdir()
    (home / "in-progress" / "thesis").write_text("mine")
    (home / "part").mkdir()
    (home / ".gitignore").write_text("mine")
    return home / "ws"


def scan(place: Path, **changes: str) -> str:
    body = script("begin", "scan", "list", **VARIABLES, **{**SCAN, **changes}, place=str(place))
    done = subprocess.run(["sh"], input=body, capture_output=True, check=False, timeout=300)
    return done.stdout.decode("utf-8", "replace")


def everything(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() if one.is_file() else b"" for one in folder.rglob("*")}


@pytest.mark.parametrize("take", ["yes", "no"])
@pytest.mark.parametrize("target", ["..", "/", "../part", "missing"])
def test_a_link_in_its_place_is_refused_and_nothing_is_touched(place, target, take):
    (place / ".scaffold-sync").symlink_to(target)
    before = everything(place.parent)
    assert "n fail .scaffold-sync is not a folder of ours" in scan(place, take=take)
    assert everything(place.parent) == before


@pytest.mark.parametrize("name", ["holder", ".gitignore"])
def test_a_link_within_it_is_refused(place, name):
    (place / ".scaffold-sync").mkdir()
    (place / ".scaffold-sync" / name).symlink_to("../../.gitignore")
    before = everything(place.parent)
    assert "is not a regular file" in scan(place, take="yes")
    assert everything(place.parent) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
def test_another_logins_folder_is_refused(place):
    (place / ".scaffold-sync").mkdir()
    os.chown(place / ".scaffold-sync", 4242, 4242)
    assert "belongs to another login (uid 4242)" in scan(place)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives folders away")
def test_root_works_for_the_owner_of_the_workspace(place):
    (place / ".scaffold-sync").mkdir()
    for folder in (place, place / ".scaffold-sync"):
        os.chown(folder, 4242, 4242)
    assert "n list" in scan(place)


def test_a_folder_of_ours_is_used(place):
    assert "n holder" in scan(place)
    assert (place / ".scaffold-sync" / ".gitignore").read_text() == "*\n"
