"""Contexts where there is no docker command: in the store's own form, which docker reads."""

import json
import os
import shutil
import subprocess

import pytest

from scaffold.adapters.docker import contexts
from scaffold.adapters.docker.contexts import Context

MADE = Context("gpu01", "ssh://gpu01", "gpu-scaffold: 10.1.2.3")
DOCKER = shutil.which("docker")


@pytest.fixture(params=["~/.docker", "DOCKER_CONFIG"])
def store(request, tmp_path, monkeypatch):
    """An empty home without docker on the PATH; where the store will be."""
    empty = tmp_path / "bin"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(empty)
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    if request.param == "~/.docker":
        return tmp_path / "home" / ".docker"
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "else where"))
    return tmp_path / "else where"


def test_a_context_is_made_used_and_removed(store):
    contexts.write_context(MADE, replace=False)
    assert contexts.contexts() == [MADE]
    assert contexts.context("gpu01").is_ours
    contexts.use("gpu01")
    assert contexts.current() == "gpu01"
    moved = Context("gpu01", "ssh://gpu02", "mine")
    contexts.write_context(moved, replace=True)
    assert contexts.contexts() == [moved]
    contexts.use("default")
    assert json.loads((store / "config.json").read_text()) == {}
    contexts.remove("gpu01")
    assert contexts.contexts() == []
    assert contexts.answer_through("gpu01") == ""
    assert os.listdir() == []  # noqa: PTH208 (nothing is written to the current folder)


def test_other_settings_of_docker_are_kept(store):
    store.mkdir()
    (store / "config.json").write_text('{"credsStore": "pass", "currentContext": "old"}')
    contexts.use("gpu01")
    kept = json.loads((store / "config.json").read_text())
    assert kept == {"credsStore": "pass", "currentContext": "gpu01"}


def test_a_context_that_cannot_be_written_leaves_nothing(store, monkeypatch):
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device", "x")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Exception, match="No space left"):
        contexts.write_context(MADE, replace=False)
    assert contexts.contexts() == []
    assert not list(store.rglob("*.json*"))


@pytest.mark.skipif(DOCKER is None, reason="no docker command to read the store with")
def test_docker_itself_reads_what_was_written(store):
    contexts.write_context(MADE, replace=False)
    contexts.use("gpu01")
    argv = [str(DOCKER), "--config", str(store), "context", "inspect"]
    done = subprocess.run(argv, capture_output=True, check=True)
    (found,) = json.loads(done.stdout)
    assert found["Name"] == "gpu01"
    assert found["Endpoints"]["docker"]["Host"] == "ssh://gpu01"
    assert found["Metadata"]["Description"] == "gpu-scaffold: 10.1.2.3"
