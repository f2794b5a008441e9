"""What `scaffold init` writes builds and starts with the real CLI on a real engine."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.lab.support.devcontainer import onto_lab_network
from tests.lab.support.rows import with_long

SETUP = 'from setuptools import setup\nsetup(name="demo", version="1", py_modules=["demo"])\n'
PYPROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "demo"
version = "1"
requires-python = ">=3.11,<3.12"
dependencies = ["torch==2.13.*", "six"]
[tool.setuptools]
py-modules = ["demo"]
[tool.uv]
package = true
"""
CONDA = """
name: demo
channels: [conda-forge]
dependencies:
  - python=3.11
  - pytorch
  - labdemo
  - pip
  - pip:
      - six
      - -e .
"""


@dataclass(frozen=True)
class Case:
    """A repository, the flags of `scaffold init`, and a program that must run in the container."""

    files: dict[str, str]
    flags: tuple[str, ...]
    program: str
    mirrors: tuple[str, ...] = field(default=("pip", "pytorch"))


REQUIRED = ("--gpu", "required")
CASES = {
    "pytorch with pip": Case(
        {"requirements.txt": "torch==2.13.*\nsix\n", "setup.py": SETUP, "demo.py": ""},
        (*REQUIRED, "--python", "3.11"),
        "import torch, six, demo; print(torch.ones(2).sum().item())",
    ),
    "pytorch with uv": Case(
        {"pyproject.toml": PYPROJECT, "demo.py": ""},
        (*REQUIRED, "--package-manager", "uv"),
        "import torch, six, demo; print(torch.__version__)",
    ),
    "jax": Case(
        {"requirements.txt": "jax==0.10.*\n"},
        (*REQUIRED, "--python", "3.11"),
        "import jax; print(jax.numpy.ones(2).sum())",
    ),
    "tensorflow": Case(
        {"requirements.txt": "tensorflow==2.21.*\n"},
        (*REQUIRED, "--python", "3.11"),
        "import tensorflow as tf; print(tf.reduce_sum(tf.ones(2)))",
    ),
    "plain cuda": Case(
        {"requirements.txt": "six\n"},
        (*REQUIRED, "--stack", "cuda", "--nvcc"),
        "import subprocess, six; print(subprocess.check_output(['nvcc']))",
    ),
    "conda": Case(
        {"environment.yml": CONDA, "setup.py": SETUP, "demo.py": ""},
        REQUIRED,
        "import torch, labdemo, six, demo; print(torch.cuda, labdemo.answer)",
        ("pip", "conda"),
    ),
    "cpu only": Case(
        {"requirements.txt": "six\n"},
        ("--target", "cpu", "--python", "3.11"),
        "import six; print(six.__version__)",
    ),
}


def scaffold(*args: str, cwd: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "scaffold", *args],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


def written(
    tmp_path: Path, index, case: Case, *, config: str = "", lock: tuple[str, ...] = ()
) -> Path:
    """A repository with the case's files, after `scaffold init`, on the lab's network.

    `lock` is a command that writes a lock file from the lab's index, whose address takes the
    place of `@index@` in the files.
    """
    workspace = tmp_path / "project"
    for name, text in case.files.items():
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_text(text.replace("@index@", index.mirrors["pip"]))
    (tmp_path / "data").mkdir()
    if lock:
        env = {**os.environ, "UV_DEFAULT_INDEX": index.mirrors["pip"]}
        subprocess.run(lock, cwd=workspace, env=env, check=True)
    for path in (workspace, *workspace.rglob("*")):
        os.chown(path, 1000, 1000)
    mounts = ("--mount", f"{tmp_path}/data:/data", "--mount", "lab-models:/models")
    flags = (*index.flags(*case.mirrors), *mounts, "--port", "8765", *case.flags)
    done = scaffold("init", "--yes", *flags, cwd=workspace)
    assert done.returncode == 0, done.stdout + done.stderr
    onto_lab_network(workspace, config)
    return workspace


@pytest.fixture
def models(engine):
    yield "lab-models"
    engine.docker("volume", "rm", "--force", "lab-models")


EACH_TIME = {"pytorch with uv", "plain cuda"}


@pytest.mark.parametrize("name", with_long([(name, name) for name in CASES], EACH_TIME))
def test_container_starts_and_the_project_runs(models, up, engine, index, tmp_path, name):
    case = CASES[name]
    workspace = written(tmp_path, index, case)
    (tmp_path / "data").chmod(0o777)
    container = up(engine, workspace)
    assert container.user == "dev"
    container.run("python", "-c", case.program)
    container.run("touch", "/data/made", "/models/made", "made")
    assert (workspace / "made").stat().st_uid == 1000
    assert (tmp_path / "data" / "made").stat().st_uid == 1000
    assert bool(container.gpu_requests) == ("required" in case.flags), container.log
    assert {"/data", "/models"} <= {m["Destination"] for m in container.inspect()["Mounts"]}


@pytest.mark.long
def test_optional_gpu_is_one_file_for_both_kinds_of_machine(
    up, engine, plain_engine, index, tmp_path
):
    case = Case({"requirements.txt": "six\n"}, ("--gpu", "optional", "--python", "3.11"), "")
    workspace = written(tmp_path, index, case)
    assert up(engine, workspace).gpu_requests
    assert not up(plain_engine, workspace).gpu_requests
