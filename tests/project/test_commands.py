"""Install commands as READMEs, Dockerfiles and CI files write them."""

import pytest

from scaffold.project.readme.commands import read_commands
from scaffold.project.readme.prose import read_readme


def read(text):
    return list(read_commands("R", text))


def names(command):
    return tuple(f"{one.name}{one.spec}" for one in command.requirements)


PACKAGES = [
    ("pip install numpy 'scipy<2'", ("numpy", "scipy<2")),
    ("pip3 install --upgrade numpy", ("numpy",)),
    ("python3.11 -m pip install numpy", ("numpy",)),
    ("uv pip install --torch-backend auto numpy", ("numpy",)),
    ("uv add numpy", ("numpy",)),
    ("$ sudo -H pip install numpy  # the arrays", ("numpy",)),
    ("(env) $ pip install numpy && pip install -U scipy", ("numpy",)),
    ("!pip install -q numpy", ("numpy",)),
    ("%pip install numpy", ("numpy",)),
    ("CUDA_HOME=/usr/local/cuda pip install numpy", ("numpy",)),
    ("RUN --mount=type=cache,target=/root/.cache pip install numpy", ("numpy",)),
    ("pip install \\\n  numpy \\\n  scipy", ("numpy", "scipy")),
    ("pip install git+https://example.org/a/tool.git@v1#egg=tool", ("tool",)),
    ('pip install "unclosed numpy', ("numpy",)),
    ("conda install -c conda-forge numpy (only for detection or cropping)", ("numpy",)),
    ("pip install numpy scipy if you use arrays", ("numpy", "scipy")),
    ("(cd sub && pip install numpy)", ("numpy",)),
    ("uv --no-config --directory x pip install numpy", ("numpy",)),
    ("conda install -y -c conda-forge numpy=1.26 pip", ("numpy==1.26.*",)),
    ("mamba create -n x python=3.10 numpy", ("numpy",)),
]


@pytest.mark.parametrize(("line", "expected"), PACKAGES)
def test_packages_of_a_command(line, expected):
    assert names(read(line)[0])[-len(expected) :] == expected


SETTINGS = [
    (
        "FORCE_CUDA=1 TOOL_ARGS='-DGPU=on -O2' pip install .",
        ("FORCE_CUDA=1", "TOOL_ARGS=-DGPU=on -O2"),
    ),
    ("PATH=/x CUDA_HOME=/usr/local/cuda PIP_NO_CACHE_DIR=1 pip install .", ()),
    ("GIT_TOKEN=abc A_KEY=1 X_DIR=/opt/x Y_ROOT=$HOME pip install .", ()),
    ("env FORCE_CUDA=1 python setup.py install", ("FORCE_CUDA=1",)),
    ("pip install . && FORCE_CUDA=1 true", ()),
]


@pytest.mark.parametrize(("line", "expected"), SETTINGS)
def test_variables_in_front_of_a_command_that_only_its_build_reads(line, expected):
    assert read(line)[0].settings == expected


NOTHING = [
    "pip install <requirements file for your card>",
    "pip install {package}",
    "pip install --upgrade",
    "pip download numpy",
    "conda activate x",
    "conda list",
    "apt-get update",
    "poetry lock",
    "python setup.py test",
    "cd sub && ls",
    "git clone",
    "uv lock",
]


@pytest.mark.parametrize("line", NOTHING)
def test_commands_that_install_nothing(line):
    assert read(line) == []


PYTHONS = [
    ("conda create -n demo python=3.8 -y", "==3.8.*"),
    ("uv venv --python 3.11", "==3.11.*"),
    ("uv venv -p python3.10 .venv", "==3.10.*"),
    ("virtualenv --python=python3.9 venv", "==3.9.*"),
    ("python3.10 -m venv .venv", "==3.10.*"),
    ("pyenv install 3.9.18", "==3.9.*"),
]


@pytest.mark.parametrize(("line", "python"), PYTHONS)
def test_python_of_a_command(line, python):
    assert [(one.kind, one.python) for one in read(line)] == [("python", python)]


def test_lists_environments_and_the_project():
    text = (
        "pip install -r requirements/base.txt -c limits.txt\n"
        "conda env create -f envs/gpu.yml\n"
        "conda env update\n"
        "conda create -n x --file spec.txt\n"
        'pip install -e ".[train,eval]" --no-build-isolation\n'
        "python setup.py develop\n"
        "pip install ./libs/a libs/b\n"
    )
    found = read(text)
    assert [one.lists for one in found if one.lists] == [("requirements/base.txt",), ("spec.txt",)]
    assert found[0].constraints == ("limits.txt",)
    assert [one.environments for one in found[1:3]] == [("envs/gpu.yml",), ("environment.yml",)]
    project = found[4]
    assert (project.local, project.isolated) == (((".", ("train", "eval"), True),), True)
    assert found[5].local == ((".", (), True),)
    assert [target for target, _, _ in found[6].local] == ["libs/a", "libs/b"]
    assert [one.where for one in found] == [f"R:{line}" for line in range(1, 8)]


def test_managers_say_which_extras_and_groups_they_want():
    text = (
        "uv sync --extra cu128 --group eval\n"
        "uv sync --all-extras\n"
        "poetry install --extras 'a b' --with dev,docs\n"
        "pdm install -G gpu\n"
        "uv run --python 3.12 train.py\n"
    )
    found = read(text)
    assert [(one.manager, one.extras, one.groups) for one in found] == [
        ("uv", ("cu128",), ("eval",)),
        ("uv", (), ()),
        ("poetry", ("a", "b"), ("dev", "docs")),
        ("pdm", (), ("gpu",)),
        ("uv", (), ()),
    ]
    assert [one.every_extra for one in found] == [False, True, False, False, False]
    assert found[4].python == "==3.12.*"


def test_system_packages_of_apt_lines():
    text = "sudo apt update && sudo apt install -y ffmpeg libgl1:amd64 sox=14 'Bad Name'\n"
    (found,) = read(text)
    assert (found.kind, found.system) == ("apt", ("ffmpeg", "libgl1", "sox"))


FOLDERS = [
    ("cd ops && pip install .", "ops"),
    ("cd ops; python setup.py install; cd ..", "ops"),
    ("git clone https://example.org/me/tool.git\ncd tool\npip install -e .", "."),
    ("git clone --depth 1 git@example.org:me/tool.git here\ncd here/sub\npip install -e .", "sub"),
    ("git clone https://example.org/me/tool.git -b v1\ncd tool\npip install -e .", "."),
    ("git clone --branch v1 https://example.org/me/tool.git t\ncd t\npip install .", "."),
    ("git clone https://example.org/me/tool --depth 1\ncd tool/sub\npip install .", "sub"),
    ("cd /opt/x && pip install .", "."),
    ("cd $HOME\npip install .", "."),
    ("cd ../..\npip install .", "."),
    ("pushd ops\npopd\npip install .", "."),
]


@pytest.mark.parametrize(("text", "folder"), FOLDERS)
def test_folder_in_which_a_project_is_installed(text, folder):
    assert [target for one in read(text) for target, _, _ in one.local] == [folder]


def test_installation_inside_of_another_clone_is_another_project():
    text = (
        "git clone https://a.example/me\ngit clone https://a.example/apex\ncd apex\npip install .\n"
    )
    assert read(text) == []


README = """\
# Tool
<!-- pip install hidden -->
## Installation
Run `pip install inline-tool` or
```bash
pip install first
# Windows only
pip install for-windows

pip install second
```
### Optional
```
pip install extra-one
```
```python
pip install = 1
```
If you want speed:

    pip install fast

<pre>pip install in-html</pre>

Usage
-----
- `pip install at-the-start`
"""


def test_blocks_of_a_readme_with_what_introduces_them():
    found = {
        one.requirements[0].name: (one.where, one.optional, one.shown)
        for one in read_readme("README.md", README).commands
    }
    assert found == {
        "inline-tool": ("README.md:4", False, False),
        "first": ("README.md:6", False, True),
        "for-windows": ("README.md:8", True, True),
        "second": ("README.md:10", False, True),
        "extra-one": ("README.md:14", True, True),
        "fast": ("README.md:21", True, True),
        "in-html": ("README.md:23", True, True),
        "at-the-start": ("README.md:27", False, True),
    }


def test_long_and_many_lines_are_bounded():
    assert read("pip install " + "x " * 5000) == []
    assert len(read("pip install numpy\n" * 2000)) == 400
    many = "```\npip install a\n```\n" * 1000
    assert len(read_readme("README.md", many).commands) == 300
    endless = "pip install a \\\n" * 50_000
    assert len(read(endless)) < 400


def test_code_between_three_backticks_in_a_line_opens_no_block():
    text = "# Install\n```sudo apt install cmake```\n\n```\npip install numpy\n```\nThen pip it.\n"
    commands = read_readme("README.md", text).commands
    assert [(one.kind, one.where) for one in commands] == [
        ("apt", "README.md:2"),
        ("packages", "README.md:5"),
    ]


PARAGRAPHS = [
    # (the text before a block, whether the block is for some readers only)
    ("If you want the webcam, read on.\n\nThese installs suffice:\n", False),
    ("If you want the webcam:\n\n", True),
    ("If you want the webcam\n\nthen install this:\n", True),
    ("It works.\n\nIf you want the webcam, install this.\n\n", True),
]


@pytest.mark.parametrize(("before", "optional"), PARAGRAPHS)
def test_a_paragraph_before_the_last_says_nothing_of_a_block(before, optional):
    text = f"# Install\n{before}```\npip install numpy\n```\n"
    (command,) = read_readme("README.md", text).commands
    assert command.optional is optional
