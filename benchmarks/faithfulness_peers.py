"""The programs that are compared: how each is had, asked and believed.

The peers come from their package indexes into a folder of the lab; the product needs none.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.container.plan import RecreatePlan, make_plan
from scaffold.commands.container.recreate import make
from scaffold.container.recreate.options import RecreateOptions
from scaffold.container.render.compose import compose_yaml
from scaffold.container.render.docker_run import docker_run
from tests.lab.support.engine import CACHE, Engine
from tests.lab.support.newer import program

FOLDER = CACHE / "peers"
RUNLIKE, AUTOCOMPOSE, REKCOD = "1.5.4", "1.3.0", "3.0.0"
COMPOSE = "/usr/libexec/docker/cli-plugins/docker-compose"
"""In the newer Debian of the lab, since this one has no second version of compose."""


@dataclass(frozen=True)
class Peer:
    """One program; `make` makes the container `new` as the program says of `old`."""

    name: str
    version: str
    way: str
    make: Callable[[Engine, DockerEngine, str, str], None]


def peers() -> list[Peer]:
    """Ours in its three ways, and the others, installed where they are not yet."""
    bin_ = _installed()
    runlike, autocompose = str(bin_ / "runlike"), str(bin_ / "autocompose")
    rekcod = str(FOLDER / "node_modules/.bin/rekcod")
    return [
        Peer("scaffold container recreate", "", "Engine API", _recreate),
        Peer("scaffold … --dry-run", "", "docker run", _ours_typed),
        Peer("scaffold … --dry-run", "", "compose", _ours_composed),
        Peer("runlike", RUNLIKE, "docker run", _typed_by(runlike)),
        Peer("rekcod", REKCOD, "docker run", _typed_by(rekcod)),
        Peer("docker-autocompose", AUTOCOMPOSE, "compose", _composed_by(autocompose)),
    ]


def _installed() -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    bin_ = FOLDER / "venv/bin"
    if not (bin_ / "runlike").exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER / "venv")], check=True)
        wanted = [f"runlike=={RUNLIKE}", f"docker-autocompose=={AUTOCOMPOSE}"]
        subprocess.run([str(bin_ / "pip"), "install", "--quiet", *wanted], check=True)
    if not (FOLDER / "node_modules/.bin/rekcod").exists():
        npm = ["npm", "install", "--silent", "--prefix", str(FOLDER), f"rekcod@{REKCOD}"]
        subprocess.run(npm, check=True, stdout=subprocess.DEVNULL)
    return bin_


def _plan(opened: DockerEngine, old: str) -> RecreatePlan:
    return make_plan(opened, old, RecreateOptions())


def _recreate(engine: Engine, opened: DockerEngine, old: str, new: str) -> None:
    make(opened, new, _plan(opened, old).request)


def _ours_typed(engine: Engine, opened: DockerEngine, old: str, new: str) -> None:
    type_command(engine, docker_run(replace(_plan(opened, old).typed, name=new)))


def _ours_composed(engine: Engine, opened: DockerEngine, old: str, new: str) -> None:
    compose(engine, compose_yaml(_plan(opened, old).typed), old, new)


def _typed_by(command: str) -> Callable[[Engine, DockerEngine, str, str], None]:
    def made(engine: Engine, opened: DockerEngine, old: str, new: str) -> None:
        said = _said(engine, command, old)
        renamed = said.replace(f"--name={old}", f"--name={new}")
        type_command(engine, renamed.replace(f"--name {old}", f"--name {new}"))

    return made


def _composed_by(command: str) -> Callable[[Engine, DockerEngine, str, str], None]:
    def made(engine: Engine, opened: DockerEngine, old: str, new: str) -> None:
        compose(engine, _said(engine, command, old), old, new)

    return made


def _said(engine: Engine, command: str, old: str) -> str:
    done = subprocess.run(
        [command, old], env=engine.env, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def type_command(engine: Engine, text: str) -> None:
    """Type a `docker run` into a shell, as one that only creates."""
    script = text.strip().replace("docker run", "docker create", 1)
    for detach in ("--detach=true ", "--detach \\\n", "-d "):
        script = script.replace(detach, "", 1)
    subprocess.run(
        ["sh", "-ec", script], env=engine.env, capture_output=True, text=True, check=True
    )


def compose(engine: Engine, text: str, old: str, new: str) -> None:
    """Let compose create the container of a file, under the other name."""
    document = yaml.safe_load(text)
    document.pop("version", None)
    for service in document["services"].values():
        service["container_name"] = new
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "compose.yaml"
        file.write_text(yaml.safe_dump(document))
        words = ["--project-name", "compared", "--file", str(file), "create"]
        command = [*program("trixie", COMPOSE), *words]
        subprocess.run(
            command, env=engine.env, capture_output=True, text=True, check=True, timeout=60
        )


def compose_version() -> str:
    """The version of compose that reads the files."""
    command = [*program("trixie", COMPOSE), "version", "--short"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def node_version() -> str:
    """The version of node, which runs rekcod."""
    command = [shutil.which("node") or "node", "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
