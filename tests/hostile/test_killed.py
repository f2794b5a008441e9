"""Signals at random moments: files are old or new, whole, and the next run is clean.

KILLS=300 (in `make long`) tries more moments than the few of every run. The server of `sync`
and `pull` is a shell on this machine; tests/lab kills `host setup` and `container recreate`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scaffold.adapters.local.temporary import PREFIX

KILLS = int(os.environ.get("KILLS", "4"))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
MANY = 40

ANSWERS = (
    '[answers]\ntarget = "remote"\nhost = "gpu01"\nfiles = "remote-ssh"\nworkspace = "{far}"\n'
)
SSH = """\
#!/bin/sh
for word; do case $word in -G) exec /usr/bin/ssh "$@";; -O) exit 0;; esac; done
while [ "$1" != -- ]; do shift; done
shift 2
exec sh -c "$*"
"""


@dataclass(frozen=True)
class World:
    """A project here, a workspace on the other side of ssh, and a private home."""

    base: Path

    @property
    def project(self) -> Path:
        """The folder of the project."""
        return self.base / "project"

    @property
    def far(self) -> Path:
        """The workspace on the server."""
        return self.base / "far"

    @property
    def env(self) -> dict[str, str]:
        """The environment of the program: nothing of it is outside the test's folder."""
        places = {
            "HOME": "home",
            "XDG_STATE_HOME": "state",
            "XDG_CACHE_HOME": "cache",
            "TMPDIR": "tmp",
        }
        own = {name: str(self.base / folder) for name, folder in places.items()}
        return {**os.environ, **own, "PATH": f"{self.base}/bin:{os.environ['PATH']}"}

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start `scaffold …` in the project."""
        return subprocess.Popen(
            [sys.executable, "-m", "scaffold", *words],
            cwd=self.project,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(self, *words: str) -> None:
        """Run `scaffold …` to its end, without a fault."""
        done = self.start(*words)
        output, _ = done.communicate(timeout=300)
        assert done.returncode == 0, output.decode()


@pytest.fixture
def world(tmp_path):
    for folder in ("home", "tmp", "bin", "project", "far"):
        (tmp_path / folder).mkdir()
    (tmp_path / "bin" / "ssh").write_text(SSH)
    (tmp_path / "bin" / "ssh").chmod(0o755)
    return World(tmp_path)


def files(folder: Path) -> dict[str, bytes]:
    """Every file by its path, without temporary ones and the bookkeeping of a sync."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and PREFIX not in str(path) and ".scaffold-sync" not in path.parts
    }


def fill(folder: Path, text: str) -> None:
    for number in range(MANY):
        (folder / f"{number % 4}").mkdir(exist_ok=True)
        (folder / f"{number % 4}" / f"{number}.txt").write_text(text * (number * 500))


def remote_project(world: World) -> None:
    (world.project / ".devcontainer").mkdir()
    answers = ANSWERS.format(far=world.far)
    (world.project / ".devcontainer" / "scaffold.toml").write_text(answers)


def before_init(world: World) -> None:
    (world.project / "requirements.txt").write_text("torch>=2.8\n")
    world.run("init", "--yes", "--shm", "1g")


def before_sync(world: World) -> None:
    remote_project(world)
    fill(world.project, "old\n")
    world.run("sync", "--trust")
    fill(world.project, "newer\n")


def before_pull(world: World) -> None:
    remote_project(world)
    fill(world.project, "old\n")
    world.run("sync", "--trust")
    fill(world.far, "newer\n")


@dataclass(frozen=True)
class Killed:
    """A command, what was before it, and the folder that it changes."""

    before: Callable[[World], None]
    words: tuple[str, ...]
    changed: str
    longest_s: float


KINDS = {
    "init": Killed(before_init, ("init", "--yes", "--shm", "2g"), "project", 4.0),
    "sync": Killed(before_sync, ("sync", "--trust"), "far", 2.5),
    "pull": Killed(before_pull, ("pull", "--all", "--trust"), "project", 2.5),
}


def moments():
    dice = random.Random(7)
    for number in range(KILLS):
        kind = list(KINDS)[number % 3]
        yield kind, SIGNALS[number // 3 % 4], dice.uniform(0.2, KINDS[kind].longest_s)


@pytest.mark.parametrize(("kind", "number", "after"), list(moments()))
def test_a_signal_leaves_old_or_new_and_the_next_run_is_clean(world, kind, number, after):
    one = KINDS[kind]
    one.before(world)
    folder = world.base / one.changed
    old = files(folder)
    started = world.start(*one.words)
    time.sleep(after)
    started.send_signal(number)
    started.communicate(timeout=300)
    found = files(folder)
    world.run(*one.words)
    new = files(folder)
    assert all(found.get(name) in (old.get(name), new.get(name)) for name in {*found, *new})
    assert kind == "init" or files(world.far) == {
        name: text for name, text in files(world.project).items() if name in files(world.far)
    }
    assert [path for path in world.base.rglob("*") if PREFIX in path.name] == []
    assert not any(".bak" in name for name in new)
    assert list(world.base.rglob("gpu-scaffold-run-*")) == []
