"""`scaffold init --image`: the user's own base image, from flag, file, record and prompt."""

import os
import re
import sys
import tomllib
from dataclasses import replace

import pexpect
import pytest

from tests.cli.conftest import T4_HOST
from tests.cli.test_prompts import PATIENCE_S, answer

IMAGE = "nvidia/cuda:12.2.2-devel-ubuntu22.04"


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text("torch>=2.8\n")
    return folder


def base_of(project):
    lines = (project / ".devcontainer/Dockerfile").read_text().splitlines()
    return next(line.removeprefix("FROM ") for line in lines if line.startswith("FROM "))


def recorded(project):
    return tomllib.loads((project / ".devcontainer/scaffold.toml").read_text())["answers"]


def test_image_is_kept_by_later_runs_and_given_up_by_an_empty_one(scaffold, project):
    done = scaffold("init", "--yes", "--image", IMAGE, project)
    assert (done.code, "you named it; CUDA 12.2 with nvcc" in done.out) == (0, True)
    assert (base_of(project), recorded(project)["image"]) == (IMAGE, IMAGE)
    assert scaffold("init", "--yes", project).code == 0
    assert base_of(project) == IMAGE
    scaffold("init", "--yes", "--image", "", project)
    assert base_of(project).startswith("python:")


def test_answers_file_names_the_image(scaffold, project, tmp_path):
    (tmp_path / "answers.toml").write_text(f'image = "{IMAGE}"\n')
    done = scaffold("init", "--yes", "--answers", tmp_path / "answers.toml", project)
    assert (done.code, base_of(project)) == (0, IMAGE), done.err


def test_image_that_cannot_run_names_one_that_can(scaffold, project):
    image = "nvidia/cuda:13.0.3-devel-ubuntu22.04"
    done = scaffold("init", "--yes", "--image", image, project)
    assert (done.code, (project / ".devcontainer").exists()) == (1, False)
    assert "CUDA 13.0 needs driver 580.65.06" in done.err
    assert "--image nvidia/cuda:12." in done.err
    assert "--image ''" in done.err


@pytest.mark.parametrize(
    "text", ["NVIDIA/cuda:12", "a b", "x:y:z", "-x", "x@sha256:1", "$(id)", "a\nb"]
)
def test_text_that_is_no_image_is_refused(scaffold, project, text):
    for command in (("init", "--yes"), ("resolve",)):
        path = (project,) if command[0] == "init" else ()
        done = scaffold(*command, f"--image={text}", *path)
        assert (done.code, "REPO:TAG" in done.err) == (2, True), done.err


def test_image_alone_makes_a_plain_container(scaffold, tmp_path):
    (tmp_path / "main.go").write_text("package main\n")
    done = scaffold("init", "--yes", "--image", IMAGE, tmp_path)
    assert (done.code, base_of(tmp_path)) == (0, IMAGE), done.err


DOCKERFILES = [
    ("an image of CUDA", "FROM nvidia/cuda:12.2.2-devel-ubuntu22.04\n", IMAGE),
    ("an argument", f"ARG BASE={IMAGE}\nFROM ${{BASE}}\n", IMAGE),
    ("the last stage counts", f"FROM golang:1 AS tools\nFROM {IMAGE} AS run\n", IMAGE),
    ("a stage on a stage", f"FROM {IMAGE} AS base\nFROM base\n", IMAGE),
    ("a company's own", "FROM registry.example.com/ml/base:3\n", "registry.example.com/ml/base:3"),
    ("a system alone", "FROM ubuntu:22.04\n", ""),
    ("plain Python", "FROM python:3.11-slim\n", ""),
    ("an argument without a value", "ARG BASE\nFROM $BASE\n", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "image"), [row[1:] for row in DOCKERFILES])
def test_image_of_the_projects_dockerfile_is_named_and_not_taken_unasked(
    scaffold, project, text, image
):
    (project / "Dockerfile").write_text(text)
    done = scaffold("init", "--yes", "--framework", "torch", project)
    assert done.code == 0, done.err
    assert (f"--image {image}" in done.out) == bool(image), done.out
    assert base_of(project).startswith("python:")


def test_image_of_the_projects_dockerfile_is_proposed_at_a_terminal(project, monkeypatch):
    (project / "Dockerfile").write_text(f"FROM {IMAGE}\n")
    monkeypatch.setenv("PATH", str(project))
    terminal = pexpect.spawn(
        sys.executable,
        ["-m", "scaffold", "init", "--framework", "torch", "--gpu", "optional", str(project)],
        dimensions=(50, 160),
        encoding="utf-8",
        timeout=PATIENCE_S,
    )
    answer(terminal, "Where will the container run?")
    terminal.expect_exact(f"Dockerfile:1 builds on {IMAGE}")
    for prompt in (
        "Base image of your own",
        "Folders with data",
        "Ports",
        "other settings",
        "Write these",
    ):
        answer(terminal, prompt)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert (terminal.exitstatus, base_of(project)) == (0, IMAGE)


def test_image_that_is_gone_is_not_proposed(project, monkeypatch):
    (project / "Dockerfile").write_text("FROM nvidia/cuda:10.2-devel-ubuntu18.04\n")
    monkeypatch.setenv("PATH", str(project))
    terminal = pexpect.spawn(
        sys.executable,
        ["-m", "scaffold", "init", "--framework", "torch", "--gpu", "optional", str(project)],
        dimensions=(50, 160),
        encoding="utf-8",
        timeout=PATIENCE_S,
    )
    answer(terminal, "Where will the container run?")
    terminal.expect_exact(
        "not proposed: nvidia/cuda:10.2-devel-ubuntu18.04 can no longer be pulled"
    )
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert not (project / ".devcontainer").exists()


def ids_of(project):
    text = (project / ".devcontainer/Dockerfile").read_text()
    found = re.search(r"useradd .*--uid (\d+) --gid (\d+)", text)
    return found.groups() if found else "root"


def test_user_takes_the_ids_of_the_projects_owner_if_root_runs_init(scaffold, project, host):
    host(replace(T4_HOST, uid=0, gid=0))
    os.chown(project, 1234, 1235)
    assert "belongs to root" not in scaffold("init", "--yes", project).out
    assert ids_of(project) == ("1234", "1235")
    os.chown(project, 0, 0)
    assert "belongs to root" in scaffold("init", "--yes", project).out
    assert ids_of(project) == ("1000", "1000")


def test_second_run_changes_the_user(scaffold, project):
    scaffold("init", "--yes", project)
    config = project / ".devcontainer/devcontainer.json"
    for user, home in (("root", "/root"), ("ada", "/home/ada"), ("root", "/root")):
        done = scaffold("init", "--yes", "--user", user, project)
        assert (done.code, f'"remoteUser": "{user}"' in config.read_text()) == (0, True)
        assert f"target={home}/.cache" in config.read_text()
        assert (ids_of(project) == "root") == (user == "root")
