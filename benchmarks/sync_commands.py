"""The two commands that the benchmarks of sync compare, and their time as whole processes."""

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.lab.support.client import NAME, Client
from tests.lab.support.host_view import REAL


def seconds(argv: list[str], env: dict[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - started
    assert done.returncode == 0, done.stderr[-2000:]
    return spent


def command(client: Client, root: Path, place: str) -> list[str]:
    settings = {"workspaceMount": f"type=bind,source={place},target=/w", "workspaceFolder": "/w"}
    (root / ".devcontainer.json").write_text(json.dumps(settings))
    program = Path(sys.executable).with_name("scaffold")
    argv = [str(program), "sync", str(root), "--host", NAME]
    return [*argv, "--ssh-config", str(client.config)]


def rsync(client: Client, root: Path, place: str) -> list[str]:
    """`rsync -a`, which finds its other half also where PATH has none."""
    path = f"--rsync-path={REAL}/bin/rsync"
    return ["rsync", "-a", path, "-e", f"ssh -F {client.config}", f"{root}/", f"{NAME}:{place}/"]
