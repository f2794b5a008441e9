"""The ssh program that stays, where it cannot be had; a stub stands in for what no sshd does."""

from pathlib import Path

import pytest

from scaffold.adapters.docker import reconnecting
from scaffold.adapters.docker.reconnecting import RemoteEngine
from scaffold.adapters.ssh import shared_connection
from scaffold.adapters.ssh.shared_connection import Link, RefusedError
from scaffold.errors import TargetError


@pytest.fixture
def ssh(tmp_path, monkeypatch):
    """`ssh(text)`: the only ssh on PATH is a shell script of this text."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(shared_connection, "READY_S", 0.5)

    def be(text: str) -> Path:
        (folder / "ssh").write_text(f"#!/bin/sh\n{text}\n")
        (folder / "ssh").chmod(0o755)
        return tmp_path

    return be


SAID = {
    "echo 'Permission denied (publickey).' >&2; exit 255": (RefusedError, "Permission denied"),
    "echo 'Host key verification failed.' >&2; exit 255": (RefusedError, "verification failed"),
    "echo 'Connection timed out' >&2; exit 255": (TargetError, "Connection timed out"),
    "exit 255": (TargetError, "without a message"),
    "exec /bin/sleep 100": (TargetError, "no answer within"),
}


@pytest.mark.parametrize("text", SAID)
def test_why_ssh_does_not_connect(ssh, text):
    kind, words = SAID[text]
    with pytest.raises(TargetError, match=words) as found:
        Link("ada@gpu01:2222", None, ssh(text), ask=False)
    assert type(found.value) is kind


def test_no_ssh_program(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(TargetError, match="ssh program is not installed"):
        Link("gpu01", None, tmp_path, ask=True)


def test_host_that_comes_back_is_waited_for_longer_and_longer(ssh, monkeypatch):
    said: list[str] = []
    far = RemoteEngine("gpu01", None, ssh("echo 'No route' >&2; exit 255"), said.append)
    monkeypatch.setattr(reconnecting, "FIRST_DELAY_S", 0.01)
    monkeypatch.setattr(reconnecting, "LONGEST_DELAY_S", 0.03)
    monkeypatch.setattr(reconnecting, "PATIENCE_S", 0.01)
    with pytest.raises(TargetError, match="gpu01 cannot be reached"):
        far.engine()
    tries = iter([TargetError("no route"), TargetError("no route"), RefusedError("refused")])
    monkeypatch.setattr(far, "connect", lambda **_: (_ for _ in ()).throw(next(tries)))
    with pytest.raises(RefusedError):
        far.keep()
    assert [text for text in said if "again in" in text] == [
        f"connecting to gpu01 again in {delay} s" for delay in ("0.01", "0.02", "0.03")
    ]


def test_sockets_lie_where_their_paths_are_short_enough(monkeypatch):
    monkeypatch.setattr(reconnecting.tempfile, "gettempdir", lambda: "/long" * 20)
    assert reconnecting._short_folder() == "/tmp"
    monkeypatch.setattr(reconnecting.tempfile, "gettempdir", lambda: "/run/x")
    assert reconnecting._short_folder() == "/run/x"
