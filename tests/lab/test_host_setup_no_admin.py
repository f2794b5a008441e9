"""An account without sudo: setup does what it may, and an administrator's script does the rest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.hosts.mendable import (
    CONFIGURED,
    DAEMON,
    FREE_SUDO,
    NO_TOOLKIT,
    OLD_LIST,
    UNCONFIGURED,
)
from tests.lab.hosts.pieces_system import account
from tests.lab.hosts.standins import ASKED, sudoers
from tests.lab.support.engine import Engine
from tests.lab.support.host_view import Changes
from tests.lab.support.laptop import Laptop
from tests.lab.support.rows import with_long
from tests.lab.support.sshd import Keys, LabHost, running_host
from tests.lab.test_host_setup import dev_container_sees_the_gpu, gpu_engine, laptop, view
from tests.lab.test_host_setup_faults import answered, spawn

SHELLCHECK = Path(sys.executable).with_name("shellcheck")

__all__ = ["gpu_engine", "laptop"]

NO_SUDO = sudoers("root ALL=(ALL) ALL")
NOT_IN_GROUP = account(groups=("render",))

OPEN: dict[str, tuple[Changes, str]] = {
    "Docker was not told of the toolkit": (UNCONFIGURED, "toolkit.not-configured"),
    "no toolkit": (NO_TOOLKIT, "toolkit.missing"),
    "Docker not restarted": (UNCONFIGURED | CONFIGURED, "toolkit.restart-pending"),
    "not in the docker group": (NOT_IN_GROUP, "docker.permission"),
    "not in the group, and no toolkit": (NOT_IN_GROUP | NO_TOOLKIT, "docker.permission"),
    "old package sources": (OLD_LIST | NO_TOOLKIT, "toolkit.old-sources"),
}


def as_root(host: LabHost, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run a program as root of the host, as its administrator would."""
    enter = ["nsenter", f"--target={host.pid}", "--mount", "--pid", "--uts", "--root", "--wd=/"]
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    return subprocess.run(
        [*enter, *argv], env=env, capture_output=True, text=True, check=False, timeout=120
    )


def tree(host: LabHost) -> dict[str, str]:
    """Every file that administrators keep, and the records of changes, with its rights."""
    found = {}
    for top in ("etc", "usr/share/keyrings", "var/lib", "home", "usr/local"):
        for path in sorted((host.root / top).rglob("*")):
            name = str(path.relative_to(host.root))
            mode = f"{path.lstat().st_mode:o} {path.lstat().st_uid}"
            if path.is_symlink():
                found[name] = f"-> {path.readlink()}"
            elif path.is_file():
                found[name] = f"{mode} {path.read_bytes()!r}"
            elif path.is_dir():
                found[name] = mode
    passing = ("var/lib/apt/known", "home/ada/.ssh")
    return {name: text for name, text in found.items() if not name.startswith(passing)}


EACH_TIME = {"no toolkit", "not in the docker group"}


@pytest.mark.parametrize("missing", with_long(OPEN.items(), EACH_TIME))
def test_the_rest_is_for_an_administrator_whose_script_mends_it(
    missing: tuple[Changes, str], gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    changes, finding = missing
    with running_host(view(gpu_engine, {**changes, **NO_SUDO}), keys) as host:
        script = laptop.home.parent / "fixes.sh"
        options = ("--name=gpu01", "--yes", f"--admin-script={script}")
        code, said = answered(spawn(laptop, host, *options))
        # The lab's engine gives GPUs to whoever reaches it, whatever the host's own view says.
        proved = NOT_IN_GROUP.items().isdisjoint(changes.items())
        said = " ".join(said.split())
        assert code == (0 if proved else 1), said
        assert "needs an administrator (this user may not use sudo)" in said
        assert proved or f"Not ready yet ({finding}" in said, said
        assert "Docker context gpu01 was made" in said, said
        assert laptop.run("ssh", "gpu01", "true").returncode == 0
        assert (host.root / ASKED.lstrip("/")).read_text() == ""
        assert_clean(script)
        before = tree(host)
        (host.root / "root.sh").write_text(script.read_text())
        done = as_root(host, "/bin/sh", "/root.sh")
        assert done.returncode == 0, done.stdout + done.stderr
        again = as_root(host, "/bin/sh", "/root.sh")
        assert again.returncode == 0, again.stdout + again.stderr
        assert f"= {finding}: done before" in again.stdout
        ready = laptop.scaffold("host", "setup", "gpu01", "--yes", "--json")
        assert ready.stdout, ready.stderr
        document = json.loads(ready.stdout)
        assert (ready.returncode, document["ready"]) == (0, True), ready.stdout
        states = {step["step"]: step["state"] for step in document["steps"]}
        assert states.pop("gpu") == "done"
        assert set(states.values()) == {"holds"}
        dev_container_sees_the_gpu(gpu_engine, laptop, DOCKER_CONTEXT="gpu01")
        back = as_root(host, "/bin/sh", "/root.sh", "--undo")
        assert back.returncode == 0, back.stdout + back.stderr
        assert tree(host) == before


def assert_clean(script: Path) -> None:
    done = subprocess.run(
        [str(SHELLCHECK), str(script)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("doubt", [{}, UNCONFIGURED], ids=["none", "the container disproves it"])
def test_docker_that_works_already_is_ready_without_any_right(
    doubt: Changes, gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    with running_host(view(gpu_engine, {**NO_SUDO, **doubt}), keys) as host:
        code, said = answered(spawn(laptop, host, "--name=gpu01", "--yes"))
        assert code == 0, said
        assert ("the warnings above can wait" in said) == bool(doubt), said
        assert ("administrator" in said) == bool(doubt), said


def test_nothing_runs_as_root_where_that_is_wished(gpu_engine: Engine, keys: Keys, laptop: Laptop):
    with running_host(view(gpu_engine, {**UNCONFIGURED, **FREE_SUDO}), keys) as host:
        before = tree(host)
        _, said = answered(spawn(laptop, host, "--name=gpu01", "--yes", "--no-sudo"))
        assert "needs an administrator (--no-sudo)" in " ".join(said.split())
        assert "sudo nvidia-ctk" in said or "daemon.json" in said
        assert tree(host) == before


UNDO: dict[str, tuple[Changes, str]] = {
    "a daemon.json of the host's own": (
        UNCONFIGURED | {DAEMON: '{"data-root": "/data"}\n'},
        "undo toolkit.not-configured",
    ),
    "no toolkit, and nothing of it": (NO_TOOLKIT, "undo toolkit.missing"),
    "a group": (NOT_IN_GROUP, "undo docker.permission"),
    "old package sources": (OLD_LIST | NO_TOOLKIT, "undo toolkit.old-sources"),
}


@pytest.mark.parametrize(
    "undone", with_long(UNDO.items(), {"a daemon.json of the host's own", "a group"})
)
def test_undo_leaves_the_files_of_the_server_as_they_were(
    undone: tuple[Changes, str], gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    changes, step = undone
    with running_host(view(gpu_engine, {**changes, **FREE_SUDO}), keys) as host:
        before = tree(host)
        code, said = answered(spawn(laptop, host, "--name=gpu01", "--yes"))
        assert code == 0, said
        assert tree(host) != before
        changed = tree(host)
        dry = laptop.scaffold("host", "setup", "gpu01", "--undo", "--dry-run")
        assert dry.returncode == 0, dry.stderr
        assert step in dry.stdout
        assert "Nothing was changed." in dry.stdout
        assert tree(host) == changed
        undone = laptop.scaffold("host", "setup", "gpu01", "--undo", "--yes", "--json")
        assert undone.returncode == 0, undone.stdout + undone.stderr
        steps = [one["step"] for one in json.loads(undone.stdout)["steps"]]
        assert steps[-1] == "undo key"
        assert step in steps
        assert tree(host) == before
        keys_file = host.root / "home/ada/.ssh/authorized_keys"
        assert not keys_file.exists()
        gone = laptop.scaffold("host", "remove", "gpu01", "--yes", "--known-host", "--key")
        assert gone.returncode == 0, gone.stderr
        assert laptop.content() == {}


def test_a_file_that_somebody_changed_after_us_is_kept(
    gpu_engine: Engine, keys: Keys, laptop: Laptop
):
    with running_host(view(gpu_engine, {**UNCONFIGURED, **FREE_SUDO}), keys) as host:
        code, said = answered(spawn(laptop, host, "--name=gpu01", "--yes"))
        assert code == 0, said
        theirs = '{"runtimes": {"nvidia": {"path": "x"}}, "debug": true}\n'
        (host.root / DAEMON.lstrip("/")).write_text(theirs)
        undone = laptop.scaffold("host", "setup", "gpu01", "--undo", "--yes")
        assert undone.returncode == 1
        assert f"kept: {DAEMON}: changed since" in " ".join(undone.stdout.split())
        assert (host.root / DAEMON.lstrip("/")).read_text() == theirs
