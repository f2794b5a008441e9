"""Repositories as people write them, and what is to be read in them."""

import json

import pytest

from scaffold.project.facts import PackageManager
from scaffold.project.framework import Framework
from scaffold.project.reading import read_project

PYTORCH, TENSORFLOW, JAX = Framework.PYTORCH, Framework.TENSORFLOW, Framework.JAX

UV_LOCK = """
version = 1
[[package]]
name = "torch"
version = "2.8.0+cu126"
source = { registry = "https://download.pytorch.org/whl/cu126" }
[[package]]
name = "gradio"
version = "5.0"
"""
POETRY = """
[tool.poetry]
name = "x"
version = "1"
[tool.poetry.dependencies]
python = "^3.10"
torch = { version = "^2.4", source = "pytorch", markers = "sys_platform == 'linux'" }
streamlit = "~1.3"
local = { path = "../local" }
[tool.poetry.group.dev.dependencies]
tensorboard = "*"
[[tool.poetry.source]]
name = "pytorch"
url = "https://download.pytorch.org/whl/cu124"
"""
CONDA = """
name: x
channels: [pytorch, nvidia]
dependencies:
  - python=3.10
  - pytorch=2.3.1
  - pytorch-cuda=12.1
  - cudatoolkit
  - pip
  - pip:
    - gradio>=4
    - -r requirements-extra.txt
"""
PIXI = """
[workspace]
name = "x"
channels = ["conda-forge"]
platforms = ["linux-64"]
[system-requirements]
cuda = "12.4"
[dependencies]
python = ">=3.11,<3.13"
pytorch-gpu = ">=2.5"
[pypi-dependencies]
jupyterlab = "*"
other = { version = ">=1", extras = ["a"] }
[feature.test.dependencies]
pytest = "*"
"""
SETUP_PY = """
from setuptools import setup
from torch.utils.cpp_extension import BuildExtension, CUDAExtension
REQUIRES = ["torch>=1.13", "numpy"]
raise SystemExit("setup.py was run")
setup(name="ops", install_requires=REQUIRES, python_requires=">=3.8",
      extras_require={"dev": ["mlflow"]}, ext_modules=[CUDAExtension("ops", ["ops.cu"])])
"""
SETUP_CFG = """
[metadata]
name = x
[options]
python_requires = >=3.9
install_requires =
    tensorflow==2.16.*
    numpy
[options.extras_require]
dev = dash
"""
NOTEBOOK = json.dumps(
    {"cells": [{"cell_type": "code", "source": ["%pip install jax==0.7.2\n", "import jax\n"]}]}
)
PIPFILE = """
[[source]]
url = "https://user:secret@example.org/simple"
name = "pypi"
[packages]
torch = {version = "==2.6.0", index = "pypi"}
numpy = "*"
[requires]
python_version = "3.11"
"""
PIPFILE_LOCK = json.dumps(
    {
        "_meta": {"requires": {"python_version": "3.11"}},
        "default": {"torch": {"version": "==2.6.0"}},
    }
)
HATCH = """
[project]
name = "x"
requires-python = ">=3.10"
dependencies = ["jax[cuda12]>=0.6"]
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[tool.hatch.envs.default]
dependencies = ["jupyterlab"]
python = "3.12"
"""
UV_PYPROJECT = """
[project]
name = "x"
requires-python = ">=3.10"
dependencies = ["torch>=2.7"]
[project.optional-dependencies]
app = ["gradio"]
[dependency-groups]
dev = ["jupyterlab", {include-group = "other"}]
[[tool.uv.index]]
name = "pytorch-cu124"
url = "https://download.pytorch.org/whl/cu124"
explicit = true
[tool.uv.sources]
torch = { index = "pytorch-cu124" }
"""

# Each: the files, and the facts that must come out.
SITUATIONS = {
    "requirements with an index and an include": (
        {
            "requirements.txt": "--extra-index-url https://download.pytorch.org/whl/cu121\r\n"
            "-r base.txt\r\ntorch==2.3.1+cu121 ; python_version >= '3.8'\r\n",
            "base.txt": "gradio\nflash-attn  # compiled\n",
        },
        {"framework": PYTORCH, "framework_spec": "==2.3.1", "cuda_hint": "12.1", "nvcc": True},
    ),
    "requirements in UTF-16 with a byte order mark": (
        {"requirements.txt": "tensorflow==2.20.0\n".encode("utf-16")},
        {"framework": TENSORFLOW, "framework_spec": "==2.20.0"},
    ),
    "uv lock beside its manifest": (
        {"pyproject.toml": UV_PYPROJECT, "uv.lock": UV_LOCK, "requirements.txt": "torch==1.0\n"},
        {"framework_spec": "==2.8.0", "package_manager": PackageManager.UV, "cuda_hint": "12.6"},
    ),
    "uv without a lock": (
        {"pyproject.toml": UV_PYPROJECT},
        {"framework_spec": ">=2.7", "package_manager": PackageManager.UV, "cuda_hint": "12.4"},
    ),
    "poetry": (
        {"pyproject.toml": POETRY},
        {
            "framework": PYTORCH,
            "package_manager": PackageManager.POETRY,
            "python_spec": ">=3.10,<4",
        },
    ),
    "conda with its pip section": (
        {"environment.yml": CONDA, "requirements-extra.txt": "mlflow\n"},
        {"framework": PYTORCH, "package_manager": PackageManager.CONDA, "cuda_hint": "12.1"},
    ),
    "pixi": (
        {"pixi.toml": PIXI},
        {"framework": PYTORCH, "package_manager": PackageManager.PIXI, "cuda_hint": "12.4"},
    ),
    "setup.py that compiles and must not be run": (
        {"setup.py": SETUP_PY, "ops.cu": ""},
        {"framework": PYTORCH, "framework_spec": ">=1.13", "nvcc": True, "installable": True},
    ),
    "setup.cfg": (
        {"setup.cfg": SETUP_CFG, "setup.py": "from setuptools import setup\nsetup()\n"},
        {"framework": TENSORFLOW, "python_spec": ">=3.9"},
    ),
    "notebook alone": ({"train.ipynb": NOTEBOOK}, {"notebooks": True}),
    "pipenv": (
        {"Pipfile": PIPFILE, "Pipfile.lock": PIPFILE_LOCK},
        {"framework_spec": "==2.6.0", "package_manager": PackageManager.PIPENV},
    ),
    "hatch": (
        {"pyproject.toml": HATCH},
        {"framework": JAX, "package_manager": PackageManager.HATCH, "framework_spec": ">=0.6"},
    ),
    "an existing Dockerfile": (
        {
            "requirements.txt": "torch\n",
            "Dockerfile": "ARG TAG=12.4.1\nFROM nvidia/cuda:${TAG}-devel-ubuntu22.04 AS a\n"
            "EXPOSE 7860 9000/udp\nRUN pip install jax==0.4 && conda install -y pytorch=2.1\n",
        },
        {"framework": PYTORCH, "cuda_hint": "12.4"},
    ),
    "an existing dev container": (
        {
            ".devcontainer/devcontainer.json": '{"image": '
            '"pytorch/pytorch:2.8.0-cuda12.6-cudnn9-devel",'
            ' // the port of Jupyter\n"forwardPorts": [8888,]}'
        },
        {"devcontainer": True},
    ),
    "python version file": ({".python-version": "3.11.4\n"}, {"python_spec": "==3.11.*"}),
    "empty": ({}, {"framework": Framework.NONE, "package_manager": PackageManager.PIP}),
}


def read(files):
    raw = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    return read_project(raw, list(raw))


@pytest.mark.parametrize("name", SITUATIONS)
def test_repository_is_read_as_it_is_meant(name):
    files, wanted = SITUATIONS[name]
    facts = read(files)
    assert {key: getattr(facts, key) for key in wanted} == wanted, facts


def test_source_off_the_install_path_is_shown_and_not_followed():
    facts = read(SITUATIONS["uv lock beside its manifest"][0])
    unused = [item for item in facts.evidence if not item.used]
    assert any(item.where.startswith("requirements.txt") for item in unused)


def test_password_of_an_index_is_not_repeated():
    assert "secret" not in repr(read(SITUATIONS["pipenv"][0]))


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": "[project\nname="},
        {"environment.yml": "a: [b\n- c"},
        {"Pipfile.lock": "{", "Pipfile": "[packages]\ntorch='*'"},
        {"uv.lock": "[[package", "pyproject.toml": UV_PYPROJECT},
        {"setup.py": "def (:\n"},
        {"requirements.txt": b"torch\xff\xfe\x00"},
        {"train.ipynb": "{"},
    ],
)
def test_broken_file_is_a_problem_and_not_a_crash(files):
    assert read(files).problems
