"""Local paths, isolated builds, system packages, git's extras, containers, and our own files."""

import json

import pytest

from scaffold.project.facts import PackageManager
from scaffold.project.packages.debian_names import known_name, names_for, release_of
from scaffold.project.packages.import_names import distribution_of
from scaffold.project.packages.system_rows import ROWS
from scaffold.project.packages.wheels import last_python
from scaffold.project.project_dir import of_folder
from scaffold.project.syntax.requirement import parse_requirement
from tests.project.project_trees import tree, used

SETUP = "from setuptools import setup\nsetup(name='demo')\n"
TORCH_SETUP = "import os\nimport torch\nfrom torch.utils import cpp_extension\n" + SETUP

LISTED = [
    ("-e .", ".", True, ()),
    ("-e .[train,Eval_all]", ".", True, ("train", "eval-all")),
    ("--editable=./libs/a", "libs/a", True, ()),
    ("-e libs", "libs", True, ()),
    ("./libs/a", "libs/a", False, ()),
    ("libs/a  # ours", "libs/a", False, ()),
    ("file:./libs/a", "libs/a", False, ()),
    ("a @ file:libs/a", "libs/a", False, ()),
    ("a @ file:///${PROJECT_ROOT}/libs/a", "libs/a", False, ()),
    ("dist/a-1-py3-none-any.whl", "dist/a-1-py3-none-any.whl", False, ()),
]


@pytest.mark.parametrize(("line", "path", "editable", "extras"), LISTED)
def test_lines_of_a_list_that_need_the_source(line, path, editable, extras):
    facts = tree({"requirements.txt": f"six\n{line}\n"})
    (one,) = facts.local
    assert (one.path, one.editable, one.extras) == (path, editable, extras)
    assert (one.where, one.text) == ("requirements.txt:2", line.partition("  #")[0])


PACKAGES = [
    "six",
    "git+https://x.example/a/b",
    "https://x.example/a/b.whl",
    "../out",
    "/opt/a",
    "a",
]


@pytest.mark.parametrize("line", [*PACKAGES, "-e git+https://x.example/a/b#egg=b", "$HOME/a"])
def test_lines_of_a_list_that_are_no_folder_of_the_repository(line):
    assert tree({"requirements.txt": f"{line}\n"}).local == ()


MANAGERS = [
    (
        {"environment.yml": "dependencies:\n  - pip:\n    - -e .\n    - libs/a\n"},
        [(".", PackageManager.CONDA), ("libs/a", PackageManager.CONDA)],
    ),
    (
        {"Pipfile": '[packages]\nown = {path = ".", editable = true}\nsix = "*"\n'},
        [(".", PackageManager.PIPENV)],
    ),
    (
        {
            "pyproject.toml": '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\n'
            'a = { path = "libs/a", develop = true }\nb = { path = "../out" }\n'
        },
        [("libs/a", PackageManager.POETRY)],
    ),
    (
        {"pixi.toml": '[pypi-dependencies]\na = { path = ".", editable = true }\n'},
        [(".", PackageManager.PIXI)],
    ),
    (
        {
            "pyproject.toml": '[project]\nname = "x"\ndependencies = ["a"]\n[tool.uv.sources]\n'
            'a = { workspace = true }\nb = [{ path = "libs/b" }]\n',
            "packages/a/pyproject.toml": '[project]\nname = "A"\n',
        },
        [("packages/a", PackageManager.UV), ("libs/b", PackageManager.UV)],
    ),
    (
        {"requirements.txt": "-r more/list.txt\n", "more/list.txt": "./libs/a\n"},
        [("libs/a", PackageManager.PIP)],
    ),
]


@pytest.mark.parametrize(("files", "expected"), MANAGERS)
def test_folders_of_the_repository_in_every_manager(files, expected):
    assert [(one.path, one.manager) for one in tree(files).local] == expected


def test_members_of_a_workspace_must_lie_beside_the_lock():
    project = (
        '[project]\nname = "x"\ndependencies = ["a"]\n'
        '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
        "[tool.uv.sources]\na = { workspace = true }\n"
    )
    member = '[project]\nname = "{}"\n'
    files = {"pyproject.toml": project, "packages/a/pyproject.toml": member.format("a")}
    files["packages/b/pyproject.toml"] = member.format("b")
    facts = tree({**files, "examples/pyproject.toml": member.format("c")})
    assert facts.needed_files == ("packages/a/pyproject.toml", "packages/b/pyproject.toml")
    assert tree({"requirements.txt": "six\n"}).needed_files == ()


def test_folder_of_the_repository_whose_build_needs_torch():
    facts = tree(
        {
            "requirements.txt": "torch\n.deps/op\nsubmodules/knn\n",
            "submodules/knn/setup.py": TORCH_SETUP,
            "README.md": "    cd ops && python setup.py install\n",
            "ops/setup.py": TORCH_SETUP,
            ".deps/op/setup.py": TORCH_SETUP,
        }
    )
    assert [(one.path, one.imports) for one in facts.local] == [
        (".deps/op", ("torch",)),
        ("submodules/knn", ("torch",)),
        ("ops", ("torch",)),
    ]


MODULES = [
    # Fetched or not, what a known package needs of the machine is known.
    ("submodules/simple-knn", "https://h.example/x/y.git", ("torch",)),
    ("submodules/raster", "https://h.example/x/diff-gaussian-rasterization.git", ("torch",)),
    ("submodules/other", "https://h.example/x/other.git", ()),
    ("submodules/pycuda", "https://h.example/x/pycuda.git", ()),
]


@pytest.mark.parametrize(("path", "url", "imports"), MODULES)
def test_extension_in_a_submodule_that_is_not_fetched_yet(path, url, imports):
    files = {
        "requirements.txt": f"torch\n{path}\n",
        ".gitmodules": f'[submodule "a"]\n\tpath = {path}\n\turl = {url}\n',
    }
    facts = tree(files)
    (local,) = facts.local
    assert (local.path, local.imports, facts.nvcc) == (path, imports, bool(imports))
    there = tree({**files, f"{path}/setup.py": "from setuptools import setup\nsetup(name='x')\n"})
    assert not there.nvcc
    unused = tree({**files, "requirements.txt": "torch\n"})
    assert not unused.nvcc


SETUPS = [
    (TORCH_SETUP, "", ("torch",)),
    (TORCH_SETUP, '[build-system]\nrequires = ["setuptools", "torch"]\n', ("torch",)),
    ("import numpy\n" + SETUP, '[build-system]\nrequires = ["numpy"]\n', ()),
    ("import numpy\nimport demo\n" + SETUP, "", ("numpy",)),
    ("from . import x\ntry:\n    import torch\nexcept ImportError:\n    pass\n" + SETUP, "", ()),
]


@pytest.mark.parametrize(("setup", "project", "expected"), SETUPS)
def test_what_setup_py_needs_before_it_runs(setup, project, expected):
    files = {"setup.py": setup, "demo/__init__.py": ""}
    assert (
        tree({**files, **({"pyproject.toml": project} if project else {})}).setup_imports
        == expected
    )


GITHUB = "https://github.com"
ISOLATED = [
    ("flash-attn>=2.5", "flash-attn>=2.5", True),
    ("git+https://x.example/facebookresearch/pytorch3d.git", None, True),
    (
        "xformers @ git+https://x.example/x/xformers",
        "xformers@git+https://x.example/x/xformers",
        True,
    ),
    ("git+https://x.example/tiny-cuda-nn/#subdirectory=bindings/torch", None, True),
    ("pytorch3d==0.7.5", f"pytorch3d@git+{GITHUB}/facebookresearch/pytorch3d.git@v0.7.5", True),
    ("pytorch3d", f"pytorch3d@git+{GITHUB}/facebookresearch/pytorch3d.git@stable", True),
    ("detectron2>=0.6", f"detectron2@git+{GITHUB}/facebookresearch/detectron2.git", True),
    (
        "pointnet2_ops",
        f"pointnet2-ops@git+{GITHUB}/erikwijmans/Pointnet2_PyTorch.git#subdirectory=pointnet2_ops_lib",
        True,
    ),
    ("cython_bbox", "cython-bbox", False),
]


@pytest.mark.parametrize(("line", "text", "compiles"), ISOLATED)
def test_packages_that_are_built_after_the_framework(line, text, compiles):
    facts = tree({"requirements.txt": f"torch\n{line}  # slow\n"})
    (one,) = facts.isolated
    assert (one.text, one.line, one.compiles) == (text or line, line, compiles)
    assert (facts.nvcc, "ninja" in facts.build_tools) == (compiles, True)


def test_build_that_imports_others_gets_them_first():
    facts = tree({"requirements.txt": "chumpy==0.70\nmadmom\n"})
    assert [one.reason for one in facts.isolated] == [
        "its setup.py imports pip",
        "its setup.py imports cython and numpy",
    ]
    assert {"setuptools<82", "pip", "cython", "numpy"} <= set(facts.build_tools)
    pinned = '[build-system]\nrequires = ["setuptools==83.0", "torch"]\n'
    facts = tree({"requirements.txt": "torch\n", "setup.py": TORCH_SETUP, "pyproject.toml": pinned})
    assert [text for text in facts.build_tools if "setuptools" in text] == ["setuptools==83.0"]


def test_index_of_the_project_may_have_what_the_public_one_lacks():
    for option in ("--extra-index-url https://x.example/simple", "--find-links https://x.example"):
        facts = tree({"requirements.txt": f"{option}\ntorch\ndetectron2==0.6\n"})
        assert [one.text for one in facts.isolated] == ["detectron2==0.6"]


def test_package_that_only_conda_has_is_built_where_pip_installs():
    readme = "    conda install pytorch3d=0.7.5 -c pytorch3d\n    pip install -r list.txt\n"
    facts = tree({"README.md": readme, "list.txt": "torch\n"})
    assert [one.name for one in facts.isolated] == ["pytorch3d"]
    environment = "dependencies:\n- pytorch\n- python=3.9\n"
    conda = "    conda env create -f environment.yml\n    conda install pytorch3d -c pytorch3d\n"
    facts = tree({"README.md": conda, "environment.yml": environment})
    assert (facts.isolated, facts.conda_packages) == ((), ("-c", "pytorch3d", "pytorch3d"))


NOT_ISOLATED = [
    "xformers",
    "flash-attn @ https://x.example/flash_attn-2.5-cp310-cp310-linux_x86_64.whl",
    "-f https://data.pyg.org/whl/torch-2.4.0+cu124.html\ntorch-scatter",
    "flash-attn; sys_platform == 'win32'",
]


@pytest.mark.parametrize("lines", NOT_ISOLATED)
def test_packages_that_come_as_wheels(lines):
    facts = tree({"requirements.txt": f"torch\n{lines}\n"})
    assert (facts.isolated, facts.build_tools) == ((), ())


def names(facts):
    return [one.name for one in facts.apt]


SYSTEM = [
    ({"requirements.txt": "opencv-python==4.10.0.84\n"}, ["libgl1", "libglib2.0-0"]),
    ({"requirements.txt": "opencv-python-headless\n"}, []),
    ({"requirements.txt": "pydub\nphonemizer\n"}, ["ffmpeg", "espeak-ng"]),
    ({"README.md": "Needs ffmpeg:\n    sudo apt update && sudo apt install ffmpeg\n"}, ["ffmpeg"]),
    ({"README.md": "Run `apt-get install espeak`.\n"}, ["espeak-ng"]),
    ({"README.md": "On Windows (WSL2):\n\n    apt install cmake\n"}, []),
    ({"packages.txt": "# media\nffmpeg\nlibsm6 libxext6\n"}, ["ffmpeg", "libsm6", "libxext6"]),
    ({"binder/apt.txt": "graphviz\n"}, ["graphviz"]),
    ({"packages.txt": "This text, which is long, lists no packages!\n"}, []),
    ({"Dockerfile": "RUN apt-get install -y git python3-pip libgl1-mesa-glx\n"}, ["libgl1"]),
    ({"tests/Dockerfile": "RUN apt-get install -y libgl1\n"}, []),
    ({".github/workflows/test.yml": "run: sudo apt-get install -y libsndfile1\n"}, ["libsndfile1"]),
    ({".github/workflows/docs.yml": "run: sudo apt-get install -y graphviz\n"}, []),
    (
        {
            ".github/workflows/test.yml": "run: apt-get install -y xvfb\n",
            "README.md": "    apt install ffmpeg\n",
        },
        ["ffmpeg"],
    ),
    (
        {"environment.yml": "dependencies:\n  - opencv\n  - pip:\n    - librosa\n"},
        ["ffmpeg", "libsndfile1"],
    ),
    ({"main.py": "import cv2\n"}, ["libgl1", "libglib2.0-0"]),
]


@pytest.mark.parametrize(("files", "expected"), SYSTEM)
def test_system_packages(files, expected):
    assert names(tree(files)) == expected


def test_system_packages_that_no_release_has_are_said():
    facts = tree({"README.md": "    apt install ffmpeg libjasper-dev nvidia-driver-535 vim\n"})
    assert ([one.name for one in facts.apt_unknown], names(facts)) == (
        ["libjasper-dev"],
        ["ffmpeg"],
    )
    assert used(facts, "system package") == [
        "README.md:1 ffmpeg: apt install ffmpeg libjasper-dev nvidia-driver-535 vim"
    ]


RELEASES = [
    ("python:3.12-slim-trixie", "trixie", ("libasound2t64", "libgl1")),
    ("python:3.12-slim-bookworm", "bookworm", ("libasound2", "libgl1")),
    ("nvidia/cuda:12.8.1-devel-ubuntu24.04", "trixie", ("libasound2t64", "libgl1")),
    ("nvidia/cuda:11.8.0-devel-ubuntu22.04", "bookworm", ("libasound2", "libgl1")),
    ("ubuntu:20.04", "bullseye", ("libasound2", "libgl1")),
    ("pytorch/pytorch:latest", "trixie", ("libasound2t64", "libgl1")),
]


@pytest.mark.parametrize(("base", "release", "expected"), RELEASES)
def test_names_of_the_base_image_s_release(base, release, expected):
    assert release_of(base) == release
    assert names_for(("libgl1", "libasound2", "libgl1"), base) == expected


def test_every_row_names_known_packages_and_its_source():
    assert len({name for row in ROWS for name in row.packages}) >= 100
    for row in ROWS:
        assert all(known_name(name) == name for name in row.system if name != "git"), row
        assert row.source and row.why
    assert [known_name(name) for name in ("libgl1-mesa-glx", "libasound2t64", "no-such")] == [
        "libgl1",
        "libasound2",
        "",
    ]


LASTS = [
    ("numpy==1.23.5", 11),
    ("numpy<2", 12),
    ("numpy>=1.20,<1.24", 11),
    ("numpy~=1.21.0", 10),
    ("numpy==1.21.*", 10),
    ("pandas<=2.0.3", 11),
    ("tensorflow==1.15.2", 7),
    ("numpy", None),
    ("numpy>=2", None),
    ("numpy!=1.23", None),
    ("chumpy", 10),
    ("fairseq==0.12.2", 10),
    ("unheard-of==1", None),
    ("numpy @ https://x.example/numpy-1.0.tar.gz", None),
]


@pytest.mark.parametrize(("text", "last"), LASTS)
def test_last_python_with_wheels(text, last):
    assert last_python(parse_requirement(text, "x")) == last


def test_git_s_submodules_and_large_files():
    modules = (
        '[submodule "a"]\n\tpath = ext/a\n\turl = https://me:secret@x.example/a.git\n'
        '[submodule "b"]\n\tpath = ext/b\n\turl = ../b.git\n[submodule "c"]\n\tpath = ../../out\n'
    )
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    facts = tree(
        {
            ".gitmodules": modules,
            ".gitattributes": "*.pt filter=lfs diff=lfs\n# *.x filter=lfs\n*.py text\n",
            "demo.ipynb": pointer,
        },
        ["ext/b/setup.py"],
    )
    assert [(one.path, one.url, one.missing) for one in facts.submodules] == [
        ("ext/a", "https://x.example/a.git", True),
        ("ext/b", "../b.git", False),
    ]
    assert (facts.lfs, facts.lfs_missing) == (("*.pt",), ("demo.ipynb",))


CONFIGS = [
    ('{"image": "python:3.12", // the base\n}', ("image", "", False)),
    (
        '{"build": {"dockerfile": "../Dockerfile"}, "runArgs": ["--gpus=all"]}',
        ("dockerfile", "", True),
    ),
    (
        '{"dockerFile": "Dockerfile", "hostRequirements": {"gpu": "optional"}}',
        ("dockerfile", "", True),
    ),
    (
        '{"dockerComposeFile": "../compose.yaml", "service": "app", /* x */ "remoteUser": "me"}',
        ("compose", "app", True),
    ),
    ('{"dockerComposeFile": ["../compose.yaml"], "service": "db"}', ("compose", "db", False)),
]
COMPOSE = """\
services:
  app:
    image: x
    deploy: {resources: {reservations: {devices: [{driver: nvidia, capabilities: [gpu]}]}}}
  db:
    image: postgres
"""


@pytest.mark.parametrize(("text", "expected"), CONFIGS)
def test_dev_containers_of_the_user(text, expected):
    facts = tree({".devcontainer/devcontainer.json": text, "compose.yaml": COMPOSE})
    (config,) = facts.configs
    assert (config.kind, config.service, config.gpu) == expected
    assert config.compose_files == (("compose.yaml",) if expected[0] == "compose" else ())


@pytest.mark.parametrize("text", ["[]", "{", '{"image": 1, "service": []}', "[" * 5000])
def test_dev_container_that_cannot_be_read_is_none(text):
    configs = tree({".devcontainer.json": text}).configs
    assert configs == () or configs[0].image == ""


OURS = """\
# Made by gpu-scaffold; edit it freely.
FROM nvidia/cuda:12.6.3-devel-ubuntu24.04
RUN pip install torch==2.9.0
"""
EDITED = OURS.replace("# Made by gpu-scaffold; edit it freely.\n", "")
RECORD = '[answers]\nframework = "pytorch"\n[generated]\n".devcontainer/Dockerfile" = "0"\n'


def test_what_the_product_wrote_is_never_evidence():
    plain = tree({"requirements.txt": "torch\n"})
    for files in (
        {".devcontainer/Dockerfile": OURS},
        {".devcontainer/Dockerfile": EDITED, ".devcontainer/scaffold.toml": RECORD},
        {
            ".devcontainer/gpu/Dockerfile": OURS,
            ".devcontainer/gpu/devcontainer.json": '// Made by gpu-scaffold\n{"image": "x"}',
        },
    ):
        facts = tree({"requirements.txt": "torch\n", **files})
        assert facts.ours == tuple(sorted(files))
        assert (facts.cuda_hint, facts.framework_spec, facts.configs) == (None, "", ())
        assert facts.evidence == plain.evidence
    theirs = tree({"requirements.txt": "torch\n", ".devcontainer/Dockerfile": EDITED})
    assert (theirs.ours, theirs.cuda_hint) == ((), "12.6")


@pytest.mark.parametrize("record", ["x = 1\n", "not toml", "[generated]\n"])
def test_another_record_of_the_same_name_marks_nothing(record):
    facts = tree({".devcontainer/scaffold.toml": record, ".devcontainer/Dockerfile": EDITED})
    assert facts.ours == ()


IMPORTS = [
    ("import cv2, numpy as np\nimport os\n", ["opencv-python", "numpy"]),
    ("from sklearn.svm import SVC\nfrom utils import x\nfrom .a import b\n", ["scikit-learn"]),
    ("try:\n    import wandb\nexcept ImportError:\n    pass\n", []),
    ("import unheard_of_module\nimport detectron2\n", []),
    ("import torch\nimport torchvision\nimport PIL\n", ["pillow"]),
]


@pytest.mark.parametrize(("code", "expected"), IMPORTS)
def test_imports_of_a_project_without_a_list(code, expected):
    facts = tree({"train.py": code, "utils.py": ""})
    assert [one.text for one in facts.packages] == expected
    assert all(one.guessed and one.where.startswith("train.py:") for one in facts.packages)


def test_notebooks_without_a_list():
    cell = {"cell_type": "code", "source": ["import pandas as pd\n", "import matplotlib.pyplot\n"]}
    facts = tree({"a.ipynb": json.dumps({"cells": [cell]})})
    assert [(one.text, one.where) for one in facts.packages] == [
        ("pandas", "a.ipynb"),
        ("matplotlib", "a.ipynb"),
        ("ipykernel", "a.ipynb"),
    ]


def test_imports_inside_of_a_package_name_the_framework_where_nothing_is_listed():
    files = {"setup.py": SETUP, "demo/__init__.py": "import torch\nimport torchvision\n"}
    facts = tree(files)
    assert (facts.framework, facts.companions) == ("pytorch", ("torchvision",))
    assert (
        tree(
            {**files, "setup.py": SETUP.replace("'demo'", "'x', install_requires=['six']")}
        ).framework
        == "none"
    )


def test_modules_and_their_distributions():
    assert [distribution_of(name) for name in ("yaml", "numpy", "apex", "nothing")] == [
        "pyyaml",
        "numpy",
        "",
        None,
    ]


def test_one_folder_as_the_project():
    whole = tree({".gitmodules": '[submodule "a"]\n\tpath = ext\n\turl = x\n'})
    part = tree(
        {
            "requirements.txt": "torch\nflash-attn\n./libs\n",
            "README.md": "    pip install -r requirements.txt\n    pip install opencv-python\n",
            "app/x.ipynb": "broken",
        }
    )
    facts = of_folder(whole, part, "beta/")
    assert (facts.base, facts.install_files) == ("beta", ("beta/requirements.txt",))
    assert [one.path for one in facts.local] == ["beta/libs"]
    assert facts.submodules == whole.submodules
    places = [*facts.evidence, *facts.steps, *facts.packages, *facts.isolated]
    assert all(one.where.startswith("beta/") for one in places)
    assert facts.problems == ("beta/app/x.ipynb:1: not a valid notebook",)
    root = of_folder(whole, tree({"requirements.txt": "-e .\n"}), "beta")
    assert root.local[0].path == "beta"


WORKFLOWS = [
    ("test.yml", "<3.12"),
    ("lint-and-test.yml", "<3.12"),
    ("lint.yml", ""),
    ("pypi-publish.yml", ""),
    ("docs.yaml", ""),
]


@pytest.mark.parametrize(("name", "expected"), WORKFLOWS)
def test_only_workflows_that_test_say_which_python_the_project_runs_on(name, expected):
    path = f".github/workflows/{name}"
    facts = tree({"requirements.txt": "six\n", path: "python-version: '3.11'\n"})
    assert facts.python_spec == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [("jax[cuda12]", "12"), ("jax[cuda11_pip]", None), ("jax[cuda12-local]", "12"), ("jax", None)],
)
def test_extra_of_jax_names_the_cuda_release(line, expected):
    assert tree({"requirements.txt": f"{line}\n"}).cuda_hint == expected


def test_build_that_imports_the_framework_brings_what_its_manifest_asks_for():
    asked = '[build-system]\nrequires = ["setuptools>=64", "torch", "cython"]\n'
    facts = tree({"requirements.txt": "torch\n", "setup.py": TORCH_SETUP, "pyproject.toml": asked})
    assert {"setuptools<82", "setuptools>=64"} <= set(facts.build_tools)
    assert "cython" in facts.build_tools
    assert tree({"requirements.txt": "torch\n", "setup.py": SETUP}).build_tools == ()
