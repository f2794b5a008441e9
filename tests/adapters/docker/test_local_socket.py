"""A local engine that does not run is named with its socket before the package connects."""

import socket

import pytest

from scaffold.adapters.docker import local_socket, own_system
from scaffold.adapters.docker.engine import docker_engine
from scaffold.adapters.docker.local_socket import require_listener
from scaffold.errors import TargetError
from scaffold.facts.computer import OwnSystem


@pytest.fixture
def path(tmp_path, monkeypatch):
    # The name of a socket may have 107 bytes at most (unix(7)).
    monkeypatch.chdir(tmp_path)
    return tmp_path / "d.sock"


def test_socket_that_is_missing_is_named(path):
    with pytest.raises(
        TargetError, match=r"Docker is not running \(no socket at .*d\.sock\)"
    ) as told:
        require_listener(f"unix://{path}")
    assert "systemctl start docker" in told.value.hint


def test_socket_that_nothing_listens_at_is_named(path):
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with pytest.raises(TargetError, match="nothing listens at"):
        require_listener(f"unix://{path}")


def test_login_without_access_is_told_which_group_has_it(path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(local_socket.socket.socket, "connect", refuse)
    with pytest.raises(TargetError, match="this login may not use Docker") as told:
        require_listener(f"unix://{path}")
    assert "usermod -aG docker" in told.value.hint


def test_reason_that_is_not_known_is_passed_on():
    with pytest.raises(TargetError, match="the engine does not answer at /xxx"):
        require_listener(f"unix:///{'x' * 200}")


def test_listening_socket_and_addresses_of_other_kinds_pass(path):
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        require_listener(f"unix://{path}")
    require_listener("tcp://127.0.0.1:1")


def test_engine_is_not_opened_without_a_listener(path, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with pytest.raises(TargetError, match="Docker is not running"), docker_engine():
        pass


@pytest.mark.parametrize(
    ("platform", "kernel", "system"),
    [
        ("darwin", "", OwnSystem.MACOS),
        ("linux", "5.15.167.4-microsoft-standard-WSL2", OwnSystem.WSL2),
        ("linux", "6.1.0-41-amd64", OwnSystem.LINUX),
        ("linux", None, OwnSystem.LINUX),
    ],
)
def test_system(monkeypatch, tmp_path, platform, kernel, system):
    path = tmp_path / "osrelease"
    if kernel is not None:
        path.write_text(kernel)
    monkeypatch.setattr(own_system, "KERNEL", path)
    monkeypatch.setattr(own_system.sys, "platform", platform)
    assert own_system.own_system() is system


@pytest.mark.parametrize(
    ("system", "hint"),
    [
        (OwnSystem.MACOS, "open -a Docker; scaffold doctor says more"),
        (
            OwnSystem.WSL2,
            "sudo service docker start, or start Docker Desktop in Windows; scaffold host check",
        ),
    ],
)
def test_fix_is_that_of_the_system(path, monkeypatch, system, hint):
    for module in (local_socket, own_system):
        monkeypatch.setattr(module, "own_system", lambda: system)
    with pytest.raises(TargetError) as told:
        require_listener(f"unix://{path}")
    assert told.value.hint.startswith(hint)
