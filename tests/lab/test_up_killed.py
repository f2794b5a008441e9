"""`up` and `up --rebuild` that are killed or cut off at any moment: the next run goes on.

Nothing is lost: neither what was uploaded nor the container that runs, and the next `up` leaves one
container that runs, with all of its commands done.
"""

import json
import logging
import os
import random
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab.support.ends import ENDS, end
from tests.lab.support.engine import Engine
from tests.lab.support.laptop import SCAFFOLD
from tests.lab.support.people import Person
from tests.lab.support.relay import Relay, relaying
from tests.lab.support.rows import with_long
from tests.lab.support.tunnelling import until
from tests.lab.test_three_people import project, us

__all__ = ["us"]

MOMENTS = int(os.environ.get("LAB_KILLS", "50"))
"""How often each command is killed or cut off, each way."""

CREATED = "sleep 0.5; echo whole >/opt/created"
TOLD = {
    "cut": "the connection to gpu01 was lost",
    "interrupted": "stays on gpu01, and so does a container that was created",
}
"""How an `up` that ends early says what is left."""


@dataclass
class Wire:
    """Ada, whose connection to the host can be cut."""

    ada: Person
    relay: Relay
    engine: Engine
    edits: int = 0

    def begin(self, *words: str) -> "subprocess.Popen[bytes]":
        """Change a file and begin an `up`."""
        self.edits += 1
        (self.ada.project / "notes.txt").write_text(str(self.edits))
        argv = self.ada.laptop.argv(*SCAFFOLD, "up", "--trust", *words)
        with self.said.open("w") as errors:
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": errors}
            return subprocess.Popen(argv, env=self.ada.laptop.env, **quiet)

    @property
    def said(self) -> Path:
        """What the last `up` that was begun wrote to standard error."""
        return self.ada.laptop.own / "said"

    def up(self, *words: str) -> str:
        """An `up` that nobody disturbs; the id of the container."""
        done = self.ada.laptop.scaffold("up", "--json", "--trust", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return str(json.loads(done.stdout)["container"]["id"])

    def inside(self, container: str, script: str) -> str:
        return self.engine.docker("exec", container, "sh", "-c", script).stdout

    def running(self) -> list[str]:
        label = "--filter=label=io.gpu-scaffold.owner=ada"
        return self.engine.docker("ps", "--quiet", "--no-trunc", label).stdout.split()


@pytest.fixture
def wire(us: dict[str, Person], engine: Engine) -> Iterator[Wire]:
    ada = us["ada"]
    config, known = (ada.laptop.own / ".ssh" / name for name in ("config", "known_hosts"))
    found = re.search(r"Port (\d+)", config.read_text())
    assert found
    with relaying(int(found[1])) as relay:
        for path in (config, known):
            path.write_text(path.read_text().replace(found[1], str(relay.port)))
        yield Wire(ada, relay, engine)


WAYS = ("remote-ssh", "context")
COMMANDS = {"up": (), "rebuild": ("--rebuild", "--yes")}


@pytest.mark.long
@pytest.mark.parametrize("files", WAYS)
@pytest.mark.parametrize("words", COMMANDS.values(), ids=[*COMMANDS])
def test_the_next_up_goes_on_and_nothing_is_lost(wire: Wire, files: str, words: tuple[str, ...]):
    chance = random.Random(f"{files} {words}")  # noqa: S311
    project(wire.ada, files, postCreateCommand=["sh", "-c", CREATED])
    wire.up()
    started = time.monotonic()
    wire.up(*words)
    busy_s = time.monotonic() - started
    codes: Counter[tuple[str, int]] = Counter()
    for number in range(MOMENTS):
        ending = list(ENDS)[number % len(ENDS)]
        before = wire.running()
        wire.inside(before[0], "echo work >/opt/work")
        # Half of them without a container, as the first `up` of a project.
        fresh = not words and number // len(ENDS) % 2 == 0
        if fresh:
            wire.engine.docker("rm", "--force", *before)
        program = wire.begin(*words)
        time.sleep(busy_s * chance.uniform(0.1, 1.2))
        codes[ending, end(program, wire.relay, ending)] += 1
        now = wire.up()
        assert wire.running() == [now], number
        assert wire.inside(now, "cat /opt/created") == "whole\n", number
        assert (wire.ada.remote / "proj/notes.txt").read_text() == str(wire.edits), number
        if not fresh:
            kept = wire.inside(now, "cat /opt/work 2>/dev/null || true")
            assert kept == ("work\n" if now in before else ""), number
            assert words or now in before, number
    # Of many moments, not all come too late.
    logging.getLogger(__name__).info("%s, %s: %s", files, words, dict(codes))
    assert MOMENTS < 10 or {code for _, code in codes} - {0}


@pytest.mark.parametrize("ending", with_long([(one, one) for one in ENDS], {"killed"}))
def test_commands_that_were_cut_off_run_again(wire: Wire, ending: str):
    slow = "echo >/opt/begun; [ -e /opt/again ] || { touch /opt/again; sleep 100; }; " + CREATED
    project(wire.ada, "context", postCreateCommand=["sh", "-c", slow])
    program = wire.begin()
    until(lambda: any(has(wire, one, "/opt/again") for one in wire.running()))
    assert end(program, wire.relay, ending)
    assert TOLD.get(ending, "") in " ".join(wire.said.read_text().split())
    (begun,) = wire.running()
    assert not has(wire, begun, "/opt/created")
    assert wire.up() == begun
    assert wire.inside(begun, "cat /opt/created") == "whole\n"


def has(wire: Wire, container: str, path: str) -> bool:
    """Whether a file is in a container."""
    return wire.engine.docker("exec", container, "test", "-e", path, check=False).returncode == 0
