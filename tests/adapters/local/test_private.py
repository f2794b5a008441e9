"""Folders and files of ours are private whatever the umask, and usable by their owner."""

import os
import stat

import pytest

from scaffold.adapters.local.home_lock import home_locked
from scaffold.adapters.local.paths import open_private, private
from scaffold.adapters.local.remembered import TRUSTED


@pytest.fixture(params=[0o000, 0o022, 0o777])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def rights(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_files_and_locks_of_ours_are_private(umask, tmp_path, monkeypatch):
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state").chmod(0o700)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    TRUSTED.add([("a",)])
    with home_locked():
        pass
    os.close(open_private(private(tmp_path / "state/gpu-scaffold/more") / "x"))
    found = [*(tmp_path / "state").rglob("*")]
    assert len(found) >= 3
    for path in found:
        assert rights(path) == (0o700 if path.is_dir() else 0o600), path
    assert TRUSTED.knows("a")


def test_rights_that_somebody_widened_are_taken_back(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x").chmod(0o777)
    assert rights(private(tmp_path / "x")) == 0o700
