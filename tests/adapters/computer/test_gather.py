"""The facts of a computer whose programs are stand-ins."""

import json

import pytest

from scaffold.adapters.computer.ask import FAILED, ask
from scaffold.adapters.computer.gather import gather
from scaffold.facts.computer import AgentState, EngineState

PROGRAMS = {
    "ssh": 'case "$1" in -V) echo OpenSSH_9.2p1 >&2 ;; '
    '*) echo "gpu01: refused" >&2; exit 255 ;; esac',
    "ssh-add": "exit 1",
    "docker": 'case "$1" in --version) echo Docker version 28.2.2 ;; version) echo 28.2.1 ;; '
    "*) exit 1 ;; esac",
    "code": 'case "$1" in --version) echo 1.105.1 ;; *) echo ms-python.python ;; esac',
    "brew": "exit 0",
}


@pytest.fixture
def computer(monkeypatch, tmp_path):
    """A computer with these programs and nothing else on PATH."""
    for name, body in PROGRAMS.items():
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
    meta = tmp_path / "docker" / "contexts" / "meta" / "1" / "meta.json"
    meta.parent.mkdir(parents=True)
    for name, end in (("gpu01", "ssh://gpu01"), ("bad", "ssh://-oProxyCommand=x")):
        document = {"Name": name, "Endpoints": {"docker": {"Host": end}}}
        place = meta.parent.parent / name / "meta.json"
        place.parent.mkdir()
        place.write_text(json.dumps(document))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
    return tmp_path


def test_programs_are_asked_and_servers_are_not(computer):
    facts = gather()
    assert facts.programs["ssh"].version == (9, 2)
    assert facts.programs.keys() == {"ssh", "docker", "code"}
    assert (facts.agent, facts.manager) == (AgentState.EMPTY, "brew")
    assert (facts.engine, facts.engine_version) == (EngineState.RUNNING, (28, 2, 1))
    assert facts.buildx is False
    assert facts.extensions == {"code": frozenset({"ms-python.python"})}
    assert facts.docker_host == "tcp://127.0.0.1:1"
    assert facts.servers is None
    assert facts.free


def test_servers_of_contexts_are_asked_on_request(computer):
    facts = gather(network=True)
    assert facts.servers
    assert facts.servers["gpu01"] == "gpu01: refused"
    assert facts.servers["bad"]


def test_without_docker_its_engine_is_unknown(computer):
    (computer / "bin" / "docker").unlink()
    facts = gather()
    assert (facts.engine, facts.buildx) == (None, None)


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path):
    path = tmp_path / "hangs"
    path.write_text("#!/bin/sh\nsleep 300 & wait\n")
    path.chmod(0o755)
    assert ask([str(path)], 0.2).code == FAILED
    assert ask([str(tmp_path / "missing")]).code == FAILED
