"""Running the Dev Containers CLI; a program that prints what it would stands in for it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scaffold.adapters.devcontainer.cli import local_up, remote_up, run_up
from scaffold.adapters.devcontainer.watched import watched
from scaffold.catalogue.failures import FailurePlace
from scaffold.errors import InputError, TargetError
from scaffold.workspace.sides import HostPath
from scaffold.workspace.up_failures import explain, plain, reason

GOOD = '{"outcome":"success","containerId":"abc"}'


def program(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def run(folder: Path, body: str) -> tuple[dict, list[str], str]:
    told: list[str] = []
    log = folder / "state" / "up.log"
    argv = [str(program(folder, "cli", body))]
    return run_up(argv, os.environ, log, told.append), told, log.read_text()


def test_the_outcome_is_the_last_json_and_the_log_is_kept(tmp_path):
    outcome, told, log = run(tmp_path, f"echo noise; echo '[3 ms] step' >&2; echo '{GOOD}'")
    assert outcome["containerId"] == "abc"
    assert told == ["[3 ms] step"]
    assert log == "[3 ms] step\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('echo \'{"outcome":"error","message":"no"}\'; exit 1', "no"),
        ("echo '[1]'; exit 1", "^$"),
        ("exit 97", "npx is on the host"),
    ],
)
def test_a_failure_is_told_with_its_own_words(tmp_path, body, said):
    with pytest.raises(TargetError, match=said):
        run(tmp_path, body)


def test_a_watched_program_keeps_its_output_and_its_exit_code(tmp_path):
    cli = program(tmp_path, "cli", 'read x || echo none; echo "$1" >&2; exit 7')
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # Its input stays open, which keeps it running.
    with subprocess.Popen(watched([str(cli), "a b"]), text=True, **pipes) as done:
        assert done.wait(300) == 7
        assert (done.stdout.read(), done.stderr.read()) == ("none\n", "a b\n")


def test_without_a_shell_a_program_runs_as_it_is(monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert watched(["cli"]) == ["cli"]


ENDINGS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]


@pytest.mark.parametrize("number", ENDINGS)
def test_ended_with_us_it_leaves_no_process(tmp_path, number):
    pids = tmp_path / "pids"
    cli = program(tmp_path, "cli", f"sleep 99 & echo $$ $! >'{pids}'; wait")
    code = (
        "import os, pathlib; from scaffold.adapters.devcontainer.cli import run_up\n"
        "from scaffold.adapters.devcontainer.watched import watched\n"
        f"argv = watched([{str(cli)!r}])\n"
        f"run_up(argv, os.environ, pathlib.Path({str(tmp_path / 'log')!r}), print)"
    )
    ours = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    wait(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    ours.send_signal(number)
    ours.wait(300)
    theirs = [int(text) for text in pids.read_text().split()]
    wait(lambda: not any(alive(pid) for pid in theirs))


def wait(condition) -> None:
    deadline = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_old_docker_is_told_to_use_buildkit(tmp_path):
    env = {"PATH": str(tmp_path)}
    with pytest.raises(InputError, match="docker command is not on PATH"):
        local_up(tmp_path, env)
    docker = program(tmp_path, "docker", "exit 1")
    with pytest.raises(InputError, match="neither devcontainer nor npx"):
        local_up(tmp_path, env)
    npx = program(tmp_path, "npx", "")
    argv, environment = local_up(tmp_path, env, "--x")
    assert argv[:3] == [str(npx), "--yes", "@devcontainers/cli"]
    assert argv[-3:] == ["--x", "--docker-path", str(docker)]
    assert environment["DOCKER_BUILDKIT"] == "1"
    own = program(tmp_path, "devcontainer", "")
    program(tmp_path, "docker", "exit 0")
    argv, environment = local_up(tmp_path, env)
    assert argv == [str(own), "up", "--workspace-folder", str(tmp_path)]
    assert "DOCKER_BUILDKIT" not in environment


def test_the_far_script_runs_in_the_folder_and_ends_with_its_input(tmp_path, monkeypatch):
    """The part after ssh, in a shell of this machine."""
    folder = tmp_path / "it's a dïr"
    folder.mkdir()
    bins = tmp_path / "bin"
    bins.mkdir()
    pids = tmp_path / "pids"
    program(bins, "devcontainer", f"sleep 99 & pwd >'{tmp_path}/where'; echo $$ $! >'{pids}'; wait")
    command = remote_up("gpu01", HostPath(str(folder)))[-1]
    env = {**os.environ, "PATH": f"{bins}:/usr/bin:/bin"}
    ours = subprocess.Popen(["sh", "-c", command], env=env, stdin=subprocess.PIPE)
    wait(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    assert (tmp_path / "where").read_text() == f"{folder}\n"
    ours.stdin.close()
    assert ours.wait(300) != 0
    theirs = [int(text) for text in pids.read_text().split()]
    wait(lambda: not any(alive(pid) for pid in theirs))


@pytest.mark.parametrize(
    ("log", "hint"),
    [
        ("bind source path does not exist: /data/x", "create the folder /data/x"),
        (
            "error while creating mount source path '/nfs/p': mkdir /nfs: permission denied",
            "scaffold init --workspace PATH on a local disk",
        ),
        ('could not select device driver "" with capabilities: [[gpu]]', "scaffold host check gpu"),
        ("Cannot connect to the Docker daemon at", "scaffold host check gpu01"),
        (
            'Conflict. The container name "/trainer" is already in use by container "f00"',
            "scaffold container list --all shows whose trainer is",
        ),
        ("Bind for 0.0.0.0:8888 failed: port is already allocated", "the port on gpu01"),
        ("something else", ""),
    ],
)
def test_known_failures_say_what_mends_them(log, hint):
    found = explain(log, "", FailurePlace(host="gpu01"))
    assert hint in found.fix
    assert bool(found.fix) is bool(hint)


def test_the_log_is_read_without_times_and_colours():
    assert plain("[12 ms] \x1b[1mStart: Run: docker\x1b[0m") == "Start: Run: docker"
    assert reason("[1 ms] Step 1\n[2 ms] ERROR: failed\n[3 ms] bye\n") == "ERROR: failed"
    assert reason("docker: Error response from daemon: x\nError: exit 1\n").endswith("x")
    assert reason("a\nb\n") == "b"
    assert reason("") == "no output"
