"""Example projects of `--preset`: their own tests run in the container that init writes."""

import os
import subprocess
import sys

import pytest

from tests.lab.support.devcontainer import onto_lab_network

FLAGS = {
    "tabular-cpu": (),
    # The CPU build of torch that takes the place of the CUDA build is one for this Python.
    "pytorch-finetune": ("--python", "3.11"),
    "jupyter": ("--python", "3.11", "--no-jupyter"),
}


@pytest.mark.long
@pytest.mark.parametrize("name", FLAGS)
def test_preset_builds_and_its_test_passes_in_the_container(up, engine, index, tmp_path, name):
    workspace = tmp_path / "example"
    workspace.mkdir()
    os.chown(workspace, 1000, 1000)
    flags = (*index.flags("pip", "pytorch", "apt"), *FLAGS[name])
    argv = [sys.executable, "-m", "scaffold", "init", "--preset", name, str(workspace), "--yes"]
    subprocess.run([*argv, *flags], check=True, capture_output=True)
    for path in workspace.rglob("*"):
        os.chown(path, 1000, 1000)
    onto_lab_network(workspace)
    container = up(engine, workspace)
    assert container.user == "dev"
    assert "passed" in container.run("python", "-m", "pytest", "-q")
