"""The customer's guide, each step with this tool on the real engine; docs/tutorial.md quotes it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.inside.imitation import Card, Inside, programs
from tests.lab.support.devcontainer import cli, onto_lab_network
from tests.lab.support.engine import Engine
from tests.lab.support.guide import AS_FILES, BY_HAND, IMAGE, Step
from tests.lab.support.images import provide, provide_for
from tests.lab.support.recreating import remove

VOLUMES = ("guide-data", "guide-models")


@pytest.fixture
def home(engine: Engine, tmp_path: Path):
    """A home folder of a user of the engine; what the guide made goes afterwards.

    The engine has one GPU, whose nvidia-smi is a stand-in.
    """
    provide(engine, IMAGE)
    _remove(engine)
    programs(tmp_path / "standin", Inside((Card("Tesla T4", "7.5"),)))
    shutil.copy(tmp_path / "standin" / "nvidia-smi", engine.injected)
    yield tmp_path
    engine.injected.unlink()
    _remove(engine)


def _remove(engine: Engine) -> None:
    remove(engine, "guide")
    users = (f"--filter=volume={name}" for name in VOLUMES)
    using = engine.docker("ps", "--all", "--quiet", *users).stdout.split()
    if using:
        engine.docker("rm", "--force", *using)
    engine.docker("volume", "rm", "--force", *VOLUMES)
    engine.docker("rmi", "--force", "ada/guide:1", check=False)


def done(engine: Engine, step: Step, home: Path, folder: Path, words: str = "") -> str:
    """What a step prints, typed into a shell."""
    programs = f"{Path(sys.executable).parent}:{cli().parent}:{engine.env['PATH']}"
    state = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("STATE", "CACHE", "CONFIG")}
    ran = subprocess.run(
        ["bash", "-c", f"{step.command}{words}"],
        cwd=folder,
        env={**engine.env, "PATH": programs, "HOME": str(home), **state},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert ran.returncode == 0, (step.title, ran.stdout, ran.stderr)
    return ran.stdout + ran.stderr


def test_guide_by_hand(engine, home):
    for step in BY_HAND:
        shown = done(engine, step, home, home)
        assert all(text in shown for text in step.says), (step.title, shown)


@pytest.mark.long
def test_guide_as_files_of_a_repository(engine, index, home):
    folder = home / "guide"
    folder.mkdir()
    (folder / "requirements.txt").write_text("six\n")
    for path in (folder, *folder.iterdir()):
        os.chown(path, 1000, 1000)
    mirrors = " ".join(["", *index.flags("pip", "apt")])
    config, original = folder / ".devcontainer" / "devcontainer.json", ""
    for step in AS_FILES:
        init = step.command.startswith("scaffold init")
        if init and original:
            # As init wrote it: a file that somebody edited would be kept.
            config.write_text(original)
        # The lab changes what init wrote; its own devcontainer CLI has no docker path otherwise.
        words = mirrors if init else " --trust" if step.command.startswith("scaffold up") else ""
        shown = done(engine, step, home, folder, words)
        assert all(text in shown for text in step.says), (step.title, shown)
        if init:
            original = config.read_text()
            onto_lab_network(folder)
            provide_for(engine, (folder / ".devcontainer" / "Dockerfile").read_text())
