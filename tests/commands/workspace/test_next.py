"""`scaffold` alone: the state of a folder, and what comes next."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from scaffold.adapters.docker.contexts import Context
from scaffold.commands.workspace import next as module
from scaffold.commands.workspace.next import next_steps
from scaffold.commands.workspace.standing import Standing
from scaffold.errors import TargetError

RUNNING = {"Name": "/box", "State": {"Status": "running"}}
STOPPED = {"Name": "/box", "State": {"Status": "exited"}}


@pytest.fixture
def world(monkeypatch, tmp_path):
    """A project folder on a computer with Docker; the parts are set by the test."""
    bins = tmp_path / "bin"
    bins.mkdir()
    monkeypatch.setenv("PATH", str(bins))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    root = tmp_path / "project"
    root.mkdir()

    def be(*, project=True, config=True, host="", own=(), down=None, programs=True, servers=()):
        if project:
            (root / "train.py").write_text("")
        if config:
            (root / ".devcontainer").mkdir()
            (root / ".devcontainer" / "devcontainer.json").write_text('{"image": "x"}')
        if host:
            record = f'[answers]\nhost = "{host}"\nfiles = "context"\nworkspace = "/w"\n'
            (root / ".devcontainer" / "scaffold.toml").write_text(f"schema = 1\n{record}")
        for name in ("docker", "devcontainer") if programs else ():
            (bins / name).write_text("#!/bin/sh\n")
            (bins / name).chmod(0o755)
        made = [Context(name, "ssh://x", "gpu-scaffold: x") for name in servers]
        monkeypatch.setattr(module, "contexts", lambda: made)
        monkeypatch.setattr(module, "identity_of", lambda *_words: None)
        monkeypatch.setattr(module, "standing", lambda *_words: Standing(tuple(own)))

        @contextmanager
        def engine():
            if down:
                raise down
            yield None

        monkeypatch.setattr(module, "docker_engine", engine)
        return root

    return be


DOWN = TargetError("Docker is not running", hint="sudo systemctl start docker; more")
SITUATIONS = {
    "an empty folder": ({"project": False, "config": False}, "no Python project", "cd PROJECT"),
    "no configuration": ({"config": False}, "has no dev container conf", "scaffold init"),
    "no configuration, and a server": (
        {"config": False, "servers": ["gpu01"]},
        "has no dev container conf",
        "scaffold init --host gpu01",
    ),
    "configured for a server": ({"host": "gpu01"}, "the server gpu01", "scaffold up"),
    "configured, without Docker": (
        {"programs": False},
        "but Docker and the Dev Containers CLI are not installed",
        "scaffold doctor",
    ),
    "configured, Docker stopped": (
        {"down": DOWN},
        "but Docker is not running",
        "sudo systemctl start docker",
    ),
    "configured": ({}, "it has no container yet", "scaffold up"),
    "stopped": ({"own": [STOPPED]}, "box is stopped", "scaffold up"),
    "running": ({"own": [STOPPED, RUNNING]}, "box is running", "scaffold open"),
}


@pytest.mark.parametrize(("parts", "state", "first"), SITUATIONS.values(), ids=SITUATIONS)
def test_state_and_first_command(world, parts, state, first):
    found = next_steps(world(**parts))
    assert state in found.state
    assert found.steps[0][0] == first


def test_several_configurations_are_named(world):
    root = world(config=False)
    for name in ("a", "b"):
        (root / ".devcontainer" / name).mkdir(parents=True)
        (root / ".devcontainer" / name / "devcontainer.json").write_text("{}")
    assert next_steps(root).steps[0][0] == "scaffold up --config NAME"


def test_home_is_no_project(world, monkeypatch):
    root = world(config=False)
    monkeypatch.setattr(Path, "home", lambda: root)
    assert "no Python project" in next_steps(root).state
