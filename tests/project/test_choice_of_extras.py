"""What is installed besides a project's plain dependencies, and what an implied framework is."""

import pytest

from scaffold.project.formats.requirements import MAX_LINES
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


DEVICES = PROJECT + (
    '[project.optional-dependencies]\ncpu = ["torch==2.9.1"]\ngpu = ["torch==2.9.1"]\n'
    'cu124 = []\ncu128 = []\nfast = []\nsmall = []\nplots = ["matplotlib"]\n'
)
APART = '[tool.uv]\nconflicts = [[{ extra = "fast" }, { extra = "small" }], [{ group = "a" }]]\n'

ASKED = {
    "the GPU's, of one for each device": ("uv sync --extra cpu\n    uv sync --extra gpu", ("gpu",)),
    "the newest CUDA": ("uv sync --extra cu124\n    uv sync --extra cu128", ("cu128",)),
    "the only one, for the CPU": ("uv sync --extra cpu", ("cpu",)),
    "the first of those that uv cannot combine": (
        "uv sync --extra small --extra plots\n    uv sync --extra fast",
        ("plots", "small"),
    ),
}


@pytest.mark.parametrize("situation", ASKED)
def test_of_extras_that_are_alternatives_one_is_taken(situation):
    commands, extras = ASKED[situation]
    readme = f"# X\n## Install\n\n    {commands}\n"
    files = {"pyproject.toml": DEVICES + APART, "uv.lock": LOCK, "README.md": readme}
    assert tree(files).extras == extras


def test_extras_that_uv_cannot_combine_are_named():
    facts = tree({"pyproject.toml": DEVICES + APART, "uv.lock": LOCK})
    assert facts.exclusive == (("fast", "small"),)


def test_an_extra_asks_for_the_extras_that_it_names_of_its_own_project():
    project = PROJECT.replace('["jax"]', "[]") + (
        '[project.optional-dependencies]\nall = ["x[train]", "x[all]"]\n'
        'train = ["torch==2.6.0"]\nother = ["jax"]\n'
    )
    readme = "# X\n## Install\n\n    pip install -e '.[all]'\n"
    facts = tree({"pyproject.toml": project, "README.md": readme})
    assert facts.extras == ("all",)
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, "==2.6.0")


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


OTHER_DEVICES = [("pip install -e '.[tpu]'", ()), ("pip install -e '.[train,rocm]'", ("train",))]


@pytest.mark.parametrize(("command", "extras"), OTHER_DEVICES)
def test_extras_of_other_accelerators_are_not_asked_for(command, extras):
    assert tree({"pyproject.toml": PROJECT, "README.md": f"    {command}\n"}).extras == extras


def test_a_variable_that_turns_cuda_on_needs_its_compiler():
    readme = '# Install\n```\nCMAKE_ARGS="-DX_CUDA=on" pip install llama-cpp-python\n```\n'
    facts = tree({"README.md": readme})
    assert (facts.nvcc, facts.settings) == (True, (("CMAKE_ARGS", "-DX_CUDA=on"),))
    assert not tree({"README.md": readme.replace("=on", "=off")}).nvcc


@pytest.mark.parametrize("folder", ["examples/x", "docs", "tests"])
def test_what_examples_compile_and_need_is_not_the_projects(folder):
    files = {
        "requirements.txt": "six\n",
        f"{folder}/requirements.txt": "torch==2.1.0\n",
        f"{folder}/Dockerfile": "FROM python:3.11\nENV TORCH_CUDA_ARCH_LIST=8.0\n",
        f"{folder}/kernel.cu": "",
    }
    facts = tree(files)
    assert (facts.framework, facts.nvcc) == (Framework.NONE, False)


def test_a_module_that_setup_py_finds_by_a_path_of_its_own_is_no_package():
    setup = (
        "import sys\nsys.path.append('x')\nimport version\nfrom setuptools import setup\nsetup()\n"
    )
    assert tree({"setup.py": setup, "x/version.py": ""}).setup_imports == ()
    assert tree({"setup.py": setup}).setup_imports == ("version",)


def test_an_import_that_an_extra_offers_is_not_guessed():
    project = PROJECT.replace("jax", "torch")
    files = {"x/train.py": "import torchtext\n", "pyproject.toml": project}
    assert tree(files).companions == ("torchtext",)
    offered = f'{project}[project.optional-dependencies]\ntrain = ["torchtext"]\n'
    assert tree({**files, "pyproject.toml": offered}).companions == ()
    bare = "from setuptools import setup\nsetup(extras_require={'all': ['opencv-python']})\n"
    guessed = tree({"a.py": "import cv2\n", "setup.py": bare}).packages
    assert [one.text for one in guessed] == ["opencv-python"]


PURPOSE = [
    ("requirements_eval_tflite.txt", ()),
    ("requirements.txt", ("requirements.txt",)),
]


@pytest.mark.parametrize(("name", "files"), PURPOSE)
def test_a_list_for_one_purpose_comes_after_the_projects_metadata(name, files):
    setup = "from setuptools import setup\nsetup(name='x', install_requires=['attrs'])\n"
    assert tree({"setup.py": setup, name: "six\n"}).install_files == files


def test_torchs_writer_for_tensorboard_needs_tensorboard():
    code = "from torch.utils.tensorboard import SummaryWriter\nimport torch.nn\n"
    facts = tree({"train.py": code})
    assert (facts.framework, [one.text for one in facts.packages]) == ("pytorch", ["tensorboard"])


def test_of_a_list_without_end_the_beginning_is_read():
    facts = tree({"requirements.txt": "six\n" * (MAX_LINES + 2)})
    assert facts.problems == ("requirements.txt:10001: only 10000 lines of a list are read",)
