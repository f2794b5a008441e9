"""What `scaffold init` writes builds and starts with the real CLI on a real engine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import json5
import pytest

from tests.lab.devcontainer import up

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

# Each: the repository's files, the flags, and a program that must run in the container.
CASES = {
    "pytorch with pip": (
        {"requirements.txt": "torch==2.13.*\nsix\n", "setup.py": SETUP, "demo.py": ""},
        ("--gpu", "required", "--python", "3.11"),
        "import torch, six, demo; print(torch.ones(2).sum().item())",
    ),
    "pytorch with uv": (
        {"pyproject.toml": PYPROJECT, "demo.py": ""},
        ("--gpu", "required", "--package-manager", "uv"),
        "import torch, six, demo; print(torch.__version__)",
    ),
    "jax": (
        {"requirements.txt": "jax==0.10.*\n"},
        ("--gpu", "required", "--python", "3.11"),
        "import jax; print(jax.numpy.ones(2).sum())",
    ),
    "tensorflow": (
        {"requirements.txt": "tensorflow==2.21.*\n"},
        ("--gpu", "required", "--python", "3.11"),
        "import tensorflow as tf; print(tf.reduce_sum(tf.ones(2)))",
    ),
    "plain cuda": (
        {"requirements.txt": "six\n"},
        ("--gpu", "required", "--stack", "cuda", "--nvcc"),
        "import subprocess, six; print(subprocess.check_output(['nvcc']))",
    ),
    "cpu only": (
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


def written(tmp_path: Path, index: str, files: dict[str, str], flags: tuple[str, ...]) -> Path:
    """A repository with the files, after `scaffold init`, on the lab's network."""
    workspace = tmp_path / "project"
    for name, text in files.items():
        (workspace / name).parent.mkdir(parents=True, exist_ok=True)
        (workspace / name).write_text(text)
    (tmp_path / "data").mkdir()
    os.chown(workspace, 1000, 1000)
    mirrors = ("--mirror", f"pip={index}/simple", "--mirror", f"pytorch={index}/whl")
    mounts = ("--mount", f"{tmp_path}/data:/data", "--mount", "lab-models:/models")
    done = scaffold("init", "--yes", *mirrors, *mounts, "--port", "8765", *flags, cwd=workspace)
    assert done.returncode == 0, done.stdout + done.stderr
    path = workspace / ".devcontainer" / "devcontainer.json"
    settings = json5.loads(path.read_text())
    settings["build"]["options"] = ["--network=host"]
    settings["runArgs"] = [*settings.get("runArgs", []), "--network=host"]
    path.write_text(json.dumps(settings))
    return workspace


@pytest.mark.parametrize("case", CASES)
def test_container_starts_and_the_project_runs(engine, index, tmp_path, case):
    files, flags, program = CASES[case]
    workspace = written(tmp_path, index, files, flags)
    (tmp_path / "data").chmod(0o777)
    container, log = up(engine, workspace)
    try:
        assert container.user == "dev"
        container.run("python", "-c", program)
        container.run("touch", "/data/made", "/models/made", "made")
        assert (workspace / "made").stat().st_uid == 1000
        assert (tmp_path / "data" / "made").stat().st_uid == 1000
        asked = container.inspect()["HostConfig"]["DeviceRequests"] or []
        assert bool(asked) == ("required" in flags), log
        mounts = {mount["Destination"] for mount in container.inspect()["Mounts"]}
        assert {"/data", "/models"} <= mounts
    finally:
        container.remove()
        engine.docker("volume", "rm", "--force", "lab-models")
