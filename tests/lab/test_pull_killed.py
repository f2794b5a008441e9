"""Downloads that are killed or cut off: each file is old or new, and the next one goes on."""

import logging
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.support.ends import ENDS, end
from tests.lab.support.engine import LONG
from tests.lab.support.relay import Relay, relaying
from tests.lab.support.rows import with_long
from tests.lab.support.sshd import Keys
from tests.lab.support.syncing import VIEW, Desk, desk_on, tree, write
from tests.lab.test_sync_faults import command

MOMENTS = int(os.environ.get("LAB_KILLS") or (16 if LONG else 2))
"""How often each way to end a download is tried."""
FILES, SIZE = 30, 100_000


@pytest.fixture
def wire(tmp_path: Path, keys: Keys, monkeypatch) -> Iterator[tuple[Desk, Relay]]:
    with desk_on(VIEW, tmp_path, keys, monkeypatch) as desk, relaying(desk.host.port) as relay:
        config = desk.client.config
        config.write_text(config.read_text().replace(str(desk.host.port), str(relay.port)))
        desk.client.trusts(relay.port)
        yield desk, relay


def content(letter: str) -> bytes:
    """Of its own size: files of one size that change within a second count as equal."""
    return (letter * (SIZE + ord(letter))).encode()


def results(letter: str) -> dict[str, str | bytes]:
    return {f"runs/{n % 3}/{n}": content(letter) for n in range(FILES)}


@pytest.mark.parametrize("ending", with_long([(one, one) for one in ENDS], {"killed", "cut"}))
def test_each_file_is_old_or_new_and_the_next_pull_goes_on(wire: tuple[Desk, Relay], ending: str):
    desk, relay = wire
    moments = random.Random(ending)  # noqa: S311
    write(desk.root, {"mine": "1", ".gitignore": "runs/\n"})
    desk.push()
    write(desk.there, results("a"))
    started = time.monotonic()
    with command(desk, "pull", "runs") as program:
        assert program.wait(300) == 0
    busy_s = time.monotonic() - started
    old, codes = "a", Counter[int]()
    for number in range(MOMENTS):
        new = chr(ord("b") + number % 20)
        write(desk.there, results(new))
        write(desk.root, {"mine": str(number)})
        with command(desk, "pull", "runs") as program:
            time.sleep(busy_s * moments.uniform(0.2, 1.1))
            codes[end(program, relay, ending)] += 1
        whole = [content(letter) for letter in (old, new)]
        for name in results(old):
            assert (desk.root / name).read_bytes() in whole, f"{number}: {name}"
        with command(desk, "pull", "runs") as program:
            said = program.communicate(timeout=300)[0]
        assert program.returncode == 0, said
        found = {path: text for path, text in tree(desk.root).items() if path.startswith("runs/")}
        assert {text[1] for text in found.values() if isinstance(text, tuple)} == {whole[1]}
        assert len([one for one in found.values() if isinstance(one, tuple)]) == FILES
        assert (desk.root / "mine").read_text() == str(number)
        old = new
    logging.getLogger(__name__).info("pull, %s: %s", ending, dict(codes))
    assert MOMENTS < 10 or codes.keys() - {0}
