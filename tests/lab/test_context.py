"""What a build uploads to its engine: the lists that the Dockerfile names, and no data.

Counted on the wire, as of a Docker context. The Dockerfile keeps its COPY lines only, since what
the other lines install is downloaded by the engine.
"""

import re
from pathlib import Path

import pytest

from tests.lab.support.devcontainer import devcontainer
from tests.lab.support.engine import Engine
from tests.lab.support.images import PYTHON_IMAGE
from tests.lab.support.relay import relaying
from tests.lab.support.rows import with_long
from tests.lab.test_rendered import CONDA, scaffold
from tests.lab.test_rendered_kinds import COMPOSE, PDM, PDM_LOCK, PIPFILE, POETRY

MIB = 1 << 20
LOCAL = "[project]\nname = 'demo'\nversion = '1'\ndependencies = ['six', 'own @ file:./own']\n"
NESTED = {
    "requirements.txt": "-r requirements/base.txt\n-c requirements/constraints.txt\nsix\n",
    "requirements/base.txt": "-r ../deep/more/lists.txt\ntqdm\n",
    "requirements/constraints.txt": "tqdm<5\n",
    "deep/more/lists.txt": "idna\n",
}
KINDS = {
    "lists that name others": (NESTED, ()),
    "lists that an own .dockerignore leaves in": ({**NESTED, ".dockerignore": "*.md\n"}, ()),
    "lists for a container with a service": (NESTED, ("--service", "redis")),
    "lists for a local Feature": (NESTED, ("--feature", "./own")),
    "a pyproject.toml with a local path": ({"pyproject.toml": LOCAL, "own/setup.py": ""}, ()),
    "a uv project": ({"pyproject.toml": LOCAL}, ("--package-manager", "uv")),
    "Poetry": ({"pyproject.toml": POETRY, "lib/setup.py": ""}, ()),
    "Pipenv": ({"Pipfile": PIPFILE, "lib/setup.py": ""}, ()),
    "PDM": ({"pyproject.toml": PDM, "pdm.lock": PDM_LOCK, "lib/setup.py": ""}, ()),
    "conda": ({"environment.yml": CONDA, "setup.py": ""}, ()),
    "a project in a folder": ({"app/requirements.txt": "six\n"}, ("--project-dir", "app")),
}
OWN_FEATURE = {
    ".devcontainer/own/devcontainer-feature.json": '{"id": "own", "version": "1.0.0"}',
    ".devcontainer/own/install.sh": "true\n",
}
EACH_TIME = {"lists that name others", "lists for a container with a service"}


@pytest.fixture
def remote(engine: Engine):
    """The engine behind a wire whose bytes are counted."""
    with relaying(f"{engine.folder}/docker.sock") as relay:
        yield relay, {"DOCKER_HOST": f"tcp://127.0.0.1:{relay.port}"}


def with_data(project: Path, files: dict[str, str]) -> Path:
    """A project of these files, and as much data as nobody wants to upload."""
    for name, text in {**files, **OWN_FEATURE}.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    for name in ("measured.h5", "images/all.tar", "app/weights.bin", "requirements/big.txt.gz"):
        (project / name).parent.mkdir(exist_ok=True)
        with (project / name).open("wb") as file:
            file.truncate(200 * MIB)
    return project


def only_copies(dockerfile: Path) -> None:
    """Keep of a Dockerfile what asks for files of the context."""
    lines = dockerfile.read_text().splitlines()
    kept = [line for line in lines if re.match(r"COPY (?!--from)", line)]
    dockerfile.write_text("\n".join([f"FROM {PYTHON_IMAGE}", "WORKDIR /lists", *kept, ""]))


@pytest.mark.parametrize("case", with_long(KINDS.items(), EACH_TIME))
def test_build_uploads_only_what_the_dockerfile_names(engine, remote, tmp_path, case):
    files, flags = case
    project = with_data(tmp_path / "project", files)
    done = scaffold("init", "--yes", "--target", "cpu", *flags, cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    only_copies(project / ".devcontainer" / "Dockerfile")
    relay, env = remote
    words = ("--workspace-folder", str(project), "--image-name", "lab/context", "--no-cache")
    built = devcontainer(engine, "build", *words, "--docker-compose-path", COMPOSE, **env)
    assert built.returncode == 0, built.stdout + built.stderr[-5000:]
    assert relay.passed["up"] < MIB
