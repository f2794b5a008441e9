"""The real Dev Containers CLI against the lab's engine."""

import json
import subprocess
from pathlib import Path

from tests.lab.engine import CACHE, DOCKER, Engine

CLI_VERSION = "0.89.0"


def cli() -> Path:
    """Install the CLI once and return its program."""
    prefix = CACHE / "npm"
    program = prefix / "node_modules" / ".bin" / "devcontainer"
    if not program.exists():
        package = f"@devcontainers/cli@{CLI_VERSION}"
        subprocess.run(
            ["npm", "install", "--silent", "--prefix", str(prefix), package],
            check=True,
            capture_output=True,
        )
    return program


class DevContainer:
    """A dev container that `devcontainer up` started from a workspace."""

    def __init__(self, engine: Engine, workspace: Path, result: dict) -> None:
        self.engine = engine
        self.workspace = workspace
        self.id = result["containerId"]
        self.user = result["remoteUser"]
        self.folder = result["remoteWorkspaceFolder"]

    def run(self, *argv: str) -> str:
        """Run a program in the container as its user and return its output."""
        options = ("--user", self.user, "--workdir", self.folder)
        return self.engine.docker("exec", *options, self.id, *argv).stdout

    def inspect(self) -> dict:
        """What the engine says of the container."""
        return json.loads(self.engine.docker("inspect", self.id).stdout)[0]

    def remove(self) -> None:
        """Stop and remove the container."""
        self.engine.docker("rm", "--force", self.id)


def up(engine: Engine, workspace: Path) -> tuple[DevContainer, str]:
    """Build and start the workspace's dev container; return it with the CLI's log."""
    done = subprocess.run(
        [
            *(str(cli()), "up", "--workspace-folder", str(workspace)),
            *("--docker-path", DOCKER, "--remove-existing-container"),
        ],
        env=engine.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-6000:]}"
    return DevContainer(engine, workspace, json.loads(done.stdout.splitlines()[-1])), done.stderr
