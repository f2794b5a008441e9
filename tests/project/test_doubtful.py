"""Files that look like the project's installation and are not, and commands that name others."""

import json

import pytest

from scaffold.adapters.local.repository import read_repository
from scaffold.project.facts import PackageManager
from scaffold.project.framework import Framework
from scaffold.project.reading import read_project
from tests.project.project_trees import tree, used

OLD_LOCK = """\
[[package]]
name = "torch"
version = "1.13.0"

[metadata]
lock-version = "1.1"
"""
PEP_621 = '[project]\nname = "x"\ndependencies = ["torch>=2"]\n'
POETRY = '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\ntorch = "*"\n'
SDIST = 'sdist = { url = "https://x.example/evdev-1.9.tar.gz" }\n'
PIXI = '[workspace]\nname = "x"\n[dependencies]\npython = "3.12.*"\n{}\n'


def files_of(tmp_path, files):
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return read_project(*read_repository(tmp_path))


@pytest.mark.parametrize(
    ("lock", "manifest", "manager", "spec"),
    [
        (OLD_LOCK, PEP_621, PackageManager.PIP, ">=2"),
        (OLD_LOCK, POETRY, PackageManager.POETRY, "==1.13.0"),
        (OLD_LOCK.replace("1.1", "2.0"), PEP_621, PackageManager.PIP, ">=2"),
        (OLD_LOCK.replace('"1.1"', '"2.1"'), PEP_621, PackageManager.POETRY, "==1.13.0"),
    ],
    ids=["left behind", "with its table", "of the last Poetry 1", "of Poetry 2, which reads it"],
)
def test_a_lock_of_poetry_counts_beside_a_manifest_that_poetry_reads(lock, manifest, manager, spec):
    facts = tree({"poetry.lock": lock, "pyproject.toml": manifest})
    assert (facts.package_manager, facts.framework_spec) == (manager, spec)


@pytest.mark.parametrize(
    ("dependency", "files", "manager"),
    [
        ("pytorch-cpu = '*'", {"requirements.txt": "torch\n"}, PackageManager.PIP),
        ("pytorch-cpu = '*'", {}, PackageManager.PIXI),
        ("pytorch-cpu = '*'", {"requirements.txt": "six\n"}, PackageManager.PIXI),
        ("pytorch-gpu = '*'", {"requirements.txt": "torch\n"}, PackageManager.PIXI),
        (
            "pytorch-cpu = '*'",
            {"requirements.txt": "torch\n", "pixi.lock": "version: 6\n"},
            PackageManager.PIXI,
        ),
    ],
    ids=["a list for GPUs", "alone", "a list of other things", "a build for GPUs", "locked"],
)
def test_pixi_without_cuda_gives_way_to_a_list_that_can_use_the_gpu(dependency, files, manager):
    assert tree({"pixi.toml": PIXI.format(dependency), **files}).package_manager is manager


@pytest.mark.parametrize(
    ("lock", "expected"),
    [
        (SDIST, ["build-essential"]),
        (
            SDIST
            + 'wheels = [\n    { url = "https://x.example/evdev-1.9-py3-none-any.whl" },\n]\n',
            [],
        ),
        ("", []),
    ],
    ids=["sources alone", "a wheel too", "nothing said"],
)
def test_a_lock_that_knows_no_wheel_of_a_package_needs_a_compiler(lock, expected):
    entry = f'version = 1\n[[package]]\nname = "evdev"\nversion = "1.9"\n{lock}'
    facts = tree({"uv.lock": entry, "pyproject.toml": '[project]\nname = "x"\n'})
    assert [one.name for one in facts.apt] == expected


@pytest.mark.parametrize(
    ("files", "spec", "legacy"),
    [
        ({"requirements.txt": "tensorflow>=1.11\n"}, ">=1.11,<2", True),
        ({"requirements.txt": "tensorflow==1.14\n"}, "==1.14", True),
        ({"requirements.txt": "tensorflow>=2.1\n"}, ">=2.1", False),
        ({"requirements.txt": "torch\n"}, "", False),
    ],
    ids=["an open range", "a pin", "a range of TensorFlow 2", "another framework"],
)
@pytest.mark.parametrize(
    "code", ["x = tf.contrib.layers.l2()", "from tensorflow.contrib import slim"]
)
def test_code_of_tensorflow_1_needs_a_release_below_2(files, spec, legacy, code):
    facts = tree({**files, "model.py": f"import tensorflow as tf\n{code}\n"})
    assert (facts.framework_spec, facts.legacy) == (spec, legacy)


def test_examples_of_tensorflow_1_decide_nothing():
    files = {"requirements.txt": "tensorflow\n", "examples/old.py": "tf.contrib.layers.x()\n"}
    assert tree(files).framework_spec == ""


def readme(*blocks):
    return "# X\n\n## Install\n\n" + "".join(f"```\n{block}\n```\n\n" for block in blocks)


def test_files_that_commands_name_are_read_whatever_their_names_are(tmp_path):
    facts = files_of(
        tmp_path,
        {
            "README.md": readme(
                "conda env create -f setup/gpu-box.yml", "cd lib\npip install -r needed.txt"
            ),
            "setup/gpu-box.yml": "dependencies:\n  - python=3.9\n  - pytorch=1.9\n",
            "lib/needed.txt": "six\n",
        },
    )
    assert facts.package_manager is PackageManager.CONDA
    assert facts.install_files == ("setup/gpu-box.yml", "lib/needed.txt")
    assert facts.framework_spec == "==1.9.*"


def test_files_that_commands_name_and_that_are_missing_are_no_problem(tmp_path):
    text = readme("pip install -r nowhere.txt", "pip install -r ../outside.txt")
    facts = files_of(tmp_path, {"README.md": text, "requirements.txt": "torch\n"})
    assert (facts.install_files, facts.problems) == (("requirements.txt",), ())


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["req_cpu.txt", "req_gpu.txt"], ("req_gpu.txt",)),
        (["req_gpu.txt", "req_cpu.txt"], ("req_gpu.txt",)),
        (["a_cu118_py312.txt", "a_cu128_py312.txt", "a_cpu_py312.txt"], ("a_cu128_py312.txt",)),
        (["a.txt", "b-gpu.txt"], ("a.txt", "b-gpu.txt")),
        (["req-amd.txt", "req-cpu.txt"], ("req-amd.txt",)),
    ],
)
def test_of_lists_for_several_devices_the_one_for_the_gpu_is_installed(tmp_path, names, expected):
    commands = [f"pip install -r {name}" for name in names]
    files = dict.fromkeys(names, "six\n")
    assert files_of(tmp_path, {"README.md": readme(*commands), **files}).install_files == expected


def test_a_readme_in_another_language_is_followed():
    text = "# X\n\n## 安装依赖\n\n```\npip install torch==2.7.1\n```\n"
    facts = tree({"README.md": text, "requirements.txt": "six\n"})
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, "==2.7.1")


LIBRARY = '[project]\nname = "lib"\ndependencies = ["six"]\n'


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (["pip install -U lib", "pip install torch"], Framework.NONE),
        (["pip install torch", "pip install lib"], Framework.PYTORCH),
        (["pip install lib", "pip install torch", "pip install -e ."], Framework.PYTORCH),
    ],
    ids=["after the release", "before it", "with the checkout"],
)
def test_what_a_readme_installs_for_users_of_the_release_is_no_dependency(blocks, expected):
    assert tree({"README.md": readme(*blocks), "pyproject.toml": LIBRARY}).framework is expected


def test_lists_of_tests_decide_no_framework():
    files = {"pyproject.toml": LIBRARY, "tests/e2e/requirements.txt": "torch\n"}
    assert tree(files).framework is Framework.NONE
    assert tree({"tests/requirements.txt": "torch\n"}).framework is Framework.PYTORCH


def test_conda_with_a_list_of_pip_takes_the_environment_beside_it():
    files = {
        "README.md": readme("conda create -n x python=3.5 --file requirements.txt"),
        "requirements.txt": "numpy==1.11.1\n",
    }
    assert tree(files).package_manager is PackageManager.PIP
    facts = tree({**files, "environment.yml": "dependencies:\n  - python=3.5\n"})
    assert (facts.package_manager, facts.python_spec) == (PackageManager.CONDA, "==3.5.*")


def test_the_python_of_an_example_is_not_the_project_s():
    setup = "setup(install_requires=['six'], classifiers=['Programming Language :: Python :: 3.8'])"
    example = "setup(name='e', python_requires='>=3.6')"
    facts = tree({"setup.py": setup, "examples/e/setup.py": example})
    assert facts.python_spec == "<3.9"
    assert used(facts, "python") == ["setup.py:1 Python :: 3.8"]


def notebook(language):
    return json.dumps({"cells": [], "metadata": {"kernelspec": {"language": language}}})


@pytest.mark.parametrize(
    ("files", "paths", "expected"),
    [
        ({"index.ipynb": notebook("R")}, ["install.R"], (False, "install.R (R)")),
        ({"index.ipynb": notebook("python")}, [], (True, "")),
        ({}, ["a/x.jl", "b/y.jl", "b/Project.toml"], (False, "a/x.jl (Julia)")),
        ({"run.py": ""}, ["src/main.cpp"], (True, "")),
        ({"tools/run.py": ""}, ["a.cpp", "b.cpp", "c.h", "d.cc"], (False, "a.cpp (C or C++)")),
        ({}, ["README.md"], (False, "")),
    ],
    ids=["R in notebooks", "Python in notebooks", "Julia", "half Python", "C++", "text"],
)
def test_languages_of_repositories_without_a_project_file(files, paths, expected):
    facts = tree(files, (*files, *paths))
    assert (facts.python_project, facts.other_language) == expected
