"""Tunnels that run are known; what one that was killed left behind is not believed."""

import os

import pytest

from scaffold.adapters.tunnel.records import (
    ForwardedPort,
    TunnelRecord,
    keep_record,
    running_tunnels,
)

RECORD = TunnelRecord(
    "gpu01", "trainer", (ForwardedPort(9000, "8888"), ForwardedPort(5432, "db:5432"))
)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path / "gpu-scaffold" / "tunnels"


def test_record_lives_as_long_as_its_tunnel(folder):
    with keep_record(RECORD):
        (found,) = running_tunnels()
        assert found == TunnelRecord(RECORD.host, RECORD.container, RECORD.ports, os.getpid())
        assert folder.stat().st_mode & 0o077 == 0
    assert running_tunnels() == []
    assert list(folder.iterdir()) == []


def test_what_was_left_behind_goes(folder):
    folder.mkdir(parents=True)
    (folder / "99999.json").write_text("{}")
    assert running_tunnels() == []
    assert list(folder.iterdir()) == []


def test_tunnel_without_a_place_for_its_record_works_as_well(folder, tmp_path):
    (tmp_path / "gpu-scaffold").write_text("a file stands there")
    with keep_record(RECORD):
        assert running_tunnels() == []
