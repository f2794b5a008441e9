"""What an upload says on a real server: sizes, what stays, secrets, and where it was cut off."""

import json
import os
import signal
import time
from collections.abc import Iterator

import pytest

from tests.lab.support.relay import Cut, relaying
from tests.lab.support.syncing import VIEW, Desk, desk_on, write
from tests.lab.test_sync_command import run
from tests.lab.test_sync_faults import command


@pytest.fixture
def desk(tmp_path, keys, monkeypatch) -> Iterator[Desk]:
    mount = {"workspaceMount": "type=bind,source=/home/ada/proj,target=/w", "workspaceFolder": "/w"}
    with desk_on(VIEW, tmp_path, keys, monkeypatch) as found:
        write(found.root, {".devcontainer.json": json.dumps(mount), "train.py": "1"})
        yield found


def test_a_dry_run_says_sizes_and_what_stays(desk: Desk):
    write(desk.root, {".gitignore": "data/\n", "data/set": b"x" * 12_000_000})
    write(desk.root, {"few": b"x" * 2_000, "large": b"x" * 30_000, ".env": "TOKEN=1"})
    (desk.root / "link").symlink_to("nowhere")
    done = run(desk, "sync", "--dry-run")
    said = done.stdout + done.stderr
    assert said.index("30 kB  large") < said.index("2 kB  few"), said
    assert "12 MB" in said and "data" in said
    assert "link is a link to nowhere, which is not uploaded" in said
    assert ".env looks like a secret" in said
    assert not desk.there.exists()
    # Nobody answers: the secret stays here, and the rest goes.
    sent = run(desk, "sync")
    assert sent.returncode == 1 and "--include-secrets" in sent.stdout + sent.stderr
    assert (desk.there / "large").exists() and not (desk.there / ".env").exists()
    assert run(desk, "sync", "--include-secrets").returncode == 0
    assert (desk.there / ".env").read_text() == "TOKEN=1"


ENDS = {
    "a cut connection": (False, 1, "the connection to gpu01 was lost"),
    "Ctrl+C": (True, 130, "every file there is complete"),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_upload_that_ends_early_says_what_stays_and_how_to_go_on(desk: Desk, end):
    interrupted, code, told = end
    desk.push()
    write(desk.root, {"noise": os.urandom(3_000_000)})
    config = desk.client.config.read_text()
    with relaying(desk.host.port, cut=Cut("up", 1_000_000, stalls=interrupted)) as relay:
        desk.client.config.write_text(config.replace(str(desk.host.port), str(relay.port)))
        desk.client.trusts(relay.port)
        with command(desk, "sync") as program:
            deadline = time.monotonic() + 300
            while interrupted and relay.passed["up"] < 1_000_000:
                assert program.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
            program.send_signal(signal.SIGINT) if interrupted else None
            said = program.communicate(timeout=300)[0]
    assert program.returncode == code, said
    assert told in said, said
    assert not (desk.there / "noise").exists()
    desk.client.config.write_text(config)
    with command(desk, "sync") as program:
        assert program.wait(300) == 0
    assert (desk.there / "noise").read_bytes() == (desk.root / "noise").read_bytes()
