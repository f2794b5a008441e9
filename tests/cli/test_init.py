"""`scaffold init` from the command line, on real folders."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import json5
import pytest

from scaffold.adapters.local import files
from scaffold.facts import HostFacts

DEVCONTAINER = ".devcontainer/devcontainer.json"
RECORD = ".devcontainer/scaffold.toml"


@pytest.fixture
def project(tmp_path):
    """A small PyTorch repository."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text("torch>=2.8\nnumpy\n")
    return folder


def tree(folder):
    """Every file with its content, to see what changed."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_small_project_gets_its_files_and_reasons(scaffold, project):
    done = scaffold("init", "--yes", project)
    assert done.code == 0, done.err
    assert "torch 2.14.1 (cu126)" in done.out
    assert "requirements.txt:1" in done.out
    settings = json5.loads((project / DEVCONTAINER).read_text())
    assert settings["hostRequirements"] == {"gpu": "optional"}
    assert "--gpus" not in json.dumps(settings)
    assert (project / ".devcontainer/post-create.sh").stat().st_mode & 0o111


def test_second_run_changes_nothing(scaffold, project):
    scaffold("init", "--yes", project)
    before = tree(project)
    done = scaffold("init", "--yes", project)
    assert tree(project) == before
    assert "new" not in done.out.split("Files")[1]


@pytest.mark.parametrize(
    ("ignoring", "warned"),
    [
        ("*\n", True),
        ("# all text\n\n*.txt\n", True),
        ("./requirements.txt\n", True),
        ("**/requirements.txt\n", True),
        ("*\n!requirements.txt\n", False),
        ("docs/requirements.txt\n", False),
        ("data\n", False),
    ],
)
def test_own_dockerignore_that_keeps_requirements_out_is_pointed_at(
    scaffold, project, ignoring, warned
):
    (project / ".dockerignore").write_text(ignoring)
    done = scaffold("init", "--yes", project)
    assert ("add the line !requirements.txt" in done.out) == warned
    assert (project / ".dockerignore").read_text() == ignoring


def test_choice_that_only_doubts_follow_from_is_noted(scaffold, project):
    done = scaffold("init", "--yes", "--gpu", "optional", "--gpus", "device=0", project)
    assert "CUDA_VISIBLE_DEVICES" in done.out


def test_dry_run_shows_everything_and_writes_nothing(scaffold, project):
    done = scaffold("init", "--dry-run", project)
    assert done.code == 0
    assert "+FROM python:3.12-slim-bookworm" in done.out
    assert tree(project).keys() == {"requirements.txt"}


def test_json_document_has_its_documented_keys(scaffold, project):
    done = scaffold("init", "--dry-run", "--json", project)
    document = json.loads(done.out)
    assert document["schema"] == 1
    assert document["project"]["framework"] == {"name": "pytorch", "spec": ">=2.8"}
    assert document["project"]["package_manager"] == "pip"
    assert document["project"]["nvcc"] is False
    assert document["resolution"]["build"]["variant"] == "cu126"
    assert {"path": DEVCONTAINER, "status": "new"} in document["files"]
    assert tree(project).keys() == {"requirements.txt"}


def test_json_with_yes_writes(scaffold, project):
    done = scaffold("init", "--yes", "--json", project)
    assert {file["status"] for file in json.loads(done.out)["files"]} == {"new"}
    assert (project / DEVCONTAINER).exists()


def test_no_terminal_means_no_prompt_but_the_missing_flags(scaffold, project):
    done = scaffold("init", project)
    assert done.code == 2
    assert "--target" in done.err
    assert "--yes" in done.err
    assert tree(project).keys() == {"requirements.txt"}


def test_all_flags_given_need_no_terminal(scaffold, project):
    flags = ["--target", "local", "--gpu", "none", "--stack", "python"]
    done = scaffold("init", *flags, "--mount", "data:/d", "--port", "1", project)
    assert done.code == 0, done.err


def test_conflict_names_fact_and_ways_out_and_writes_nothing(scaffold, project):
    (project / "requirements.txt").write_text("torch==2.15.*\n")
    done = scaffold("init", "--yes", project)
    assert done.code == 1
    assert "580.65.06" in done.err
    assert "--framework" in done.err
    assert tree(project).keys() == {"requirements.txt"}


def test_conflict_as_json(scaffold, project):
    done = scaffold("init", "--yes", "--json", "--framework", "torch>=2.15", project)
    assert done.code == 1
    assert json.loads(done.out)["conflict"]["ways_out"]


def test_flags_beat_the_answers_file_which_beats_the_record(scaffold, project, tmp_path):
    answers = tmp_path / "answers.toml"
    answers.write_text('[answers]\nshm = "2g"\nuser = "kim"\ngpu = "required"\n')
    scaffold("init", "--yes", "--shm", "1g", "--user", "eve", project)
    done = scaffold("init", "--yes", "--answers", answers, "--gpu", "optional", project)
    assert done.code == 0, done.err
    settings = json5.loads((project / DEVCONTAINER).read_text())
    assert "--shm-size=2g" in settings["runArgs"]
    assert settings["remoteUser"] == "kim"
    assert "hostRequirements" in settings
    assert tomllib.loads((project / RECORD).read_text())["answers"]["user"] == "kim"


def test_recorded_answers_are_the_next_runs_defaults(scaffold, project):
    scaffold("init", "--yes", "--shm", "3g", project)
    scaffold("init", "--yes", project)
    assert "--shm-size=3g" in (project / DEVCONTAINER).read_text()


def test_new_fact_in_the_repository_reaches_files_that_nobody_edited(scaffold, project):
    scaffold("init", "--yes", project)
    (project / "requirements.txt").write_text("torch==2.9.*\n")
    done = scaffold("init", "--yes", project)
    assert "torch>=2.9,<2.10" in (project / ".devcontainer/Dockerfile").read_text()
    assert "changed" in done.out
    assert not list(project.rglob("*.bak*"))


def test_configuration_of_the_users_gets_a_second_one_beside_it(scaffold, project):
    (project / ".devcontainer").mkdir()
    (project / DEVCONTAINER).write_text('{"image": "debian"}')
    done = scaffold("init", "--yes", project)
    assert done.code == 0
    assert (project / DEVCONTAINER).read_text() == '{"image": "debian"}'
    second = json5.loads((project / ".devcontainer/gpu/devcontainer.json").read_text())
    assert second["build"] == {"dockerfile": "Dockerfile", "context": "../.."}
    assert f"{DEVCONTAINER} stays as it is" in done.out
    assert "scaffold up --config gpu" in done.out
    again = scaffold("init", "--yes", project)
    assert {line.split()[1] for line in again.out.splitlines() if "devcontainer/gpu/" in line} >= {
        "same"
    }


def test_stray_file_of_the_users_is_never_half_of_a_configuration(scaffold, project):
    (project / ".devcontainer").mkdir()
    (project / ".devcontainer/Dockerfile").write_text("FROM debian\n")
    done = scaffold("init", "--yes", project)
    assert done.code == 2
    assert "scaffold init --config gpu" in done.err
    assert [path.name for path in (project / ".devcontainer").iterdir()] == ["Dockerfile"]
    assert scaffold("init", "--yes", "--config", "cuda", project).code == 0
    assert (project / ".devcontainer/cuda/Dockerfile").exists()


def test_repository_of_another_language_is_told_and_left_alone(scaffold, tmp_path):
    (tmp_path / "package.json").write_text("{}")
    done = scaffold("init", "--yes", tmp_path)
    assert done.code == 0
    assert "No Python project found" in done.out
    assert not (tmp_path / ".devcontainer").exists()
    assert scaffold("init", "--yes", "--stack", "cuda", tmp_path).code == 0
    assert (tmp_path / DEVCONTAINER).exists()


def several(folder):
    for name in ("alpha", "beta"):
        (folder / name).mkdir()
        (folder / name / "requirements.txt").write_text("numpy\n")
        (folder / name / "main.py").write_text("import numpy\n")


def test_several_projects_are_named_and_one_can_be_chosen(scaffold, tmp_path):
    several(tmp_path)
    done = scaffold("init", "--yes", tmp_path)
    assert "2 projects in this repository: alpha is followed" in done.out
    chosen = scaffold("init", "--yes", "--project-dir", "beta", tmp_path)
    assert chosen.code == 0
    assert "beta/requirements.txt" in (tmp_path / ".devcontainer/Dockerfile").read_text()
    assert scaffold("init", "--yes", "--project-dir", "../x", tmp_path).code == 2
    assert scaffold("init", "--yes", "--project-dir", "gamma", tmp_path).code == 2


def test_summary_comes_before_the_files_and_says_what_was_not_asked(scaffold, project):
    done = scaffold("init", "--yes", project)
    assert done.out.index("Decided") < done.out.index("Defaults taken") < done.out.index("Files")
    assert "--stack" in done.out
    assert "In effect: .devcontainer/devcontainer.json" in done.out


def test_running_twice_decides_the_same(scaffold, project):
    scaffold("init", "--yes", project)
    before = {path: path.read_bytes() for path in (project / ".devcontainer").iterdir()}
    again = scaffold("init", "--yes", project)
    assert again.code == 0
    assert {path: path.read_bytes() for path in (project / ".devcontainer").iterdir()} == before
    (project / ".devcontainer/Dockerfile").write_text("# gpu-scaffold\nFROM nvidia/cuda:12.6.3-x\n")
    third = scaffold("init", "--yes", project)
    assert "12.6.3-x" not in third.out


def test_local_feature_is_held_against_its_metadata(scaffold, project):
    assert scaffold("init", "--yes", "--feature", "./own", project).code == 2
    (project / ".devcontainer/own").mkdir(parents=True)
    (project / ".devcontainer/own/devcontainer-feature.json").write_text('{"id": "own"}')
    done = scaffold("init", "--yes", "--feature", "./own", project)
    assert (done.code, "version is missing" in done.err) == (2, True)


def test_overwrite_keeps_the_users_file_beside(scaffold, project):
    (project / ".devcontainer").mkdir()
    (project / DEVCONTAINER).write_text("{}")
    done = scaffold("init", "--yes", "--overwrite", project)
    assert (project / f"{DEVCONTAINER}.bak1").read_text() == "{}"
    assert "bak1" in done.out
    assert json5.loads((project / DEVCONTAINER).read_text())["name"] == "project"


def test_edited_file_is_the_users_again(scaffold, project):
    scaffold("init", "--yes", project)
    path = project / ".devcontainer/Dockerfile"
    path.write_text(path.read_text() + "RUN true\n")
    scaffold("init", "--yes", "--python", "3.11", project)
    assert path.read_text().endswith("RUN true\n")


def test_remote_host_is_described_by_flags(scaffold, project):
    flags = ["--target", "remote", "--driver", "610.43.02", "--gpu-model", "NVIDIA B200"]
    done = scaffold("init", "--yes", "--json", *flags, project)
    assert json.loads(done.out)["resolution"]["build"]["variant"] == "cu132"


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        (["--target", "remote", "--gpu-model", "T4", "--driver", "535.183.01"], "GPU     T4"),
        (["--driver", "535.183.01"], "driver  535.183.01"),
        (["--target", "remote"], "GPU     unknown"),
        (["--target", "cpu"], "GPU     none found"),
    ],
)
def test_machine_that_was_described_is_shown_in_place_of_this_one(scaffold, project, flags, shown):
    out = scaffold("init", "--yes", *flags, project).out
    assert "Where it will run, as given" in out
    assert shown in out
    assert "no engine answers" not in out


def test_remote_host_of_which_nothing_is_known_is_said(scaffold, project):
    done = scaffold("init", "--yes", "--target", "remote", project)
    assert "unknown" in done.out


def test_machine_without_gpu_and_docker_is_shown_as_it_is(scaffold, project, host):
    host(HostFacts(gpus=(), architecture="x86_64"))
    done = scaffold("init", "--yes", "-v", project)
    assert "none found" in done.out
    assert "no engine answers" in done.out
    assert "source:" in done.out


def test_nvidia_smi_that_fails_is_shown(scaffold, project, host):
    host(HostFacts(gpu_error="nvidia-smi: Driver/library version mismatch"))
    assert "mismatch" in scaffold("init", "--yes", project).out


def test_empty_folder_becomes_a_plain_python_container(scaffold, tmp_path):
    done = scaffold("init", "--yes", tmp_path)
    assert done.code == 0, done.err
    assert "hostRequirements" not in (tmp_path / DEVCONTAINER).read_text()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--gpu", "maybe"], ["--gpu", "optional"]),
        (["--framework", "torchh"], ["torch"]),
        (["--port", "99999"], ["--port"]),
        (["--mount", "x"], ["HOST:CONTAINER"]),
        (["--mount", "/a:/etc"], ["/etc"]),
        (["--uid", "0"], ["--uid"]),
        (["--driver", "five"], ["535.183.01"]),
        (["--answers", "/does/not/exist.toml"], ["exist.toml"]),
    ],
)
def test_wrong_answer_exits_2_and_changes_nothing(scaffold, project, flags, words):
    done = scaffold("init", "--yes", *flags, project)
    assert done.code == 2
    assert all(word in done.err for word in words)
    assert tree(project).keys() == {"requirements.txt"}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("answers = 3", "table"),
        ("[answers]\ngpuz = 1", "gpuz"),
        ("[answers]\ngpu = 1", "gpu"),
        ("= broken", "TOML"),
        ("\xff", "TOML"),
    ],
)
def test_broken_answers_file_exits_2(scaffold, project, tmp_path, text, word):
    path = tmp_path / "answers.toml"
    path.write_bytes(text.encode("latin-1"))
    done = scaffold("init", "--yes", "--answers", path, project)
    assert (done.code, word in done.err) == (2, True)


def test_broken_record_exits_2(scaffold, project):
    (project / ".devcontainer").mkdir()
    (project / RECORD).write_text("answers = 1\n")
    assert scaffold("init", "--yes", project).code == 2


def test_path_that_is_missing_or_a_file_exits_2(scaffold, tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "missing", tmp_path / "file"):
        assert scaffold("init", "--yes", path).code == 2


def test_file_where_the_folder_belongs_exits_2(scaffold, project):
    (project / ".devcontainer").touch()
    done = scaffold("init", "--yes", project)
    assert (done.code, ".devcontainer" in done.err) == (2, True)


def test_link_out_of_the_project_exits_2(scaffold, project, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (project / ".devcontainer").symlink_to(tmp_path / "elsewhere")
    assert scaffold("init", "--yes", project).code == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_link_within_the_project_is_refused_too(scaffold, project):
    """A link can be turned between a look and a write, so none is followed at all."""
    (project / "config").mkdir()
    (project / ".devcontainer").symlink_to("config")
    assert scaffold("init", "--yes", project).code == 2
    assert list((project / "config").iterdir()) == []


@pytest.mark.parametrize("flags", [(), ("--overwrite",)], ids=["kept", "overwrite"])
def test_dockerignore_that_is_a_link_stays_the_users(scaffold, project, flags):
    (project / ".gitignore").write_text("*.ckpt\n")
    (project / ".dockerignore").symlink_to(".gitignore")
    assert scaffold("init", "--yes", *flags, project).code == 0
    assert (project / ".gitignore").read_text() == "*.ckpt\n"
    assert (project / ".dockerignore").is_symlink()
    assert (project / ".devcontainer" / "Dockerfile").exists()


def test_full_disk_exits_2_and_leaves_nothing(scaffold, project, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    done = scaffold("init", "--yes", project)
    assert (done.code, "No space left" in done.err) == (2, True)
    assert tree(project).keys() == {"requirements.txt"}


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_read_only_file_system_exits_2(scaffold, project):
    subprocess.run(["mount", "--bind", project, project], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", project], check=True)
        done = scaffold("init", "--yes", project)
    finally:
        subprocess.run(["umount", project], check=True)
    assert (done.code, "Read-only" in done.err) == (2, True)
    assert tree(project).keys() == {"requirements.txt"}


@pytest.mark.parametrize(
    "name", ['quo"te', "it's", "a b", "$HOME", "new\nline", "ünïcode", "-rf", "{{ 7*7 }}", "#x"]
)
def test_odd_folder_names_come_through_whole(scaffold, tmp_path, monkeypatch, name):
    folder = tmp_path / name
    folder.mkdir()
    (folder / "requirements.txt").write_text("torch\n")
    monkeypatch.chdir(folder)
    done = scaffold("init", "--yes")
    assert done.code == 0, done.err
    assert json5.loads((folder / DEVCONTAINER).read_text())["name"] == name


def test_image_of_an_old_tutorial_is_said_to_be_gone(scaffold, project):
    (project / "Dockerfile").write_text("FROM nvidia/cuda:12.7.0-base-ubuntu22.04\n")
    done = scaffold("init", "--yes", "--dry-run", project)
    assert (
        "Dockerfile:1: nvidia/cuda:12.7.0-base-ubuntu22.04 can no longer be pulled; use nvidia/cuda"
        in done.out
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["init", "--mirror", "t"], {"tuna", "tencent"}),
        (["init", "--mirror", "reg"], {"registry="}),
        (["init", "--stack", "pytorch"], {"pytorch-image"}),
    ],
)
def test_shell_completes_mirrors_and_choices(words, expected):
    done = subprocess.run(
        [str(Path(sys.executable).with_name("scaffold"))],
        env={
            **os.environ,
            "_SCAFFOLD_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["scaffold", *words]),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == expected, done
