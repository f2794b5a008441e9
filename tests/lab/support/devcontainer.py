"""The real Dev Containers CLI against the lab's engine."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import json5
import yaml

from tests.lab.support.engine import CACHE, DOCKER, Engine, locked
from tests.lab.support.images import provide_for

CLI_VERSION = "0.89.0"


def cli() -> Path:
    """Install the CLI once and return its program."""
    prefix = CACHE / f"devcontainers-cli-{CLI_VERSION}"
    with locked("devcontainers-cli"):
        if not (prefix / ".complete").exists():
            shutil.rmtree(prefix, ignore_errors=True)
            package = f"@devcontainers/cli@{CLI_VERSION}"
            argv = ["npm", "install", "--silent", "--no-audit", "--prefix", str(prefix), package]
            done = subprocess.run(argv, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            (prefix / ".complete").touch()
    return prefix / "node_modules" / ".bin" / "devcontainer"


def devcontainer(engine: Engine, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the CLI with the engine; standard output is JSON, standard error its log."""
    return subprocess.run(
        [str(cli()), *args, "--docker-path", DOCKER],
        env={**engine.env, **env},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=1500,
    )


@dataclass(frozen=True)
class Container:
    """A dev container that `devcontainer up` started from a workspace."""

    engine: Engine
    workspace: Path
    id: str
    user: str
    folder: str
    log: str

    def exec(self, *argv: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a program in the container as its user, in the project's folder."""
        options = ("--user", self.user, "--workdir", self.folder)
        return self.engine.docker("exec", *options, self.id, *argv, check=check)

    def run(self, *argv: str) -> str:
        """What a program in the container prints."""
        return self.exec(*argv).stdout

    def inspect(self) -> dict[str, Any]:
        """What the engine says of the container."""
        return self.engine.inspect(self.id)

    @property
    def gpu_requests(self) -> list[dict[str, Any]]:
        """The GPUs that were asked for, as Docker adds them up."""
        return self.inspect()["HostConfig"]["DeviceRequests"] or []

    def remove(self) -> None:
        """Stop and remove the container with its anonymous volumes."""
        self.engine.docker("rm", "--force", "--volumes", self.id)


def devcontainer_up(engine: Engine, workspace: Path, *args: str, **env: str) -> Container:
    """Build and start the workspace's dev container."""
    for dockerfile in (workspace / ".devcontainer").rglob("*Dockerfile*"):
        provide_for(engine, dockerfile.read_text())
    folder = ("--workspace-folder", str(workspace), "--remove-existing-container")
    done = devcontainer(engine, "up", *folder, *args, **env)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-8000:]}"
    result = json.loads(done.stdout.splitlines()[-1])
    return Container(
        engine,
        workspace,
        id=result["containerId"],
        user=result["remoteUser"],
        folder=result["remoteWorkspaceFolder"],
        log=done.stderr,
    )


def onto_lab_network(workspace: Path, config: str = "") -> None:
    """Let the build and the container reach the index on this machine's loopback.

    The one change that the lab makes to what `scaffold init` wrote.
    """
    path = workspace / ".devcontainer" / config / "devcontainer.json"
    settings = json5.loads(path.read_text())
    if "build" in settings:
        settings["build"].setdefault("options", []).append("--network=host")
        settings.setdefault("runArgs", []).append("--network=host")
        path.write_text(json.dumps(settings, indent=2))
        return
    compose = path.with_name("compose.yaml")
    services = yaml.safe_load(compose.read_text())
    services["services"][settings["service"]]["build"]["network"] = "host"
    compose.write_text(yaml.safe_dump(services))


def log_lines(log: str, pattern: str) -> list[str]:
    """The lines of a CLI log that match."""
    return [line for line in log.splitlines() if re.search(pattern, line)]
