"""Signals at random moments: files are old or new, whole, and the next run is clean.

KILLS=300 (in `make long`) tries more moments than the few of every run. The server of `sync`
and `pull` is a shell on this machine, that of `adopt` the lab's engine; tests/lab kills
`host setup` and `container recreate`.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scaffold.adapters.local.temporary import PREFIX
from tests.hostile import on_lab
from tests.hostile.shell_server import ANSWERS, SSH
from tests.lab.support.engine import Engine, is_required

KILLS = int(os.environ.get("KILLS", "4"))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
MANY = 40


@dataclass(frozen=True)
class World:
    """A project here, a workspace on the other side of ssh, and a private home."""

    base: Path
    engine: Engine | None = None

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
        engine = {"DOCKER_HOST": self.engine.socket} if self.engine else {}
        return {**os.environ, **own, **engine, "PATH": f"{self.base}/bin:{os.environ['PATH']}"}

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


@pytest.fixture(scope="module")
def engine():
    """The lab's engine, None where it cannot run."""
    with on_lab.engine_of_the_lab() as started:
        yield started


@pytest.fixture
def world(tmp_path):
    for folder in ("home", "tmp", "bin", "project", "far"):
        (tmp_path / folder).mkdir()
    (tmp_path / "bin" / "ssh").write_text(SSH)
    (tmp_path / "bin" / "ssh").chmod(0o755)
    return World(tmp_path)


@pytest.fixture
def world_with_engine(world, engine):
    if engine is None:
        reason = f"the lab cannot run here: {on_lab.why_not_here()}"
        (pytest.fail if is_required() else pytest.skip)(reason)
    on_lab.empty(engine)
    yield World(world.base, engine)
    on_lab.empty(engine)


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


def before_adopt(world: World) -> None:
    """A project that was made from the container once, and the container, which has more now."""
    docker = world.engine.docker
    docker("create", "--name", "box", "--network", "none", on_lab.IMAGE, "sleep", "9")
    for text in ("old", "newer"):
        source = world.base / "made"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir()
        for number in range(MANY):
            (source / f"{text}{number}").write_text(text * (number * 500))
        (source / "both").write_text(text)
        docker("cp", f"{source}/.", "box:/opt/")
        if text == "old":
            world.run(*ADOPT)


ADOPT = ("container", "adopt", "box", ".", "--yes", "--overwrite")


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


ADOPTED = Killed(before_adopt, ADOPT, "project", 4.0)


def moments_of_adopt():
    dice = random.Random(8)
    for number in range(max(1, KILLS // 4)):
        yield SIGNALS[number % 4], dice.uniform(0.2, ADOPTED.longest_s)


def moments():
    dice = random.Random(7)
    for number in range(KILLS):
        kind = list(KINDS)[number % 3]
        yield kind, SIGNALS[number // 3 % 4], dice.uniform(0.2, KINDS[kind].longest_s)


@pytest.mark.parametrize(("kind", "number", "after"), list(moments()))
def test_a_signal_leaves_old_or_new_and_the_next_run_is_clean(world, kind, number, after):
    new = killed(world, KINDS[kind], number, after)
    assert kind == "init" or files(world.far) == {
        name: text for name, text in files(world.project).items() if name in files(world.far)
    }
    assert not any(".bak" in name for name in new)


@pytest.mark.parametrize(("number", "after"), list(moments_of_adopt()))
def test_a_signal_in_adopt_leaves_old_or_new_and_the_engine_as_it_was(
    world_with_engine, number, after
):
    killed(world_with_engine, ADOPTED, number, after)
    with on_lab.asked(world_with_engine.engine) as client:
        assert [one["Names"] for one in client.containers(all=True)] == [["/box"]]
        assert on_lab.listed(client, "image") == set()


def killed(world, one, number, after):
    """Send a signal, run the command again, and compare; the files after that."""
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
    assert [path for path in world.base.rglob("*") if PREFIX in path.name] == []
    assert list(world.base.rglob("gpu-scaffold-run-*")) == []
    return new
