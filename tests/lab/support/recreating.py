"""`scaffold container` as a process of its own, against the lab's engine."""

import json
import subprocess
import sys
from typing import Any

from tests.json_documents import require_published
from tests.lab.support.engine import Engine


def scaffold(engine: Engine, *words: str) -> subprocess.Popen[str]:
    """Start `scaffold container …`."""
    return subprocess.Popen(
        [sys.executable, "-m", "scaffold", "container", *words],
        env=engine.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(engine: Engine, *words: str) -> tuple[int, str, str]:
    """Run `scaffold container …`; exit code, output and errors."""
    process = scaffold(engine, *words)
    out, err = process.communicate(timeout=300)
    require_published(["container", *words], out)
    return process.returncode, out, err


def recreated(engine: Engine, *words: str) -> dict[str, Any]:
    """Recreate a container that can be; what came of it."""
    code, out, err = finished(engine, "recreate", *words, "--yes", "--json")
    assert code == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def names(engine: Engine, begin: str) -> list[str]:
    """The names of containers that begin so."""
    listed = engine.docker("ps", "--all", "--format", "{{.Names}}").stdout.split()
    return sorted(name for name in listed if name.startswith(begin))


def remove(engine: Engine, begin: str) -> None:
    """Remove containers whose names begin so, and the images of recreated ones."""
    ours = names(engine, begin)
    if ours:
        engine.docker("rm", "--force", "--volumes", *ours)
    images = ("images", "--quiet", "--filter", "reference=scaffold-recreated/*")
    found = engine.docker(*images).stdout.split()
    if found:
        engine.docker("rmi", "--force", *found, check=False)
