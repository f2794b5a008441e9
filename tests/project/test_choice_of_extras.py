"""What is installed besides a project's plain dependencies, and what an implied framework is."""

import pytest

from scaffold.project.framework import Framework
from tests.project.project_trees import tree

PROJECT = '[project]\nname = "x"\nversion = "1"\ndependencies = ["jax"]\n'
EXTRAS = PROJECT + (
    '[project.optional-dependencies]\ncuda = ["jax[cuda12]"]\nplots = ["matplotlib"]\n'
)
LOCK = 'version = 1\n[[package]]\nname = "jax"\nversion = "0.6.2"\n'
ON_GPU = EXTRAS.replace('["jax"]', '["jax[cuda12]"]')

LOCKED = [
    # (pyproject.toml, README, the extras)
    (EXTRAS, "", ("cuda",)),
    (EXTRAS, "    uv sync --extra plots\n", ("cuda", "plots")),
    (EXTRAS, "    uv sync --extra cuda\n", ("cuda",)),
    (EXTRAS, "1. Install it: `uv --no-config sync --all-extras`\n", ("cuda", "plots")),
    (ON_GPU, "", ()),
    (PROJECT, "", ()),
]


@pytest.mark.parametrize(("project", "readme", "extras"), LOCKED)
def test_the_extra_that_a_locked_framework_needs_for_the_gpu(project, readme, extras):
    facts = tree({"pyproject.toml": project, "uv.lock": LOCK, "README.md": readme})
    assert facts.extras == extras


def test_without_a_lock_the_build_is_chosen_here_and_no_extra_is_added():
    assert tree({"pyproject.toml": EXTRAS}).extras == ()


IMPLIED = [
    ({"requirements.txt": "accelerate\n", "requirements_docker.txt": "torch==2.1.0\n"}, "==2.1.0"),
    ({"requirements.txt": "accelerate\ntorch\n", "requirements_docker.txt": "torch==2.1.0\n"}, ""),
    ({"requirements.txt": "accelerate\n", "requirements-test.txt": "torch==2.1.0\n"}, ""),
]


@pytest.mark.parametrize(("files", "spec"), IMPLIED)
def test_an_implied_framework_takes_the_release_of_another_list_as_a_preference(files, spec):
    facts = tree(files)
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, spec)
    assert ("framework" in facts.soft) == bool(spec)


NEAREST = [
    ({"requirements-jax.txt": "jax\n", "requirements-test.txt": "tensorflow\n"}, Framework.JAX),
    ({"requirements-jax.txt": "jax\n", "examples/requirements.txt": "torch\n"}, Framework.JAX),
]


@pytest.mark.parametrize(("files", "framework"), NEAREST)
def test_lists_of_tests_and_examples_do_not_decide_the_framework(files, framework):
    assert tree({"requirements.txt": "six\n", **files}).framework is framework


FIRST_USE = [
    ("deepspeed\n", True, True),
    ("deepspeed\nflash-attn\n", True, False),
    ("torch-scatter==2.1.0+pt113cu117\n", False, False),
    ("torch-scatter==2.1.0\n", True, False),
]


@pytest.mark.parametrize(("packages", "needed", "soft"), FIRST_USE)
def test_a_compiler_for_the_first_use_is_a_preference(packages, needed, soft):
    facts = tree({"requirements.txt": f"torch\n{packages}"})
    assert (facts.nvcc, "nvcc" in facts.soft) == (needed, soft)


def test_variables_of_the_first_of_two_ways_to_build_the_project():
    readme = (
        "# Install\n```\nFORCE_EXT=1 pip install .\n```\n```\nFORCE_EXT=1 ALL_EXT=1 pip install .\n"
        "```\n"
    )
    setup = "from setuptools import setup\nsetup(name='x')\n"
    assert tree({"README.md": readme, "setup.py": setup}).settings == (("FORCE_EXT", "1"),)


def test_a_cmake_project_gets_cmake():
    facts = tree({"CMakeLists.txt": "", "a.cu": "", "run.py": "import six\n"}, ["CMakeLists.txt"])
    assert [one.name for one in facts.apt] == ["cmake"]
