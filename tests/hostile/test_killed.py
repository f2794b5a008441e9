"""Signals at random moments of init: the folder is old or new, whole, and the next run is clean.

KILLS=300 (in `make long`) tries more moments than the few of every run.
"""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from scaffold.adapters.local.temporary import PREFIX

KILLS = int(os.environ.get("KILLS", "4"))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
LONGEST_S = 4.0


def moments():
    dice = random.Random(7)
    return [(SIGNALS[n % 4], dice.uniform(0.2, LONGEST_S)) for n in range(KILLS)]


@pytest.fixture
def env(tmp_path):
    return {
        **os.environ,
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "TMPDIR": str(tmp_path),
    }


def run(project, env, *words):
    return subprocess.run(
        [sys.executable, "-m", "scaffold", "init", "--yes", *words, str(project)],
        env=env,
        capture_output=True,
        check=False,
        timeout=300,
    )


def files(project):
    return {
        path.name: path.read_bytes()
        for path in (project / ".devcontainer").iterdir()
        if not path.name.startswith(PREFIX)
    }


@pytest.mark.parametrize(("number", "after"), moments())
def test_a_signal_leaves_old_or_new_and_the_next_run_is_clean(tmp_path, env, number, after):
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.txt").write_text("torch>=2.8\n")
    assert run(project, env, "--shm", "1g").returncode == 0
    old = files(project)
    started = subprocess.Popen(
        [sys.executable, "-m", "scaffold", "init", "--yes", "--shm", "2g", str(project)],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after)
    started.send_signal(number)
    started.wait(300)
    found = files(project)
    assert run(project, env, "--shm", "2g").returncode == 0
    new = files(project)
    assert all(found.get(name) in (old.get(name), new.get(name)) for name in {*found, *new})
    left = [path for path in tmp_path.rglob("*") if PREFIX in path.name]
    assert left == []
    assert not any(".bak" in name for name in new)
    run_folders = list(tmp_path.glob("gpu-scaffold-run-*"))
    assert run_folders == []
