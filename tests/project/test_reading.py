"""Whole repositories: what is decided, and what is shown beside it."""

import pytest

from scaffold.project.facts import PackageManager
from scaffold.project.framework import Framework
from scaffold.project.report import project_json
from tests.project.project_trees import tree, unused, used

UV_CU124 = """\
[project]
name = "trainer"
requires-python = ">=3.11"
dependencies = ["torch>=2.6", "tensorboard"]

[tool.uv.sources]
torch = [
  { index = "pytorch-cu124", marker = "sys_platform == 'linux'" },
  { index = "pytorch-cpu", marker = "sys_platform != 'linux'" },
]

[[tool.uv.index]]
name = "pytorch-cu124"
url = "https://download.pytorch.org/whl/cu124"
explicit = true

[[tool.uv.index]]
name = "pytorch-cpu"
url = "https://download.pytorch.org/whl/cpu"
"""

UV_LOCK = """\
version = 1
requires-python = ">=3.11"

[[package]]
name = "torch"
version = "2.6.0"
source = { registry = "https://download.pytorch.org/whl/cpu" }

[[package]]
name = "torch"
version = "2.6.0+cu124"
source = { registry = "https://download.pytorch.org/whl/cu124" }
"""


def test_small_research_repository_with_its_requirements_in_the_readme():
    facts = tree(
        {
            "README.md": "## install\n```\npip install torch numpy transformers wandb\n```\n",
            "train.py": "import os\nimport torch\n",
            "configurator.py": "import sys\n",
        }
    )
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, "")
    assert facts.install_files == ()
    assert used(facts, "framework") == ["README.md:3 pip install torch numpy transformers wandb"]
    assert unused(facts, "framework") == ["train.py:2 import torch"]


def test_detection_library_with_a_cuda_extension():
    setup = (
        "import torch\nfrom setuptools import setup\n"
        "from torch.utils.cpp_extension import CUDA_HOME, CppExtension, CUDAExtension\n"
        "def get_extensions():\n    extension = CppExtension\n"
        "    if CUDA_HOME:\n        extension = CUDAExtension\n    return [extension('x', [])]\n"
        "setup(name='detect', python_requires='>=3.7', ext_modules=get_extensions(),\n"
        "      install_requires=['Pillow>=7.1', 'torchvision', 'tensorboard'],\n"
        "      extras_require={'all': ['timm']})\n"
    )
    facts = tree({"setup.py": setup}, ["detect/csrc/nms.cu"])
    assert facts.nvcc
    assert facts.installable
    assert facts.framework is Framework.PYTORCH
    assert facts.python_spec == ">=3.7"
    assert facts.ports == (6006,)
    assert facts.install_files == ()
    assert used(facts, "nvcc") == ["detect/csrc/nms.cu CUDA source", "setup.py:7 CUDAExtension"]


def test_diffusion_repository_with_a_conda_environment():
    environment = """\
name: ldm
channels:
  - pytorch
  - defaults
dependencies:
  - python=3.8.5
  - pip=20.3
  - cudatoolkit=11.3
  - pytorch=1.11.0
  - torchvision=0.12.0
  - pip:
    - pytorch-lightning==1.4.2
    - streamlit>=0.73.1
    - -r extra.txt
    - -e .
"""
    setup = "from setuptools import setup\nsetup(install_requires=['torch', 'numpy'])\n"
    facts = tree({"environment.yaml": environment, "setup.py": setup, "extra.txt": "gradio\n"})
    assert facts.package_manager is PackageManager.CONDA
    assert facts.framework_spec == "==1.11.0"
    assert facts.python_spec == "==3.8.*"
    assert facts.cuda_hint == "11.3"
    assert facts.ports == (7860, 8501)
    assert facts.install_files == ("environment.yaml", "extra.txt")
    assert "environment.yaml:9 pytorch=1.11.0" in used(facts, "framework")
    assert used(facts, "channel") == ["environment.yaml:3 pytorch", "environment.yaml:4 defaults"]


def test_conda_names_cuda_by_its_build_selector():
    text = "dependencies:\n- pytorch::pytorch=2.1\n- pytorch-cuda=11.8\n- cuda-version=11.8\n"
    facts = tree({"environment.yml": text})
    assert (facts.framework_spec, facts.cuda_hint, facts.nvcc) == ("==2.1.*", "11.8", False)


def test_uv_project_with_a_lock_and_an_index_for_cuda():
    facts = tree({"pyproject.toml": UV_CU124, "uv.lock": UV_LOCK, ".python-version": "3.12\n"})
    assert facts.package_manager is PackageManager.UV
    assert facts.framework_spec == "==2.6.0"
    assert facts.cuda_hint == "12.4"
    assert facts.python_spec == "==3.12.*"
    assert facts.index_urls == ("https://download.pytorch.org/whl/cu124",)
    assert facts.install_files == ("pyproject.toml", "uv.lock")
    assert unused(facts, "framework") == ["uv.lock:6 torch 2.6.0"]


def test_three_files_with_three_versions_follow_the_install_path():
    facts = tree(
        {
            "pyproject.toml": UV_CU124,
            "uv.lock": UV_LOCK,
            "requirements.txt": "torch==2.0\n",
            "environment.yml": "dependencies: [pytorch=1.13, python=3.8]\n",
        }
    )
    assert facts.framework_spec == "==2.6.0"
    assert unused(facts, "framework")[1:] == [
        "environment.yml:1 pytorch=1.13",
        "requirements.txt:1 torch==2.0",
    ]
    assert "environment.yml a conda environment: conda" in unused(facts, "package manager")
    assert unused(facts, "python") == ["environment.yml:1 python=3.8"]


def test_lock_that_is_out_of_date_is_followed_and_complained_of():
    stale = UV_LOCK.replace("2.6.0", "2.3.0")
    facts = tree({"pyproject.toml": UV_CU124, "uv.lock": stale})
    assert facts.framework_spec == "==2.3.0"
    assert "the lock is out of date" in facts.problems[0]


def test_poetry_project_with_a_source():
    text = """\
[tool.poetry]
name = "x"
[tool.poetry.dependencies]
python = "^3.10"
torch = {version = "^2.1", source = "pytorch"}
local = {path = "../local"}
jax = {extras = ["cuda12"], version = "*", optional = true}
odd = "latest"
[tool.poetry.dev-dependencies]
pytest = "*"
[tool.poetry.group.dev.dependencies]
jupyterlab = "*"
[[tool.poetry.source]]
name = "pytorch"
url = "https://download.pytorch.org/whl/cu121"
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""
    facts = tree({"pyproject.toml": text})
    assert facts.package_manager is PackageManager.POETRY
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, ">=2.1,<3")
    assert facts.python_spec == ">=3.10,<4"
    assert facts.cuda_hint == "12.1"
    assert facts.ports == (8888,)
    assert facts.installable
    assert facts.problems == (
        "pyproject.toml:8: odd has no version constraint that can be read: latest",
    )


def test_poetry_lock_gives_the_exact_version_and_its_source():
    manifest = '[tool.poetry.dependencies]\ntorch = "^2.1"\n'
    lock = (
        '[[package]]\nname = "torch"\nversion = "2.3.1+cu121"\n\n[package.source]\n'
        'type = "legacy"\nurl = "https://download.pytorch.org/whl/cu121"\n'
    )
    facts = tree({"pyproject.toml": manifest, "poetry.lock": lock})
    assert (facts.framework_spec, facts.cuda_hint) == ("==2.3.1", "12.1")
    assert facts.install_files == ("pyproject.toml", "poetry.lock")


def test_pdm_project():
    text = """\
[project]
name = "x"
dependencies = ["jax[cuda12]>=0.5", "flax"]
[tool.pdm.dev-dependencies]
test = ["pytest"]
[[tool.pdm.source]]
url = "https://packages.example/simple"
"""
    lock = '[metadata]\n[[package]]\nname = "jax"\nversion = "0.7.2"\nrequires_python = ">=3.11"\n'
    facts = tree({"pyproject.toml": text, "pdm.lock": lock})
    assert facts.package_manager is PackageManager.PDM
    assert (facts.framework, facts.framework_spec) == (Framework.JAX, "==0.7.2")
    assert facts.index_urls == ("https://packages.example/simple",)


def test_hatch_environment_that_is_the_default():
    text = """\
[project]
name = "x"
[tool.hatch.envs.default]
python = "3.11"
dependencies = ["torch~=2.7"]
[tool.hatch.envs.docs]
dependencies = ["mkdocs", "bad==="]
"""
    facts = tree({"pyproject.toml": text})
    assert facts.package_manager is PackageManager.HATCH
    assert (facts.framework_spec, facts.python_spec) == ("~=2.7", "==3.11.*")
    assert facts.problems == ("pyproject.toml:7: bad has no valid version specifier: ===",)


def test_hatch_environments_for_tests_leave_pip_in_charge():
    text = (
        '[project]\nname = "x"\ndependencies = ["torch"]\n[tool.hatch.envs.test]\npython = "3.9"\n'
    )
    facts = tree({"pyproject.toml": text, "requirements.txt": "torch==2.4\n"})
    assert facts.package_manager is PackageManager.PIP
    assert facts.framework_spec == "==2.4"


def test_hatch_in_a_file_of_its_own():
    files = {
        "pyproject.toml": '[project]\nname = "x"\n',
        "hatch.toml": '[envs.default]\ndependencies = ["tensorflow[and-cuda]"]\n',
    }
    facts = tree(files)
    assert (facts.package_manager, facts.framework) == (
        PackageManager.HATCH,
        Framework.TENSORFLOW,
    )


def test_uv_settings_without_a_lock():
    files = {
        "pyproject.toml": '[project]\nname = "x"\ndependencies = ["torch"]\n',
        "uv.toml": 'extra-index-url = ["https://download.pytorch.org/whl/cu128"]\n',
    }
    facts = tree(files)
    assert (facts.package_manager, facts.cuda_hint) == (PackageManager.UV, "12.8")


def test_pixi_manifest_with_a_lock():
    text = """\
[project]
name = "x"
channels = ["conda-forge"]
[system-requirements]
cuda = "12.4"
[dependencies]
python = "3.11.*"
pytorch-gpu = ">=2.5,<3"
cuda-nvcc = { version = "12.4.*", channel = "nvidia" }
[pypi-dependencies]
gradio = "*"
local = { path = ".", editable = true }
[feature.notebook.dependencies]
jupyterlab = "*"
[target.linux-64.dependencies]
cuda-version = "12.4.*"
[target.osx-arm64.dependencies]
tensorflow = "*"
[pypi-options]
extra-index-urls = ["https://download.pytorch.org/whl/cu124"]
"""
    lock = """\
packages:
- conda: https://conda.anaconda.org/conda-forge/linux-64/pytorch-2.5.1-cuda126_mkl_py311_hf7d5.conda
- conda: https://conda.anaconda.org/conda-forge/linux-64/broken
- pypi: https://files.pythonhosted.org/packages/aa/gradio-5.1.0-py3-none-any.whl
- pypi: ./
"""
    facts = tree({"pixi.toml": text, "pixi.lock": lock})
    assert facts.package_manager is PackageManager.PIXI
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, "==2.5.1")
    assert (facts.python_spec, facts.cuda_hint) == ("==3.11.*", "12.4")
    assert facts.nvcc
    assert facts.ports == (7860, 8888)
    assert facts.install_files == ("pixi.toml", "pixi.lock")


def test_pixi_inside_pyproject():
    text = '[project]\nname = "x"\n[tool.pixi.dependencies]\npytorch = "==2.4.0"\n'
    facts = tree({"pyproject.toml": text})
    assert (facts.package_manager, facts.framework_spec) == (PackageManager.PIXI, "==2.4.0")


def test_pipenv_project():
    pipfile = """\
[[source]]
url = "https://pypi.org/simple"
[packages]
tensorflow = "==2.16.1"
jax = {version = "*", markers = "sys_platform == 'darwin'"}
[dev-packages]
notebook = "*"
[requires]
python_version = "3.11"
"""
    lock = (
        '{"_meta": {"sources": [{"url": "https://pypi.org/simple"}]},\n'
        '"default": {"tensorflow": {"version": "==2.16.1"}, "x": {"git": "u"}, "bad": 3},\n'
        '"develop": {}}'
    )
    facts = tree({"Pipfile": pipfile, "Pipfile.lock": lock})
    assert facts.package_manager is PackageManager.PIPENV
    assert (facts.framework, facts.framework_spec) == (Framework.TENSORFLOW, "==2.16.1")
    assert (facts.python_spec, facts.ports) == ("==3.11.*", (8888,))
    assert facts.index_urls == ()
    assert facts.install_files == ("Pipfile", "Pipfile.lock")


def test_setup_cfg_with_extras():
    text = """\
[metadata]
name = x
version =
[options]
python_requires = >=3.9
install_requires =
    numpy
    # a comment
    tensorflow>=2.12
    bad==
[options.extras_require]
viz = dash
"""
    facts = tree({"setup.cfg": text, "setup.py": "import setuptools; setuptools.setup()\n"})
    assert facts.framework_spec == ">=2.12"
    assert (facts.python_spec, facts.ports, facts.installable) == (">=3.9", (8050,), True)
    assert facts.problems == ("setup.cfg:10: bad has no valid version specifier: ==",)


@pytest.mark.parametrize(
    "files",
    [
        {"setup.py": "setup(install_requires=open('requirements.txt').read().split())"},
        {"setup.cfg": "[options]\ninstall_requires = file: requirements.txt\n"},
        {
            "pyproject.toml": '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
            "[tool.setuptools.dynamic]\n"
            'dependencies = {file = ["requirements.txt"]}\n'
        },
    ],
    ids=["setup.py", "setup.cfg", "pyproject.toml"],
)
def test_metadata_that_reads_a_requirements_file(files):
    readme = {"README.md": "pip install -e .\n", "requirements.txt": "torch==2.2\n"}
    facts = tree({**files, **readme})
    assert facts.framework_spec == "==2.2"
    assert "requirements.txt" in facts.install_files


def test_setup_py_with_named_lists():
    text = (
        "deps = ['jax>=0.4', 'flax']\nextras = {'tf': ['tensorflow'], 'bad': ['x==?']}\n"
        "setup(install_requires=deps, extras_require=extras, python_requires=SOME)\n"
        "setup(install_requires=read())\n"
    )
    facts = tree({"setup.py": text})
    assert (facts.framework, facts.framework_spec) == (Framework.JAX, ">=0.4")
    assert facts.problems == ("setup.py:2: x has no valid version specifier: ==?",)


def test_cpp_extension_with_cuda_sources_needs_nvcc_and_without_does_not():
    text = "setup(ext_modules=[CppExtension('x', ['a.cpp', 'k%s'])])\n"
    assert tree({"setup.py": text % ".cu"}).nvcc
    assert not tree({"setup.py": text % ".cpp"}).nvcc


@pytest.mark.parametrize(
    ("line", "nvcc"),
    [
        ("flash-attn==2.8.3", True),
        ("flash-attn @ https://x.org/flash_attn-2.8.3-cp311-cp311-linux_x86_64.whl", False),
        ("git+https://github.com/facebookresearch/xformers.git", True),
        ("xformers", False),
        ("bitsandbytes", False),
        ("deepspeed", True),
        ("cupy-cuda12x", False),
        ("-f https://data.pyg.org/whl/torch-2.4.0+cu121.html\ntorch-scatter", False),
        ("torch-scatter", True),
        ("flash-attn; sys_platform == 'darwin'", False),
    ],
)
def test_package_that_is_compiled_with_nvcc(line, nvcc):
    assert tree({"requirements.txt": f"torch\n{line}\n"}).nvcc is nvcc


def test_compiled_package_in_an_extra_is_shown_and_not_followed():
    text = (
        '[project]\nname="x"\ndependencies=["torch"]\noptional-dependencies.fast=["flash-attn"]\n'
    )
    facts = tree({"pyproject.toml": text})
    assert not facts.nvcc
    assert len(unused(facts, "nvcc")) == 1


def test_conda_brings_finished_builds():
    assert not tree({"environment.yml": "dependencies: [pytorch, detectron2]\n"}).nvcc


def test_script_that_compiles_at_run_time_needs_nvcc():
    text = "import torch\nfrom torch.utils import cpp_extension\nm = cpp_extension.load('x')\n"
    assert tree({"ops.py": text}).nvcc


@pytest.mark.parametrize(
    ("requirements", "framework"),
    [
        ("tensorboard\nnumpy", Framework.NONE),
        ("torch\ntensorflow\njax", Framework.PYTORCH),
        ("tensorflow\njax", Framework.TENSORFLOW),
        ("jax[cuda12]\ntorch", Framework.JAX),
        ("jax\nflax\ntorch", Framework.JAX),
        ("jax\noptax\ntensorflow", Framework.JAX),
        ("torch\ntensorflow-cpu", Framework.PYTORCH),
        ("torch==2.1+cpu\njax", Framework.JAX),
        ("flax\noptax\ntensorflow-cpu\ntensorflow-text", Framework.JAX),
        ("accelerate\ntensorflow-cpu", Framework.PYTORCH),
        ("tensorflow-cpu\ntensorflow\nflax", Framework.TENSORFLOW),
        ("tensorflow-cpu\nnumpy", Framework.TENSORFLOW),
        ("pytorch-lightning", Framework.PYTORCH),
        ("transformers[torch]", Framework.PYTORCH),
        ("transformers[sentencepiece]", Framework.NONE),
        ("keras", Framework.TENSORFLOW),
        ("keras\ntorch", Framework.PYTORCH),
        ("jaxlib==0.4.30+cuda12.cudnn89", Framework.JAX),
        ("tensorflow-gpu==2.4", Framework.TENSORFLOW),
        ("torch; sys_platform == 'win32'\njax", Framework.JAX),
    ],
)
def test_framework_of_several(requirements, framework):
    facts = tree({"requirements.txt": requirements})
    assert facts.framework is framework


def test_rule_between_frameworks_is_shown():
    facts = tree({"requirements.txt": "tensorflow\ntorch==2.8\n"})
    (rule,) = used(facts, "rule")
    assert rule.startswith("requirements.txt:2 PyTorch over TensorFlow: PyTorch comes before")
    assert unused(facts, "framework") == ["requirements.txt:1 tensorflow"]


def test_main_dependency_beats_an_extra():
    text = (
        '[project]\nname = "x"\ndependencies = ["tensorflow>=2.15"]\n'
        '[project.optional-dependencies]\ntorch = ["torch"]\n[dependency-groups]\n'
        'dev = ["streamlit", {include-group = "x"}]\n'
    )
    facts = tree({"pyproject.toml": text})
    assert (facts.framework, facts.framework_spec) == (Framework.TENSORFLOW, ">=2.15")
    assert facts.ports == (8501,)
    only_extra = tree({"pyproject.toml": text.replace("tensorflow>=2.15", "numpy")})
    assert only_extra.framework is Framework.NONE
    assert unused(only_extra, "framework") == ["pyproject.toml:5 torch"]
    asked = {"README.md": "    pip install -e '.[torch]'\n"}
    both = tree({"pyproject.toml": text.replace("tensorflow>=2.15", "numpy"), **asked})
    assert (both.framework, both.extras) == (Framework.PYTORCH, ("torch",))


@pytest.mark.parametrize(
    ("requirements", "spec"),
    [
        ("torch>=2\n-r more.txt", ">=2,<2.5"),
        ("torch>=2\n-c pins.txt", ">=2,==2.3.1"),
        ("torch==2.4\n-r more.txt", "==2.4"),
        ("torch==1.13; python_version < '3.11'\ntorch==2.1; python_version >= '3.11'", "==2.1"),
        ("torch==1.0; sys_platform == 'win32'\ntorch==2.0", "==2.0"),
        ("torch; nonsense !!", ""),
    ],
)
def test_specifier_of_several_lines(requirements, spec):
    files = {"requirements.txt": requirements, "more.txt": "torch<2.5", "pins.txt": "torch==2.3.1"}
    assert tree(files).framework_spec == spec


def test_disagreeing_pin_on_the_same_path_is_shown_as_not_followed():
    facts = tree({"requirements.txt": "torch==2.4\n-r b.txt\n", "b.txt": "torch==2.0\n"})
    assert unused(facts, "framework") == ["b.txt:1 torch==2.0"]


@pytest.mark.parametrize(
    ("readme", "manager", "spec"),
    [
        ("conda env create -f environment.yml", PackageManager.CONDA, "==2.1.*"),
        ("pip install -r requirements.txt", PackageManager.PIP, "==2.2"),
        ("pip install -e '.[all]'", PackageManager.PIP, "==2.3"),
        ("have fun", PackageManager.CONDA, "==2.1.*"),
    ],
)
def test_readme_decides_between_conda_requirements_and_metadata(readme, manager, spec):
    files = {
        "environment.yml": "dependencies: [pytorch=2.1]\n",
        "requirements.txt": "torch==2.2\n",
        "pyproject.toml": '[project]\nname = "x"\ndependencies = ["torch==2.3"]\n',
        "README.md": readme,
    }
    facts = tree(files)
    assert (facts.package_manager, facts.framework_spec) == (manager, spec)


def test_environment_without_a_framework_gives_way_to_the_file_that_names_one():
    files = {"environment.yml": "dependencies: [python=3.10]\n", "requirements.txt": "torch==2.2\n"}
    facts = tree(files)
    assert (facts.package_manager, facts.framework_spec) == (PackageManager.PIP, "==2.2")


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["requirements-dev.txt", "requirements.txt", "requirements-gpu.txt"], "requirements.txt"),
        (["requirements-cpu.txt", "requirements-gpu.txt"], "requirements-gpu.txt"),
        (["requirements.in", "requirements.txt"], "requirements.txt"),
        (["requirements/dev.txt", "requirements/base.txt"], "requirements/base.txt"),
        (["docs/requirements.txt", "server/requirements.txt"], "server/requirements.txt"),
        (["docs/requirements.txt"], "docs/requirements.txt"),
    ],
)
def test_requirements_file_that_is_the_main_one(names, chosen):
    facts = tree({name: f"torch  # {name}\n" for name in names})
    assert facts.install_files == (chosen,)


def test_manifest_below_the_root_is_only_shown_where_the_root_has_one():
    facts = tree({"requirements.txt": "torch==2.8\n", "demo/requirements.txt": "torch==1.9\n"})
    assert facts.framework_spec == "==2.8"
    assert unused(facts, "framework") == ["demo/requirements.txt:1 torch==1.9"]


def test_lock_below_the_root_names_its_files_and_their_folder():
    facts = tree({"app/pyproject.toml": UV_CU124, "app/uv.lock": UV_LOCK})
    assert (facts.package_manager, facts.framework_spec) == (PackageManager.UV, "==2.6.0")
    assert facts.install_files == ("app/pyproject.toml", "app/uv.lock")
    assert (facts.base, facts.installable) == ("app", False)


def test_workspace_members_are_copied_with_the_lock():
    lock = (
        UV_LOCK + '\n[[package]]\nname = "m"\nversion = "0.1"\nsource = { editable = "libs/m" }\n'
    )
    member = '[project]\nname = "m"\ndependencies = ["viser"]\n'
    facts = tree({"pyproject.toml": UV_CU124, "uv.lock": lock, "libs/m/pyproject.toml": member})
    assert facts.install_files == ("pyproject.toml", "libs/m/pyproject.toml", "uv.lock")
    assert facts.ports == (6006, 8080)


@pytest.mark.parametrize(
    ("files", "spec"),
    [
        ({".python-version": "3.11.4\n"}, "==3.11.*"),
        ({"runtime.txt": "# heroku\npython-3.10.2\n"}, "==3.10.*"),
        ({".python-version": ""}, ""),
        ({"Dockerfile": "FROM python:3.9-slim\n"}, "==3.9.*"),
        (
            {".python-version": "3.9", "pyproject.toml": '[project]\nrequires-python = ">=3.10"\n'},
            ">=3.10",
        ),
        (
            {
                ".python-version": "3.11",
                "pyproject.toml": '[project]\nrequires-python = ">=3.11.4"\n',
            },
            "==3.11.*",
        ),
        ({"pyproject.toml": '[project]\nrequires-python = "three"\n'}, ""),
        ({"Pipfile": '[requires]\npython_full_version = "3.8.2"\n'}, "==3.8.*"),
        (
            {"requirements.txt": "torch", "pyproject.toml": '[project]\nrequires-python = ">=3.9"'},
            ">=3.9",
        ),
    ],
)
def test_python(files, spec):
    assert tree(files).python_spec == spec


def test_python_version_that_contradicts_the_project_is_shown():
    facts = tree(
        {".python-version": "3.9", "pyproject.toml": '[project]\nrequires-python=">=3.10"'}
    )
    assert unused(facts, "python") == [".python-version:1 3.9"]


def test_dockerfile_tells_cuda_ports_and_framework_where_nothing_else_does():
    text = (
        "ARG CUDA=12.4.1\nFROM --platform=linux/amd64 nvidia/cuda:${CUDA}-devel-ubuntu22.04 AS a\n"
        "ENV TORCH_CUDA_ARCH_LIST=8.6\nRUN pip3 install \\\n  torch==2.4.0 \\\n  './x'\n"
        "EXPOSE 8000/tcp 9000-9005 53/udp 99999\n"
    )
    facts = tree({"docker/Dockerfile.gpu": text})
    assert facts.cuda_hint == "12.4"
    assert facts.ports == (8000,)
    assert facts.nvcc
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, "==2.4.0")


def test_dockerfile_yields_to_the_install_path():
    files = {
        "Dockerfile": "FROM pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime\n",
        "requirements.txt": "torch==2.0.1+cu118\n",
    }
    facts = tree(files)
    assert (facts.framework_spec, facts.cuda_hint) == ("==2.0.1", "11.8")
    alone = tree({"Dockerfile": files["Dockerfile"]})
    assert (alone.framework_spec, alone.cuda_hint) == ("==2.1.0", "12.1")


@pytest.mark.parametrize(
    ("image", "framework", "spec"),
    [
        ("tensorflow/tensorflow:2.13.0-gpu", Framework.TENSORFLOW, "==2.13.0"),
        ("nvcr.io/nvidia/pytorch:24.05-py3", Framework.PYTORCH, ""),
        ("nvcr.io/nvidia/jax:24.04-py3", Framework.JAX, ""),
        ("${BASE}", Framework.NONE, ""),
        ("${BASE:-pytorch/pytorch:2.2.0-cuda12.1-cudnn8-runtime}", Framework.PYTORCH, "==2.2.0"),
    ],
)
def test_base_image(image, framework, spec):
    facts = tree({"Dockerfile": f"FROM {image}\n"})
    assert (facts.framework, facts.framework_spec) == (framework, spec)


def test_existing_devcontainer():
    text = (
        '{ // c\n "image": "nvidia/cuda:12.2.0-base-ubuntu22.04",\n'
        ' "forwardPorts": [8888, "db:5432"]\n}'
    )
    facts = tree({".devcontainer/devcontainer.json": text}, [".devcontainer/devcontainer.json"])
    assert facts.devcontainer
    assert (facts.cuda_hint, facts.ports) == ("12.2", (5432, 8888))
    assert tree({".devcontainer.json": "{}"}).devcontainer


def test_notebooks_are_weak_evidence():
    cells = (
        '{"cells": [{"cell_type": "markdown", "source": "import jax"},'
        '{"cell_type": "code", "source": ["%pip install torch==2.1 gradio\\n",'
        '"import torch\\n"]}]}'
    )
    facts = tree({"nb/a.ipynb": cells})
    assert facts.notebooks
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, "==2.1")
    assert facts.ports == (7860,)
    with_manifest = tree({"a.ipynb": cells, "requirements.txt": "jax\n"})
    assert with_manifest.framework is Framework.JAX
    assert with_manifest.ports == ()


def test_credentials_reach_neither_evidence_nor_urls():
    line = "--index-url https://user:secret@packages.example/simple\ntorch\n"
    facts = tree({"requirements.txt": line})
    assert facts.index_urls == ("https://packages.example/simple",)
    assert "secret" not in repr(facts)


def test_install_commands_with_options():
    text = (
        "`pip install -U --index-url https://download.pytorch.org/whl/cu118 "
        "torch==2.0.0 'bad==?'`\n"
        "    conda install -c pytorch jax=0.4 \n"
        'pip install "unclosed\n'
    )
    facts = tree({"README.md": text})
    assert (facts.framework_spec, facts.cuda_hint) == ("==2.0.0", "11.8")


def test_report_has_the_promised_keys():
    report = project_json(tree({"requirements.txt": "torch==2.8\n"}))
    assert report["framework"] == {"name": "pytorch", "spec": "==2.8"}
    assert report["package_manager"] == "pip"
    assert report["evidence"][0] == {
        "what": "framework",
        "where": "requirements.txt:1",
        "text": "torch==2.8",
        "used": True,
    }
    assert {"python", "nvcc", "cuda_hint", "ports", "problems"} <= set(report)


def test_empty_repository():
    facts = tree({})
    assert (facts.framework, facts.package_manager) == (Framework.NONE, PackageManager.PIP)
    assert facts.evidence == ()
    assert facts.problems == ()
