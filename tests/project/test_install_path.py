"""What a README's commands, its lists and its locks together install."""

import pytest

from scaffold.project.facts import PackageManager
from scaffold.project.framework import Framework
from tests.project.project_trees import tree, unused, used

NO_LIST = "from setuptools import setup\nsetup(name='demo', packages=['demo'])\n"
NEWEST = "    pip install torch numpy tqdm\n"


def packages(facts):
    return [one.text for one in facts.packages]


def test_readme_gives_python_framework_and_companions():
    facts = tree(
        {
            "README.md": "    conda create -n demo python=3.8 -y\n"
            "    pip install torch==1.13.1+cu117 torchvision==0.14.1+cu117 "
            "--extra-index-url https://download.pytorch.org/whl/cu117\n"
            "    pip install -r requirements.txt\n",
            "requirements.txt": "timm==0.6.13\n",
        }
    )
    assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, "==1.13.1")
    assert (facts.python_spec, facts.python_bound, facts.cuda_hint) == ("==3.8.*", "<3.11", "11.7")
    assert facts.soft == {"python", "cuda"}
    assert (facts.companions, packages(facts)) == (("torchvision==0.14.1",), [])
    assert [(step.kind, step.where) for step in facts.steps] == [
        ("python", "README.md:1"),
        ("packages", "README.md:2"),
        ("list", "README.md:3"),
    ]


def test_readme_is_the_only_list():
    facts = tree({"README.md": NEWEST, "train.py": "import torch\nimport einops\n"})
    assert packages(facts) == ["numpy", "tqdm"]
    assert facts.framework is Framework.PYTORCH
    assert not any(one.guessed for one in facts.packages)


def test_readme_pin_is_a_preference_where_the_list_leaves_it_open():
    files = {"README.md": "    pip install torch==1.7.1\n    pip install -r requirements.txt\n"}
    facts = tree({**files, "requirements.txt": "torch>=1.6\n"})
    assert (facts.framework_spec, facts.framework_bound) == ("==1.7.1", ">=1.6")
    assert "framework" in facts.soft


def test_list_that_the_readme_names_comes_before_metadata():
    facts = tree(
        {
            "README.md": "    pip install -r app/requirements.txt\n",
            "app/requirements.txt": "jax[cuda12]>=0.4.2\n",
            "setup.py": "from setuptools import setup\nsetup(install_requires=['jax'])\n",
        }
    )
    assert facts.install_files == ("app/requirements.txt",)
    assert (facts.framework_spec, facts.base) == (">=0.4.2", "")


def test_list_and_project_of_the_readme_add_up():
    facts = tree(
        {
            "README.md": "    pip install -e '.[train]'\n"
            "    pip install -r requirements/extra.txt\n",
            "requirements/extra.txt": "rouge\n",
            "requirements/dev.txt": "pytest\n",
            "pyproject.toml": '[project]\nname = "x"\ndependencies = ["torch>=2.4"]\n'
            '[project.optional-dependencies]\ntrain = ["deepspeed"]\n',
        }
    )
    assert facts.install_files == ("requirements/extra.txt", "pyproject.toml")
    assert (facts.extras, facts.framework_spec) == (("train",), ">=2.4")
    assert [one.name for one in facts.apt] == ["libaio-dev", "build-essential"]


OF_ITSELF = [
    # pip clones the repository that the text clones first: the checkout itself.
    ("git+https://h.example/me/demo.git", ".", ()),
    ("git+https://h.example/me/demo@main#egg=demo", ".", ()),
    ("git+ssh://git@h.example/me/Demo.git@feature/x", ".", ()),
    ("'demo[train] @ git+https://h.example/me/demo.git'", ".", ("train",)),
    ("git+https://h.example/me/demo.git#subdirectory=python", "python", ()),
    ("git+https://h.example/me/other.git", None, ()),
]


@pytest.mark.parametrize(("word", "folder", "extras"), OF_ITSELF)
def test_repository_that_a_readme_installs_may_be_the_checkout(word, folder, extras):
    readme = f"    pip install {word}\n\n    git clone https://h.example/me/demo.git\n"
    facts = tree({"README.md": readme, "setup.py": NO_LIST, "requirements.txt": "torch\n"})
    (step,) = facts.steps
    assert step.kind == ("project" if folder else "packages")
    assert (step.values == (folder,), facts.extras) == (bool(folder), extras)
    assert bool(packages(facts)) == (folder is None)


BESIDE = [
    ({}, ("requirements.txt",)),
    ({"README.md": "    pip install torch\n    pip install -e .\n"}, ()),
    ({"setup.py": NO_LIST.replace("='demo'", "='demo', install_requires=['torch']", 1)}, ()),
]


@pytest.mark.parametrize(("files", "expected"), BESIDE)
def test_list_beside_metadata_without_dependencies_names_them(files, expected):
    there = {"setup.py": NO_LIST, "requirements.txt": "torch\ntimm\n"}
    facts = tree({**there, "README.md": "    pip install -e .\n", **files})
    assert facts.install_files == expected and facts.framework is Framework.PYTORCH


def test_list_for_one_purpose_is_no_list_of_the_project():
    facts = tree({"setup.py": NO_LIST, "requirements-dev.txt": "pytest\n"})
    assert facts.install_files == ()


def test_list_for_the_image_is_not_the_project_s_where_the_root_has_one():
    files = {"requirements.txt": "jax==0.4.26\n", "docker/requirements.txt": "docker\n"}
    facts = tree({**files, "README.md": "    pip3 install -r docker/requirements.txt\n"})
    assert facts.install_files == ("requirements.txt",)


NOT_FOLLOWED = [
    "## Development\n    pip install black-tool\n",
    "If you want tracking:\n\n    pip install wandb\n",
    "## Usage\n```\npip install other-tool\n```\n",
    "    pip install demo\n",
    "    pip install git+https://example.org/me/demo\n",
    "    pip install -U pip setuptools wheel\n",
    "    pip install -r missing.txt\n",
]


@pytest.mark.parametrize("readme", NOT_FOLLOWED)
def test_commands_that_are_not_the_project_s_own_installation(readme):
    text = f"# Demo\n## Installation\n    pip install numpy\n{readme}"
    facts = tree({"README.md": text, "setup.py": NO_LIST, "demo/__init__.py": ""})
    assert packages(facts) == ["numpy"]


def test_setuptools_that_the_readme_pins_is_a_package_of_the_project():
    text = "# Demo\n## Installation\n    pip install numpy 'setuptools==59.5.0' pip==21.0\n"
    facts = tree({"README.md": text, "setup.py": NO_LIST, "demo/__init__.py": ""})
    assert packages(facts) == ["numpy", "setuptools==59.5.0"]


def test_guide_speaks_where_the_readme_shows_no_command():
    facts = tree({"README.md": "See INSTALL.md.\n", "INSTALL.md": NEWEST, "train.py": ""})
    assert packages(facts) == ["numpy", "tqdm"]


MIM = (
    "# Install\n```\nconda install pytorch torchvision cpuonly -c pytorch\npip install openmim\n"
    "mim install mmengine\nmim install 'mmdet>=3'\npip install -v -e .\n```\n"
    "If necessary, install:\n```\npip install spconv-cu118\n```\n"
)


@pytest.mark.parametrize("path", ["docs/en/get_started.md", "docs/source/installation.rst"])
def test_guide_of_the_documentation_may_use_the_installer_of_mmlab(path):
    files = {"README.md": "See the documentation.\n", "setup.py": NO_LIST, "tool/x.py": ""}
    text = MIM.replace("# Install", "Install\n=======") if path.endswith("rst") else MIM
    facts = tree({**files, path: text, "docs/zh/get_started.md": NEWEST})
    assert packages(facts) == ["mmengine", "mmdet>=3"]


DEVELOPMENT = [
    # The checkout is the development version; a section for contributors adds to another one.
    ("## Install\n    pip install tqdm\n### Install a development version\n", True),
    ("## Installation for development\n", True),
    ("## Install\n    pip install -e .\n## Install for development\n", False),
    ("## Development\n", False),
    ("## Install a development version on Windows\n", False),
]


@pytest.mark.parametrize(("heading", "taken"), DEVELOPMENT)
def test_section_of_the_development_version_counts_where_nothing_else_installs(heading, taken):
    readme = f"# Tool\n{heading}\n    pip install -e .\n    pip install numpy\n"
    facts = tree({"README.md": readme, "setup.py": NO_LIST, "tool/x.py": ""})
    assert ("numpy" in packages(facts)) == taken


def test_commands_in_sentences_count_where_there_is_no_block():
    readme = "## Installation\n* Install PyTorch by `pip install torch==1.11.0`\n"
    readme += "* Then run `pip install six` as well\n"
    facts = tree({"README.md": readme, "requirements.txt": "einops\n", "x.py": ""})
    assert (facts.framework_spec, packages(facts)) == ("==1.11.0", ["six"])
    block = tree({"README.md": f"{readme}\n    pip install tqdm\n", "x.py": ""})
    assert packages(block) == ["tqdm"]


def test_folder_of_the_name_of_the_clone_is_the_clone():
    readme = "    git clone https://h.example/me/tool.git\n    pip install ./tool\n"
    files = {"README.md": readme, "setup.py": NO_LIST, "tool/__init__.py": ""}
    assert tree(files).local == ()
    assert [one.path for one in tree({**files, "tool/setup.py": NO_LIST}).local] == ["tool"]


DEMOS = [
    ("The demo: `pip install -r demo/requirements.txt`.\n", "", False),
    ("See `pip install -r demo/requirements.txt` there.\n", "    pip install -e .\n", False),
    ("", "    pip install -r demo/requirements.txt\n", True),
    ("Only this: `pip install -r demo/requirements.txt`.\n", None, True),
]


@pytest.mark.parametrize(("sentence", "block", "installed"), DEMOS)
def test_list_of_a_folder_that_a_sentence_names_is_about_that_folder(sentence, block, installed):
    own = "    pip install numpy\n" if block is not None else ""
    readme = f"{sentence}\n## Install\n\n{own}{block or ''}"
    facts = tree({"README.md": readme, "demo/requirements.txt": "torch==1.13.0\n", "x.py": ""})
    assert ("demo/requirements.txt" in facts.install_files) == installed


def test_packages_of_the_readme_make_the_root_the_project():
    facts = tree(
        {
            "README.md": "    conda install pytorch=1.6.0 torchvision=0.7.0 cudatoolkit=10.1 "
            "opencv -c pytorch\n",
            "ops/setup.py": "import torch\nfrom setuptools import setup\nsetup(name='ops')\n",
        }
    )
    assert (facts.base, facts.framework_spec) == ("", "==1.6.0")
    assert facts.companions == ("torchvision==0.7.0",)
    assert packages(facts) == ["opencv-python"]


EXTRA = """\
[metadata]
name = demo
[options]
install_requires =
    numpy>=1.20
[options.extras_require]
torch =
    torch>=1.6.0
"""


def test_extra_that_nobody_asks_for_is_no_framework():
    data = "from setuptools import setup\nsetup(package_data={'': ['*.pyx', '*.cu']})\n"
    facts = tree({"setup.cfg": EXTRA, "setup.py": data, "demo/__init__.py": ""})
    assert (facts.framework, facts.framework_spec, facts.nvcc) == (Framework.NONE, "", False)
    asked = tree({"setup.cfg": EXTRA, "setup.py": data, "README.md": "    pip install .[torch]\n"})
    assert (asked.framework, asked.framework_spec) == (Framework.PYTORCH, ">=1.6.0")


PYPROJECT = """\
[project]
name = "demo"
dependencies = ["six"]
[project.optional-dependencies]
media = ["torch>=2.8"]
[dependency-groups]
dev = ["jupyterlab"]
[tool.uv]
"""
LOCK = """\
version = 1
[[package]]
name = "demo"
version = "0"
source = { editable = "." }
dependencies = [
    { name = "six" },
]

[package.optional-dependencies]
media = [
    { name = "torch", extra = ["cuda"] },
]

[package.dev-dependencies]
dev = [{ name = "jupyterlab" }]

[package.metadata]
requires-dist = [{ name = "torch", marker = "extra == 'media'" }]

[[package]]
name = "six"
version = "1.17.0"
source = { registry = "https://index.example.org/simple" }

[[package]]
name = "torch"
version = "2.8.0"
source = { registry = "https://index.example.org/simple" }
dependencies = [{ name = "sympy" }]

[package.optional-dependencies]
cuda = [{ name = "nvidia-cudnn-cu12", marker = "sys_platform == 'linux'" }]

[[package]]
name = "nvidia-cudnn-cu12"
version = "9.1"
source = { registry = "https://index.example.org/simple" }

[[package]]
name = "jupyterlab"
version = "4.0"
source = { registry = "https://index.example.org/simple" }
"""


def test_lock_entry_of_an_extra_counts_only_where_it_is_asked_for():
    files = {"pyproject.toml": PYPROJECT, "uv.lock": LOCK}
    assert tree(files).framework is Framework.NONE
    for command in ("uv sync --extra media", "uv sync --all-extras"):
        facts = tree({**files, "README.md": f"    {command}\n"})
        assert (facts.framework, facts.framework_spec) == (Framework.PYTORCH, "==2.8.0")
        assert (facts.cuda_hint, facts.soft) == ("12", set())


def test_lock_of_poetry_marks_optional_packages_and_groups():
    package = '[[package]]\nname = "{}"\nversion = "1.0"\n{}\n'
    lock = package.format("torch", 'optional = true\ngroups = ["main"]') + package.format(
        "jax", 'optional = false\ngroups = ["docs"]'
    )
    project = '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.10"\n'
    facts = tree({"pyproject.toml": project, "poetry.lock": lock})
    assert facts.framework is Framework.NONE


def test_cuda_of_a_lock_is_that_of_its_libraries():
    project = '[project]\nname = "demo"\ndependencies = ["torch>=2.11"]\n[tool.uv]\n'
    head = '[[package]]\nname = "demo"\nversion = "0"\nsource = { editable = "." }\n'
    lock = f"""version = 1
{head}dependencies = [{{ name = "torch" }}]
[[package]]
name = "torch"
version = "2.11.0"
source = {{ registry = "https://index.example.org/simple" }}
dependencies = [{{ name = "nvidia-cudnn-cu13" }}, {{ name = "nvidia-cuda-runtime" }}]
[[package]]
name = "nvidia-cudnn-cu13"
version = "9.19"
"""
    facts = tree({"pyproject.toml": project, "uv.lock": lock})
    assert (facts.cuda_hint, facts.soft) == ("13", set())
    exact = lock + '[[package]]\nname = "nvidia-cuda-runtime"\nversion = "13.0.96"\n'
    facts = tree({"pyproject.toml": project, "uv.lock": exact})
    assert facts.cuda_hint == "13.0"
    assert used(facts, "cuda")[0].endswith("nvidia-cuda-runtime 13.0.96")


def test_image_and_most_scripts_outweigh_a_helper_in_the_list():
    facts = tree(
        {
            "requirements.txt": "tensorflow==2.15\n",
            "Dockerfile": "FROM pytorch/pytorch:2.4.0-cuda12.1-cudnn9-devel\n",
            "model.py": "import torch\n",
            "train.py": "import torch\n",
            "hparams.py": "import tensorflow as tf\n",
        }
    )
    assert facts.framework is Framework.PYTORCH
    assert facts.evidence[0].text == "PyTorch over TensorFlow: the image and most scripts use it"
    assert facts.soft == {"cuda", "framework"}


HINTS = [
    ({"Dockerfile": "FROM nvidia/cuda:11.8.0-base-ubuntu22.04\n"}, "11.8", {"cuda"}),
    (
        {"README.md": "`pip install torch --index-url https://x.example/whl/cu121`\n"},
        "12.1",
        {"cuda"},
    ),
    ({"requirements.txt": "--index-url https://x.example/whl/cu124\ntorch\n"}, "12.4", set()),
    ({"requirements.txt": "torch==2.4.0+cu118\n"}, "11.8", set()),
]


@pytest.mark.parametrize(("files", "cuda", "soft"), HINTS)
def test_what_prefers_a_cuda_release_and_what_binds_it(files, cuda, soft):
    facts = tree({"requirements.txt": "torch\n", **files})
    assert (facts.cuda_hint, facts.soft) == (cuda, soft)


PYTHONS = [
    ({"requirements.txt": "numpy==1.23.5\n"}, "<3.12", "<3.12"),
    ({"requirements.txt": "numpy==1.23.5; python_version < '3.10'\n"}, "", ""),
    ({"requirements.txt": "numpy<2\nscipy==1.10.1\n"}, "<3.12", "<3.12"),
    ({"requirements.txt": "numpy>=2\nunheard-of==1\n"}, "", ""),
    ({"requirements.txt": "numpy==1.23.5\n", ".python-version": "3.10\n"}, "==3.10.*", "==3.10.*"),
    ({"requirements.txt": "numpy==1.23.5\n", ".python-version": "3.13\n"}, "==3.13.*", "==3.13.*"),
    (
        {
            "requirements.txt": "six\n",
            ".github/workflows/test.yml": "python-version: ['3.9', '3.11']\n",
        },
        "<3.12",
        "",
    ),
    (
        {
            "requirements.txt": "six\n",
            ".github/workflows/test.yml": "python-version:\n  - '3.9'\n  - 3.12\n",
        },
        "<3.13",
        "",
    ),
    (
        {
            "setup.py": "from setuptools import setup\nsetup(python_requires='>=3.8', classifiers="
            "['Programming Language :: Python :: 3.9', 'Programming Language :: Python :: 3.11'])\n"
        },
        ">=3.8,<3.12",
        ">=3.8",
    ),
    (
        {
            "setup.cfg": "[metadata]\nname = x\nclassifiers =\n"
            "    Programming Language :: Python :: 3.6\n"
        },
        "",
        "",
    ),
    (
        {
            "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.9"\n',
            "README.md": "    conda create -n x python=3.10\n    pip install -e .\n",
        },
        "==3.10.*",
        ">=3.9",
    ),
    (
        {
            "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.11"\n',
            "README.md": "    conda create -n x python=3.10\n    pip install -e .\n",
        },
        ">=3.11",
        ">=3.11",
    ),
]


@pytest.mark.parametrize(("files", "spec", "bound"), PYTHONS)
def test_python_that_has_wheels_and_that_others_use(files, spec, bound):
    facts = tree(files)
    assert (facts.python_spec, facts.python_bound) == (spec, bound)
    assert ("python" in facts.soft) == (spec != bound)


def test_package_that_ends_the_python_is_shown():
    facts = tree({"requirements.txt": "torch\nnumpy==1.23.5\n"})
    assert used(facts, "python") == ["requirements.txt:2 numpy==1.23.5: wheels up to Python 3.11"]


def test_several_projects_are_named_and_parts_are_not():
    files = {
        "alpha/requirements.txt": "torch<2.6\n",
        "beta/requirements.txt": "torch>=2.7\n",
        "beta/inner/setup.py": NO_LIST,
        "tutorials/requirements.txt": "torch\n",
        "docs/requirements.txt": "sphinx\n",
    }
    facts = tree(files)
    assert (facts.base, [one.path for one in facts.siblings]) == ("alpha", ["beta"])
    sibling = facts.siblings[0]
    assert (sibling.manager, sibling.framework) == (PackageManager.PIP, Framework.PYTORCH)
    assert tree({**files, "requirements.txt": "torch\n"}).siblings == ()


LANGUAGES = [
    ({"package.json": "{}"}, ["index.js"], (False, "package.json (Node.js)")),
    ({"requirements.txt": "six\n"}, ["package.json"], (True, "package.json (Node.js)")),
    ({"docs/requirements.txt": "sphinx\n"}, ["go.mod", "main.go"], (False, "go.mod (Go)")),
    (
        {},
        ["tools/gen.py", "Cargo.toml", *map("src/{}.rs".format, range(9))],
        (False, "Cargo.toml (Rust)"),
    ),
    ({}, ["app.csproj"], (False, "app.csproj (.NET)")),
    ({}, ["train.py"], (True, "")),
    ({}, [], (False, "")),
    ({}, ["analysis.ipynb"], (True, "")),
]


@pytest.mark.parametrize(("files", "paths", "expected"), LANGUAGES)
def test_whether_it_is_a_python_project(files, paths, expected):
    facts = tree(files, paths)
    assert (facts.python_project, facts.other_language) == expected


def test_conda_brings_its_python_and_framework():
    text = "dependencies:\n  - python=3.7.13\n  - cudatoolkit=11.6\n  - pytorch=1.12.1\n"
    facts = tree({"environment.yml": text})
    assert (facts.brings_python, facts.brings_framework) == (True, True)
    assert (facts.cuda_hint, facts.soft) == ("11.6", set())
    by_pip = tree({"environment.yml": "dependencies:\n  - pip:\n    - torch\n"})
    assert (by_pip.brings_python, by_pip.brings_framework) == (True, False)
    assert unused(by_pip, "framework") == []


IMAGE = (
    "FROM nvidia/cuda:11.3.1-devel-ubuntu20.04\n"
    "RUN conda install python=3.8\n"
    "RUN conda install pytorch==1.10.1 torchvision==0.11.2 cudatoolkit=11.3 -c pytorch\n"
    "RUN pip install einops\n"
)
DEVELOP = "# Installation\n```bash\npython setup.py develop\n```\n"


@pytest.mark.parametrize("path", ["Dockerfile", "docker/Dockerfile", "docker/Dockerfile.gpu"])
def test_image_is_the_list_where_metadata_and_readme_name_no_package(path):
    files = {"setup.py": "from setuptools import setup\nsetup(name='x')\n", "README.md": DEVELOP}
    facts = tree(files | {path: IMAGE})
    assert (packages(facts), facts.python_spec) == (["einops"], "==3.8.*")
    assert facts.asked_packages == ("torchvision==0.11.2",)
    listed = "from setuptools import setup\nsetup(name='x', install_requires=['torch'])\n"
    assert packages(tree(files | {path: IMAGE, "setup.py": listed})) == []
    shown = DEVELOP.replace("python setup", "pip install six\npython setup")
    assert packages(tree(files | {path: IMAGE, "README.md": shown})) == ["six"]
    assert packages(tree(files | {f"tests/{path}": IMAGE})) == []


def test_image_or_notebook_is_the_list_where_nothing_else_is():
    image = tree({"Dockerfile": "FROM python:3.10\nRUN pip install torch==2.1.0 einops\n"})
    assert (packages(image), image.framework_spec) == (["einops"], "==2.1.0")
    cell = '{"cells": [{"cell_type": "code", "source": "%pip install einops\\nimport numpy"}]}'
    notebook = tree({"a.ipynb": cell})
    # A notebook's command adds to what its service has, so its imports count as well.
    assert packages(notebook) == ["einops", "numpy", "ipykernel"]
    listed = tree({"a.ipynb": cell, "requirements.txt": "six\n"})
    assert packages(listed) == []


def test_extras_of_poetry_are_installed_where_they_are_asked_for():
    text = (
        '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.10"\n'
        'torch = { version = "^2.4", optional = true }\n[tool.poetry.extras]\ngpu = ["torch"]\n'
    )
    assert tree({"pyproject.toml": text}).framework is Framework.NONE
    asked = tree({"pyproject.toml": text, "README.md": "    poetry install --extras gpu\n"})
    assert (asked.framework, asked.extras) == (Framework.PYTORCH, ("gpu",))


def test_of_several_lists_that_setup_py_reads_the_general_one_is_installed():
    setup = "from setuptools import setup\nx = [open(f'{n}') for n in {names}]\nsetup(name='x')\n"
    both = "['requirements.txt', 'requirements.dev.txt']"
    files = {"requirements.txt": "torch\n", "requirements.dev.txt": "black==1\n"}
    facts = tree({"setup.py": setup.replace("{names}", both), **files})
    assert facts.install_files == ("requirements.txt",)


SCRIPT = """\
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch>=2.4", "einops"]
# ///
import torch
"""


def test_script_that_lists_its_own_dependencies():
    facts = tree({"train.py": SCRIPT})
    assert (packages(facts), facts.framework_spec) == (["einops"], ">=2.4")
    assert facts.python_spec == ">=3.11"
    assert packages(tree({"train.py": SCRIPT.replace("# dep", "# [dep")})) == []


def test_conda_packages_of_the_readme():
    command = "    conda create -n x python=3.9 pytorch=1.12 torchvision cudatoolkit=11.3\n"
    facts = tree({"README.md": f"{command}    pip install -r list.txt\n", "list.txt": "einops\n"})
    assert (facts.framework_spec, facts.python_spec) == ("==1.12.*", "==3.9.*")
    assert (facts.companions, facts.cuda_hint) == (("torchvision",), "11.3")
    assert facts.soft == {"python", "cuda"}


def test_isolated_package_of_the_readme_is_installed_once():
    url = "git+https://x.example/facebookresearch/pytorch3d.git@stable"
    facts = tree({"README.md": f"    pip install torch {url}\n", "a.py": ""})
    assert [one.text for one in facts.isolated] == [url]
    assert packages(facts) == []
