"""Example projects of `--preset`: their own tests run in the container that init writes."""

import os
import subprocess
import sys

import pytest

from tests.lab.support.cuda_compiler import cuda_compiler
from tests.lab.support.devcontainer import Container, onto_lab_network

# The lab's Python is 3.11, and so is the CPU build of torch that takes the place of CUDA's.
PYTHON = ("--python", "3.11")
FLAGS = {
    "tabular-cpu": PYTHON,
    "pytorch-finetune": PYTHON,
    "jupyter": (*PYTHON, "--no-jupyter"),
    "diffusers": PYTHON,
    "tensorflow": PYTHON,
    "jax": PYTHON,
}


@pytest.fixture
def example(up, engine, index, tmp_path):
    """`example(name, *flags)`: the container that `init --preset NAME` describes."""

    started: list[Container] = []

    def start(name: str, *flags: str) -> Container:
        workspace = tmp_path / "example"
        workspace.mkdir()
        os.chown(workspace, 1000, 1000)
        argv = [sys.executable, "-m", "scaffold", "init", "--preset", name, str(workspace), "--yes"]
        mirrors = index.flags("pip", "pytorch", "apt")
        subprocess.run([*argv, *mirrors, *flags], check=True, capture_output=True)
        for path in workspace.rglob("*"):
            os.chown(path, 1000, 1000)
        onto_lab_network(workspace)
        started.append(up(engine, workspace))
        return started[-1]

    yield start
    # Gigabytes each, and no other test finds them again.
    for container in started:
        image = container.inspect()["Image"]
        container.remove()
        engine.docker("image", "rm", "--force", image)
    engine.docker("builder", "prune", "--force", "--all")


@pytest.mark.long
@pytest.mark.parametrize("name", FLAGS)
def test_preset_builds_and_its_test_passes_in_the_container(example, name):
    container = example(name, *FLAGS[name])
    assert container.user == "dev"
    assert "passed" in container.run("python", "-m", "pytest", "-q")


@pytest.mark.long
def test_cuda_preset_compiles_with_the_real_compiler_and_finds_no_gpu(example, engine):
    container = example("cuda-cpp")
    # The lab's base image has a stand-in for nvcc in this place.
    engine.docker("cp", f"{cuda_compiler()}/.", f"{container.id}:/usr/local/cuda")
    container.run("cmake", "-B", "build")
    container.run("cmake", "--build", "build")
    assert "no GPU: nothing was computed" in container.exec("build/saxpy", check=False).stdout
    assert "Skipped" in container.run("ctest", "--test-dir", "build")
