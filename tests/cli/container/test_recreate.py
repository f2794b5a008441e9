"""`scaffold container recreate` and `prune` on an engine in memory: what is printed and refused."""

import json
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from scaffold.cli.container import command
from scaffold.commands.container import plan as planning
from scaffold.commands.container import starting
from scaffold.errors import InputError, TargetError
from tests.commands.container.fake_engine import FakeEngine

SECRET = "hf_abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def engine(monkeypatch):
    """Two running containers, one in the network of the other."""
    found = FakeEngine()
    host = {"NetworkMode": "default", "Tmpfs": {"/fast": ""}}
    body = {"Image": "x", "Env": [f"HF_TOKEN={SECRET}"], "HostConfig": host}
    found.create("main", body)
    found.create("side", {"Image": "x", "HostConfig": {"NetworkMode": "container:main"}})
    found.start("main")
    found.start("side")

    @contextmanager
    def opened(_host, _config):
        yield found

    monkeypatch.setattr("scaffold.adapters.docker.engine.docker_engine", opened)
    monkeypatch.setattr(starting, "POLL_S", 0)
    monkeypatch.setattr(starting, "SETTLED_S", -1)
    monkeypatch.setattr(planning, "free_bytes", lambda _engine: 1 << 30)
    return found


def run(*words: str):
    return CliRunner().invoke(command, words)


def test_dry_run_names_the_host_in_every_command_and_no_secret(engine):
    words = ("recreate", "main", "-p", "8888:8888", "--dry-run", "--host", "gpu01")
    done = run(*words)
    assert done.exit_code == 0, done.output
    for part in (
        "published: 8888:8888",
        "8888:8888 opens the port to the network",
        "scaffold tunnel --host gpu01 --container main 8888",
        "side shares the network of main",
        "not kept: the memory of its programs, and files in /dev/shm, /fast",
        "docker -H ssh://gpu01 stop main",
        "docker -H ssh://gpu01 run",
        "HF_TOKEN=<secret>",
    ):
        assert part in done.output
    assert SECRET not in done.output
    found = json.loads(run(*words, "--json", "--with-dependents").output)
    assert found["dependents"] == ["side"]
    assert SECRET not in json.dumps(found)


def test_secrets_are_shown_at_a_terminal_only(engine):
    done = run("recreate", "main", "--dry-run", "--show-secrets")
    assert isinstance(done.exception, InputError)


def test_both_are_recreated_and_the_old_ones_are_kept(engine):
    done = run("recreate", "main", "--env=A=1", "--with-dependents", "--yes")
    assert done.exit_code == 0, done.output
    assert "✓ main is running (its program was restarted)" in done.output
    assert "✓ side is running (its program was restarted)" in done.output
    again = run("recreate", "main", "--env=A=1", "--yes")
    assert "already has these settings" in again.output
    assert (
        json.loads(run("recreate", "main", "--env=A=1", "--yes", "--json").output)["kept"] is None
    )


def test_json_of_a_recreate_has_the_dependents(engine):
    done = run("recreate", "main", "--env=A=1", "--with-dependents", "--yes", "--json")
    found = json.loads(done.stdout)
    assert (found["container"], found["started"], found["unlike"]) == ("main", True, [])
    assert [one["container"] for one in found["dependents"]] == ["side"]


def test_full_disk_is_refused_also_with_yes(engine, monkeypatch):
    monkeypatch.setattr(planning, "free_bytes", lambda _engine: 10)
    engine.found[engine.inspect("main")["Id"]]["SizeRw"] = 2_000_000
    done = run("recreate", "main", "--env=A=1", "--yes", "--host", "gpu01")
    assert isinstance(done.exception, TargetError)
    assert "2 MB of changed files have to be copied, 10 B are free" in done.exception.message
    assert "docker -H ssh://gpu01 system df" in done.exception.hint
    assert engine.inspect("main")["State"]["Running"]
    assert "that disk has only 10 B free" in run("recreate", "main", "--dry-run").output


def test_health_as_before_is_told(engine):
    state = engine.found[engine.inspect("main")["Id"]]["State"]
    state["Health"] = {"Status": "unhealthy"}
    start = engine.start

    def start_unhealthy(name: str) -> None:
        start(name)
        engine.found[engine.inspect(name)["Id"]]["State"]["Health"] = {"Status": "unhealthy"}

    engine.start = start_unhealthy
    done = run("recreate", "main", "--env=A=1", "--yes")
    assert "! main is unhealthy (it was unhealthy before)" in done.output


def test_kept_container_that_is_still_used_is_not_pruned(engine, monkeypatch):
    monkeypatch.setattr(engine, "images", lambda _pattern: (), raising=False)
    run("recreate", "main", "--env=A=1", "--yes")
    done = run("prune", "main", "--yes", "--host", "gpu01")
    assert "side still uses main-before-" in done.output
    assert "scaffold container recreate --host gpu01 side" in done.output
    assert [one for one in engine.found.values() if "-before-" in one["Name"]]
    run("recreate", "side", "--yes")
    done = run("prune", "--yes", "--json")
    assert json.loads(done.stdout)["removed"] is True
    assert not [one for one in engine.found.values() if "-before-" in one["Name"]]


def test_unknown_container_names_the_host_in_the_hint(engine):
    done = run("recreate", "no-such", "--yes", "--host", "gpu01")
    assert "scaffold container list --host gpu01" in done.exception.hint


def test_interrupted_earlier_run_is_undone_first(engine):
    trial = "main-trial-20260101-000000"
    engine.create(trial, {"Image": "x", "HostConfig": {"NetworkMode": "default"}})
    done = run("recreate", "main", "--env=A=1", "--yes")
    assert f"removed {trial}" in done.output
