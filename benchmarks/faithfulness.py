"""How faithfully programs that reconstruct containers do so, on every way to use an option.

Each container of the lab's table is created; each program tells how it would make it again, by
a command or a compose file; that is carried out, and the two inspects are compared, as the
tests compare those of `recreate`. Run from the repository's root; it writes
docs/faithfulness.md: `python -m benchmarks.faithfulness`. Needs what the lab needs.
"""

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from benchmarks.faithfulness_page import PAGE, page
from benchmarks.faithfulness_peers import Peer, peers
from scaffold.adapters.docker.engine import DockerEngine, docker_engine
from scaffold.container.engine_json import rows, table
from scaffold.container.recreate.differences import differences
from tests.lab.support.container_options import IMAGE, IMAGE_OPTIONS, OPTIONS, REFUSED_HERE
from tests.lab.support.container_world import world
from tests.lab.support.engine import Engine, Flavour, running_engine, why_not
from tests.lab.support.images import provide

FLAVOUR = Flavour("compared", gpu=True, number=5)
OLD, NEW = "lab-old", "lab-new"

ANYHOW = ("Config.Attach", "Config.StdinOnce", "Config.Volumes")
"""Not counted: how the CLI waits, and unnamed volumes that are asked for by name."""

ID_DIGITS = 64

COMPOSE_LABELS = "com.docker.compose."


@dataclass
class Score:
    """What one program made of all rows: `lost` is the row to what differs, or what it said."""

    peer: Peer
    always: frozenset[str] = frozenset()
    lost: dict[str, list[str]] = field(default_factory=dict)
    kept: int = 0


def as_compared(inspect: dict[str, Any]) -> dict[str, Any]:
    """Without what compose adds by itself, variables in one order, and mounts as they came out.

    Compose asks for volumes in another way than the docker command; `Mounts` shows what came of
    it, with sources, modes and propagation.
    """
    config = dict(inspect["Config"])
    labels = table(config, "Labels")
    config["Env"] = sorted(rows(config, "Env"))
    config["Labels"] = {k: v for k, v in labels.items() if not k.startswith(COMPOSE_LABELS)}
    networks = {
        name: {**end, "Aliases": [one for one in rows(end, "Aliases") if one not in {OLD, NEW}]}
        for name, end in table(inspect, "NetworkSettings", "Networks").items()
    }
    host = dict(inspect["HostConfig"])
    host["Binds"] = None
    if host.get("NetworkMode") == "default" or len(str(host.get("NetworkMode"))) == ID_DIGITS:
        # Compose says the first network by its id.
        host["NetworkMode"] = next(iter(networks), "bridge")
    host["Mounts"] = [one for one in rows(host, "Mounts") if one["Type"] == "tmpfs"]
    return {
        **inspect,
        "Config": config,
        "HostConfig": host,
        "NetworkSettings": {"Networks": networks},
    }


def made_by(engine: Engine, opened: DockerEngine, peer: Peer) -> list[str]:
    """The paths that differ once the program's answer is carried out; what was said if it fails."""
    old = opened.inspect(OLD) or {}
    try:
        peer.make(engine, opened, OLD, NEW)
    except (subprocess.SubprocessError, AssertionError, OSError) as error:
        said = str(getattr(error, "stderr", "") or error).strip().splitlines()
        return [f"refused: {said[-1] if said else 'no word'}"]
    new = opened.inspect(NEW)
    if new is None:
        return ["refused: nothing was made"]
    found = differences(as_compared(old), as_compared(new))
    return [one.path for one in found if not one.path.startswith(ANYHOW)]


def every_row() -> dict[str, tuple[str, ...]]:
    """The rows of the table that the lab's engine takes, with the image that they need."""
    tried = {name: words for name, words in OPTIONS.items() if name not in REFUSED_HERE}
    return {
        **{name: (*words, IMAGE, "sleep", "100") for name, words in tried.items()},
        **{f"image: {name}": words for name, words in IMAGE_OPTIONS.items()},
    }


def compare(engine: Engine, opened: DockerEngine, scores: list[Score]) -> int:
    """Try all rows with all programs; how many rows there were."""
    todo = every_row()
    for name, words in {"": (IMAGE, "sleep", "100"), **todo}.items():
        engine.docker("create", f"--name={OLD}", *words)
        for score in scores:
            found = made_by(engine, opened, score.peer)
            engine.docker("rm", "--force", NEW, check=False)
            if not name:
                score.always = frozenset(found)
            elif lost := sorted(set(found) - score.always):
                score.lost[name] = lost
            else:
                score.kept += 1
        engine.docker("rm", "--force", "--volumes", OLD)
        print(f"\r{name:<60}", end="", file=sys.stderr)
    return len(todo)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    if reason := why_not():
        sys.exit(f"The lab cannot run here: {reason}")
    scores = [Score(peer) for peer in peers()]
    with running_engine(FLAVOUR) as engine:
        provide(engine, IMAGE)
        os.environ["DOCKER_HOST"] = engine.socket
        with world(engine), docker_engine() as opened:
            count = compare(engine, opened, scores)
    text = page(scores, count, f"{datetime.now(UTC):%Y-%m-%d}")
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
