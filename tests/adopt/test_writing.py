"""What is written into the project, and what is refused before anything is."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scaffold.adapters.devcontainer.template import place_script, render
from scaffold.adapters.docker.build import build
from scaffold.adapters.docker.file_store import FileStore
from scaffold.adopt.adoption import make_adopted_plan
from scaffold.adopt.file_tree import FileEntry
from scaffold.adopt.overlay import Overlay, list_content
from scaffold.commands.adopt.write import RECORD, plan_files, write
from scaffold.commands.init.init import FileChange
from scaffold.errors import InputError, TargetError
from tests.adopt.test_adoption import FULL

BIN = Path(sys.executable).parent


@pytest.fixture
def project(tmp_path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


@pytest.fixture
def store(tmp_path) -> FileStore:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "d").write_text("x")
    return FileStore(tmp_path / "store", 100)


ONE = replace(
    FULL,
    overlay=Overlay(
        entries=(
            FileEntry(
                path="/opt/run.sh", kind="file", mode=0o755, uid=5, gid=5, size=1, digest="d"
            ),
        )
    ),
)


def statuses(changes: tuple[FileChange, ...]) -> dict[str, str]:
    return {Path(one.path).name: one.status for one in changes}


def test_second_run_knows_its_own_files_and_keeps_edited_ones(project, store):
    first = plan_files(ONE, store, project)
    assert set(statuses(first).values()) == {"new"}
    assert write(project, first) == []
    assert (project / ".devcontainer/rootfs/opt/run.sh").stat().st_mode & 0o777 == 0o755
    assert set(statuses(plan_files(ONE, store, project)).values()) == {"same"}
    (project / ".devcontainer/apt.txt").write_text("mine\n")
    other = replace(ONE, origin="the image x")
    found = statuses(plan_files(other, store, project))
    assert (found["apt.txt"], found["Dockerfile"], found["pip-1.txt"]) == (
        "kept",
        "changed",
        "same",
    )


def test_folder_that_leads_out_of_the_project_is_refused(project, store, tmp_path):
    (project / ".devcontainer/rootfs").mkdir(parents=True)
    (project / ".devcontainer/rootfs/opt").symlink_to(tmp_path)
    with pytest.raises(InputError, match="leads out of"):
        plan_files(ONE, store, project)


def test_broken_record_is_told(project, store):
    (project / ".devcontainer").mkdir()
    (project / RECORD).write_text("= no")
    with pytest.raises(InputError, match="not valid TOML"):
        plan_files(ONE, store, project)


def test_linter_has_nothing_to_warn_of(tmp_path):
    (tmp_path / "Dockerfile").write_bytes(
        render(make_adopted_plan(FULL))[".devcontainer/Dockerfile"].content
    )
    argv = [str(BIN / "hadolint"), "--failure-threshold=warning", str(tmp_path / "Dockerfile")]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_script_puts_everything_in_its_place(tmp_path):
    root = tmp_path / "root"
    (tmp_path / f"rootfs{root}").mkdir(parents=True)
    (tmp_path / f"rootfs{root}/a b").write_text("new")
    (root / "old").mkdir(parents=True)
    (root / "was a link").symlink_to("/nowhere")
    (root / "a b").symlink_to(tmp_path / "victim")
    entries = (
        FileEntry(path=f"{root}/a b", kind="file", mode=0o4711, uid=7, gid=8, size=3, digest="d"),
        FileEntry(path=f"{root}/deep/link", kind="link", mode=0o777, uid=7, gid=8, target="../a b"),
        FileEntry(path=f"{root}/empty", kind="dir", mode=0o1777, uid=7, gid=8),
        FileEntry(path=f"{root}/was a link", kind="dir", mode=0o700, uid=7, gid=8),
    )
    overlay = Overlay(entries=entries, deleted=(f"{root}/old",))
    (tmp_path / "rootfs.list").write_text(list_content(overlay))
    (tmp_path / "place.sh").write_bytes(place_script())
    for step in ("early", "gone", "late"):
        subprocess.run(["sh", str(tmp_path / "place.sh"), step], check=True)
    for entry in entries:
        stat = Path(entry.path).lstat()
        assert (stat.st_uid, stat.st_gid) == (7, 8)
        assert entry.kind == "link" or stat.st_mode & 0o7777 == entry.mode
    assert (root / "deep/link").read_text() == "new"
    assert not (root / "a b").is_symlink()
    assert not (tmp_path / "victim").exists()
    assert not (root / "old").exists()


def test_building_needs_the_docker_program(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="docker command was not found"):
        build(tmp_path)


def test_build_of_a_far_host_uses_the_ssh_config_that_was_given(tmp_path, monkeypatch):
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    for name, script in {
        "docker": 'echo "$@"; ssh gpu01 true; exit 3',
        "ssh": 'echo "ssh was given $*"',
    }.items():
        (bin_folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin_folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_folder}:/usr/bin:/bin")
    with pytest.raises(TargetError, match=r"ssh was given -F .*/my config .*gpu01 true") as raised:
        build(tmp_path, ("--network=host",), "gpu01", tmp_path / "my config")
    assert "-H ssh://gpu01 build" in raised.value.message


def test_known_secret_in_a_generated_file_stops_everything(project, store):
    leaking = replace(ONE, origin="the container hunter22", known_secrets=("hunter22",))
    with pytest.raises(InputError, match="value of a suspected secret") as error:
        plan_files(leaking, store, project)
    assert "--include-secret" in error.value.hint
    assert "hunter22" not in str(error.value)
    assert list(project.iterdir()) == []
