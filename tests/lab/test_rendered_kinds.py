"""Each kind of project that `scaffold init` writes for builds, starts and imports what it needs.

Real packages from the registry on stand-ins of the base images, with the real CLI.
"""

import json
from pathlib import Path

import pytest

from tests.lab.support.engine import is_required
from tests.lab.support.images import REDIS_IMAGE, provide
from tests.lab.support.registry import feature_registry
from tests.lab.support.rows import with_long
from tests.lab.test_rendered import Case, written

SETUP = 'from setuptools import setup\nsetup(name="demo", version="1", py_modules=["demo"])\n'
PATH = {"lib/setup.py": SETUP, "lib/demo.py": "answer = 42\n"}
DEEPER = {
    f"libs/demo/{name}": text for name, text in (("setup.py", SETUP), ("demo.py", "answer = 42"))
}
WORKSPACE = """
[project]
name = "root"
version = "0"
requires-python = ">=3.11,<3.12"
dependencies = ["six", "demo"]
[tool.uv.workspace]
members = ["packages/*"]
[tool.uv.sources]
demo = { workspace = true }
"""
MEMBER = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "demo"
version = "1"
requires-python = ">=3.11"
[tool.setuptools]
py-modules = ["demo"]
"""
POETRY = """
[tool.poetry]
name = "root"
version = "0"
description = ""
authors = []
package-mode = false
[tool.poetry.dependencies]
python = ">=3.11,<3.12"
six = "*"
demo = { path = "lib", develop = true }
# Poetry knows no mirror of the package index but this.
[[tool.poetry.source]]
name = "lab"
url = "@index@"
priority = "primary"
"""
PIPFILE = """
[packages]
six = "*"
demo = {path = "lib", editable = true}
[requires]
python_version = "3.11"
"""
PDM = """
[project]
name = "root"
version = "0"
requires-python = ">=3.11,<3.12"
dependencies = ["six", "demo @ file:///${PROJECT_ROOT}/lib"]
[tool.pdm]
distribution = false
"""
PDM_LOCK = """
[metadata]
groups = ["default"]
strategy = ["inherit_metadata"]
lock_version = "4.5.1"
[[metadata.targets]]
requires_python = ">=3.11,<3.12"
[[package]]
name = "demo"
version = "1"
path = "./lib"
groups = ["default"]
[[package]]
name = "six"
version = "1.17.0"
groups = ["default"]
"""
IMPORTS_JAX = """
from setuptools import setup
import jax
setup(name="demo", version="1", py_modules=["demo"], description=jax.__version__)
"""


FLAGS = ("--target", "cpu", "--python", "3.11")


def kind(files: dict[str, str], program: str, flags: tuple[str, ...] = FLAGS) -> Case:
    """A case whose packages all come from the lab's indexes."""
    return Case(files, flags, program, ("pip", "pytorch", "apt"))


KINDS = {
    "opencv with libGL, and ffmpeg of a README": kind(
        {
            "requirements.txt": "opencv-python==4.10.*\n",
            "main.py": "",
            "README.md": "# X\n## Install\n```\nsudo apt install ffmpeg\n```\n",
        },
        program="import cv2, subprocess; subprocess.check_call(['ffmpeg', '-version'])",
    ),
    "a path of the repository": kind(
        {"requirements.txt": "six\nlibs/demo\n", **DEEPER, "main.py": ""},
        program="import six, demo; print(demo.answer)",
    ),
    "a uv workspace": kind(
        {
            "pyproject.toml": WORKSPACE,
            "packages/demo/pyproject.toml": MEMBER,
            "packages/demo/demo.py": "answer = 42\n",
        },
        program="import six, demo; print(demo.answer)",
    ),
    "Poetry with a path dependency": kind(
        {"pyproject.toml": POETRY, **PATH}, program="import six, demo; print(demo.answer)"
    ),
    "Pipenv with a path": kind(
        {"Pipfile": PIPFILE, **PATH}, program="import six, demo; print(demo.answer)"
    ),
    "PDM with a lock and a path": kind(
        {"pyproject.toml": PDM, "pdm.lock": PDM_LOCK, **PATH},
        program="import six, demo; print(demo.answer)",
    ),
    "a setup.py that imports the framework": kind(
        {
            "requirements.txt": "jax==0.10.*\n",
            "setup.py": IMPORTS_JAX,
            "demo.py": "import jax\n",
        },
        program="import jax, demo",
    ),
    "pip as the installer": kind(
        {"requirements.txt": "six\n-e .\n", "setup.py": SETUP, "demo.py": ""},
        flags=("--target", "cpu", "--python", "3.11", "--installer", "pip"),
        program="import six, demo",
    ),
    "packages that only README names": kind(
        {
            "train.py": "import six\n",
            "README.md": "# X\n## Install\n```\npip install six tqdm\n```\n",
        },
        program="import six, tqdm",
    ),
    "one folder of several": kind(
        {f"{name}/requirements.txt": "six\n" for name in ("alpha", "beta")}
        | {"alpha/a.py": "import six\n", "beta/b.py": "import six\n"},
        flags=("--target", "cpu", "--python", "3.11", "--project-dir", "beta"),
        program="import six",
    ),
}


LOCKS = {"a uv workspace": ("uv", "lock", "--quiet")}
"""How the user of a manager wrote the lock file."""


EACH_TIME = KINDS.keys() - {
    "Pipenv with a path",
    "PDM with a lock and a path",
    "one folder of several",
    "opencv with libGL, and ffmpeg of a README",
    "Poetry with a path dependency",
    "a path of the repository",
}


@pytest.mark.parametrize("name", with_long([(name, name) for name in KINDS], EACH_TIME))
def test_every_kind_builds_and_imports_what_it_needs(up, engine, index, tmp_path, name):
    case = KINDS[name]
    workspace = written(tmp_path, index, case, lock=LOCKS.get(name, ()))
    container = up(engine, workspace)
    container.run("python", "-c", case.program)


def test_second_configuration_starts_beside_the_users(up, engine, index, tmp_path):
    theirs = json.dumps({"image": "lab/debian"})
    files = {"requirements.txt": "six\n", ".devcontainer/devcontainer.json": theirs}
    workspace = written(tmp_path, index, kind(files, program=""), config="gpu")
    config = workspace / ".devcontainer" / "gpu" / "devcontainer.json"
    container = up(engine, workspace, "--config", str(config))
    container.run("python", "-c", "import six")
    assert (workspace / ".devcontainer" / "devcontainer.json").read_text() == theirs


FEATURE = {"id": "own", "version": "1.0.0", "options": {"word": {"type": "string", "default": "a"}}}


def test_local_feature_is_installed_with_its_option(up, engine, index, tmp_path):
    own = ".devcontainer/own"
    files = {
        "requirements.txt": "six\n",
        f"{own}/devcontainer-feature.json": json.dumps(FEATURE),
        f"{own}/install.sh": 'echo "$WORD" >/usr/local/share/own\n',
    }
    flags = ("--target", "cpu", "--python", "3.11", "--feature", "./own,word=hello")
    workspace = written(tmp_path, index, kind(files, flags=flags, program=""))
    container = up(engine, workspace)
    assert container.run("cat", "/usr/local/share/own").strip() == "hello"


@pytest.mark.long
def test_feature_of_a_registry_is_installed_with_its_option(up, engine, index, tmp_path):
    files = {
        "devcontainer-feature.json": json.dumps({**FEATURE, "name": "Own"}),
        "install.sh": 'echo "$WORD" >/usr/local/share/own\n',
    }
    with feature_registry("lab/features/own", "1", files) as reference:
        flags = ("--target", "cpu", "--python", "3.11", "--feature", f"{reference},word=hello")
        project = kind({"requirements.txt": "six\n"}, flags=flags, program="")
        container = up(engine, written(tmp_path, index, project))
    assert container.run("cat", "/usr/local/share/own").strip() == "hello"


COMPOSE = "/usr/bin/docker-compose"
PING = """
import os, socket, urllib.parse as p
place = p.urlparse(os.environ["REDIS_URL"])
server = socket.create_connection((place.hostname, place.port), 5)
server.sendall(b"PING\\r\\n")
print(server.recv(64))
"""


@pytest.fixture
def compose(engine):
    """The option of the CLI for Compose, whose projects of this test go afterwards."""
    if not Path(COMPOSE).exists():
        missing = f"{COMPOSE} is not installed"
        pytest.fail(missing) if is_required() else pytest.skip(missing)
    provide(engine, REDIS_IMAGE)
    yield ("--docker-compose-path", COMPOSE)
    label = "label=com.docker.compose.project"
    for kind, remove in (("ps --all", "rm --force --volumes"), ("network ls", "network rm")):
        ids = engine.docker(*kind.split(), "--quiet", "--filter", label).stdout.split()
        if ids:
            engine.docker(*remove.split(), *ids)


def test_compose_starts_the_container_beside_its_service(up, engine, index, compose, tmp_path):
    flags = ("--gpu", "required", "--python", "3.11", "--service", "redis", "--shm", "1g")
    case = kind({"requirements.txt": "six\n"}, flags=flags, program="")
    container = up(engine, written(tmp_path, index, case), *compose)
    assert "PONG" in container.run("python", "-c", PING)
    assert len(container.gpu_requests) == 1
    assert container.inspect()["HostConfig"]["ShmSize"] == 1 << 30
    container.run("touch", "made")
