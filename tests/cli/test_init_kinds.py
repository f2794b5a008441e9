"""Kinds of public repositories, each as small as it can be: what is written, said and refused."""

import re

import pytest

SETUP = 'from setuptools import setup\nsetup(name="own", version="1", packages=[])\n'
PYTHON = {"main.py": "import numpy\n"}
T4 = ("--target", "remote", "--driver", "535.183.01", "--gpu-model", "Tesla T4")
NEW_CARD = (
    *("--target", "remote", "--driver", "580.95.05"),
    *("--gpu-model", "NVIDIA GeForce RTX 5090"),
)
DOCKERFILE, POST_CREATE = ".devcontainer/Dockerfile", ".devcontainer/post-create.sh"

KINDS = {
    "a README asks for a system package": (
        {
            "requirements.txt": "numpy\n",
            "README.md": "## Setup\n\n    sudo apt-get install ffmpeg\n",
        },
        (),
        {DOCKERFILE: r"(?m)^ +ffmpeg"},
    ),
    "a package that links to libGL": (
        {"requirements.txt": "opencv-python>=4\n"},
        (),
        {DOCKERFILE: r"(?m)^ +libgl1"},
    ),
    "a local line in conda's pip section": (
        {
            "environment.yml": "dependencies:\n- python=3.10\n- pip:\n  - tqdm\n  - -e .\n",
            "setup.py": SETUP,
        },
        (),
        {DOCKERFILE: r"sed -i .*environment\.yml", POST_CREATE: r"-e \."},
    ),
    "CUDA sources that a package carries as data": (
        {
            "requirements.txt": "torch\n",
            "setup.py": "from setuptools import setup\n"
            'setup(name="own", packages=["own"], package_data={"own": ["kernel.cu"]})\n',
        },
        NEW_CARD,
        {DOCKERFILE: "FROM python:"},
    ),
    "a README that enters a folder of the repository's own name": (
        {"setup.py": SETUP, "README.md": "## Install\n\n    cd Own && pip install -e .\n"},
        (),
        {POST_CREATE: r"(?m)pip install (-\S+ )*-e \.$"},
    ),
    "code of TensorFlow 1 on a card that cannot run it": (
        {"main.py": "import tensorflow as tf\nx = tf.contrib.layers.fully_connected\n"},
        (*NEW_CARD[:5], "NVIDIA A100-SXM4-80GB"),
        {"said": r"main\.py:\d.*needs TensorFlow 1.*tf1-py3.*--target cpu"},
    ),
    "conda packages that a README adds to its environment": (
        {
            "env.yml": "dependencies:\n- python=3.9\n- numpy\n",
            "README.md": "## Setup\n\n    conda env create -f env.yml\n"
            "    conda install pytorch torchvision numpy -c pytorch -y\n"
            "    conda install pytorch cpuonly -c other\n",
        },
        T4,
        {DOCKERFILE: r"micromamba install \S+ \S+ \S+ pip -c pytorch pytorch torchvision\n"},
    ),
    "a page of links after a package": (
        {"requirements.txt": "jax[cuda12-pip]==0.4.25 -f https://x.org/jax.html\n"},
        NEW_CARD[:4],
        {DOCKERFILE: r"pip install .*--find-links=https://x.org/jax.html .*-r requirements"},
    ),
    "a package with an extension in C": (
        {
            "setup.py": "from setuptools import Extension, setup\n"
            'setup(name="own", ext_modules=[Extension("own.a", ["a.c"])])\n',
        },
        ("--target", "cpu"),
        {DOCKERFILE: "(?m)^ +build-essential"},
    ),
    "a package that is built with Cython": (
        {
            "pyproject.toml": '[project]\nname = "own"\nversion = "1"\n'
            '[build-system]\nrequires = ["setuptools", "Cython>=3"]\n',
            "parts/other/setup.py": SETUP,
        },
        ("--target", "cpu"),
        {DOCKERFILE: "(?m)^ +build-essential"},
    ),
    "a package with an extension, whose tests need a program": (
        {
            "setup.py": "from setuptools import Extension, setup\n"
            'setup(name="own", ext_modules=[Extension("own.a", ["a.c"])])\n',
            ".github/workflows/test.yml": "steps:\n- run: sudo apt-get install -y ffmpeg\n",
        },
        ("--target", "cpu"),
        {DOCKERFILE: r"(?m)^ +build-essential[^#]*^ +ffmpeg"},
    ),
    "conda with a Python that no image has": (
        {"environment.yml": "dependencies:\n- python=3.6\n- pytorch=1.4\n"},
        T4,
        {DOCKERFILE: "CONDA_OVERRIDE_CUDA=12.2 micromamba create"},
    ),
    "an old CUDA in a FROM line on a new card": (
        {
            "requirements.txt": "torch\n",
            "Dockerfile": "FROM nvidia/cuda:11.7.1-devel-ubuntu20.04\n",
        },
        NEW_CARD,
        {DOCKERFILE: "uv pip install .*torch", "said": r"11\.7"},
    ),
    "a package that compiles against the framework": (
        {"requirements.txt": "torch\nflash_attn\ntransformers\n"},
        (),
        {DOCKERFILE: "--no-build-isolation flash.attn"},
    ),
    "several projects": (
        {f"{name}/requirements.txt": "numpy\n" for name in ("one", "two")}
        | {"one/a.py": "import numpy\n", "two/b.py": "import numpy\n"},
        (),
        {"said": "2 projects in this repository: one is followed"},
    ),
    "another language": ({"Cargo.toml": "[package]\n"}, (), {"said": "No Python project found"}),
    "pins that end at an older Python": (
        {"requirements.txt": "numpy==1.22.4\n"},
        (),
        {DOCKERFILE: r"FROM python:3\.(8|9|10)-"},
    ),
    "the project in a Pipfile": (
        {
            "Pipfile": '[packages]\nsix = "*"\nown = {path = ".", editable = true}\n',
            "setup.py": SETUP,
        },
        (),
        {DOCKERFILE: r"sed -i .*Pipfile", POST_CREATE: "pipenv install --dev"},
    ),
    "a README that names another list": (
        {
            "README.md": "## Install\n\n```\npip install -r deps/requirements-gpu.txt\n```\n",
            "deps/requirements-gpu.txt": "jax>=0.4.30\n",
            **PYTHON,
        },
        (),
        {DOCKERFILE: r"-r deps/requirements-gpu\.txt"},
    ),
    "a README that runs a script": (
        {
            "README.md": "## Install\n\n```\n. ./setup.sh --basic\n```\n",
            "setup.sh": "--basic) BASIC=true ;;\n"
            'if [ "$BASIC" = true ]; then\n  apt install ffmpeg\n  pip install einops==0.8.0\n'
            "  if nvidia-smi; then\n    pip install kaolin\n  fi\nfi\n",
        },
        (),
        {
            DOCKERFILE: r"(?s)ffmpeg.*einops==0\.8\.0",
            "said": r"setup\.sh:6: installed only if a test in setup\.sh holds",
        },
    ),
    "a path without a leading dot": (
        {"requirements.txt": "numpy\nthird/knn\n", "third/knn/setup.py": SETUP},
        (),
        {DOCKERFILE: r"third\\/knn", POST_CREATE: r"\./third/knn"},
    ),
    "submodules": (
        {
            "requirements.txt": "numpy\n",
            ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = https://example.org/x\n',
        },
        (),
        {POST_CREATE: "git submodule update --init --recursive", "said": "submodule x is empty"},
    ),
    "an old TensorFlow that wants CUDA from the image": (
        {"requirements.txt": "tensorflow==2.11.*\n"},
        T4,
        {DOCKERFILE: r"nvidia/cuda:11\.|tensorflow/tensorflow:2\.11"},
    ),
    "a pin that another build breaks": (
        {"requirements.txt": "torch==2.4.1\nnumpy\n"},
        (*NEW_CARD, "--framework", "torch>=2.9"),
        {"said": r"requirements\.txt:1: torch==2\.4\.1 is left out"},
    ),
    "packages that only imports name": (
        {"train.py": "import sklearn\n"},
        (),
        {DOCKERFILE: "scikit-learn", "said": "guess from the project's imports"},
    ),
}


@pytest.mark.parametrize(("files", "flags", "wanted"), KINDS.values(), ids=KINDS)
def test_every_kind_gets_what_it_needs(scaffold, tmp_path, files, flags, wanted):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    done = scaffold("init", "--yes", *flags, tmp_path)
    assert done.code == 0, done.err
    for place, pattern in wanted.items():
        text = done.out if place == "said" else (tmp_path / place).read_text()
        assert re.search(pattern, text), (place, text)


def test_a_lock_for_a_newer_cuda_than_the_driver_is_a_conflict(scaffold, tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "0"\ndependencies = ["torch"]\n'
    )
    (tmp_path / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "torch"\nversion = "2.11.0"\n'
        'source = { registry = "https://pypi.org/simple" }\n'
        'dependencies = [{ name = "nvidia-cudnn-cu13" }]\n'
        '[[package]]\nname = "nvidia-cudnn-cu13"\nversion = "9.1"\n'
        'source = { registry = "https://pypi.org/simple" }\n'
        '[[package]]\nname = "x"\nversion = "0"\nsource = { virtual = "." }\n'
        'dependencies = [{ name = "torch" }]\n'
    )
    done = scaffold("init", "--yes", *T4, tmp_path)
    assert done.code == 1
    assert re.search("CUDA 13|cu13", done.out + done.err)


@pytest.mark.parametrize(
    ("edit", "user", "named"),
    [
        ('"remoteUser": "dev"', "root", True),
        ('"remoteUser": "root"', "root", False),
        ('"remoteUser": "${localEnv:USER}"', "root", False),
        ('"remoteUser": 1', "root", False),
        ('"remoteUser": "dev" !', "root", False),
        ('"remoteUser": "dev"', "dev", False),
    ],
    ids=["old user", "new user", "variable", "no name", "broken", "same user"],
)
def test_kept_configuration_with_a_user_that_is_no_longer_made(
    scaffold, tmp_path, edit, user, named
):
    (tmp_path / "requirements.txt").write_text("six\n")
    assert scaffold("init", "--yes", "--gpu", "none", tmp_path).code == 0
    config = tmp_path / ".devcontainer" / "devcontainer.json"
    text = config.read_text()
    assert '"remoteUser": "dev"' in text
    config.write_text(text.replace('"remoteUser": "dev"', edit) + "\n// mine\n")
    done = scaffold("init", "--yes", "--user", user, tmp_path)
    said = 'is yours and kept with "remoteUser": "dev"' in done.out + done.err
    assert (done.code, said) == (0, named), done.out + done.err
    assert config.read_text().endswith("// mine\n")
