"""Servers and wires at their worst: each ends with a clear word, in time, and leaves nothing."""

import json
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scaffold.errors import TargetError
from scaffold.parsing.host import read_host
from tests.adapters.sshd import answering
from tests.lab.client import NAME, Client
from tests.lab.host_view import Changes, Program
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_system import sshd
from tests.lab.hosts.row import HANGING, SMI
from tests.lab.relay import Cut, Direction, relaying
from tests.lab.sshd import Keys, LabHost, running_host

CHECK = (sys.executable, "-m", "scaffold", "host", "check", NAME)
CUTS = 50
"""Positions in each direction, evenly over the whole exchange."""
BOUND_S = 15
"""What issue and documentation promise for a host on which a command hangs for ever."""


def check(client: Client, *options: str) -> "subprocess.CompletedProcess[str]":
    """`scaffold host check gpu01`, in a process of its own and in bounded time."""
    return subprocess.run(
        [*CHECK, "--ssh-config", str(client.config), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=BOUND_S,
        stdin=subprocess.DEVNULL,
    )


def test_nvidia_smi_that_hangs_for_ever_is_said_in_time(keys: Keys, client: Client):
    with running_host(HEALTHY | {SMI: HANGING}, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        done = check(client, "--json")
        ids = [finding["id"] for finding in json.loads(done.stdout)["findings"]]
        assert (done.returncode, ids) == (1, ["driver.hangs"])
        deadline = time.monotonic() + 5
        while host.processes() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert host.processes() == []


def end_of_probe(client: Client) -> str:
    """How a probe ended: the error's message, or whether it is whole."""
    try:
        facts = read_host(client.probe())
    except TargetError as error:
        assert error.hint
        return error.message
    return "whole" if facts.probe.complete else "cut"


@pytest.mark.parametrize("direction", ["up", "down"])
def test_connection_may_be_cut_at_any_byte(direction: Direction, keys: Keys, client: Client):
    ends = []
    with running_host(HEALTHY, keys) as host:
        with relaying(host.port) as relay:
            client.reaches(relay.port)
            client.trusts(relay.port)
            assert end_of_probe(client) == "whole"
            total = relay.passed[direction]
        for number in range(CUTS):
            with relaying(host.port, cut=Cut(direction, total * number // CUTS)) as relay:
                client.config.write_text("")
                client.reaches(relay.port)
                client.trusts(relay.port)
                ends.append(end_of_probe(client))
    assert len(set(ends)) > 2
    assert "whole" not in ends[: CUTS // 2]


@pytest.mark.parametrize("share", [0.1, 0.6], ids=["at the key exchange", "in the probe"])
def test_connection_that_falls_silent_is_given_up(share: float, keys: Keys, client: Client):
    with running_host(HEALTHY, keys) as host:
        with relaying(host.port) as relay:
            client.reaches(relay.port)
            client.trusts(relay.port)
            assert end_of_probe(client) == "whole"
        cut = Cut("down", int(relay.passed["down"] * share), stalls=True)
        with relaying(host.port, cut=cut) as relay:
            client.config.write_text("")
            client.reaches(relay.port)
            client.trusts(relay.port)
            assert check(client).returncode == 1


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "does not answer as an SSH"),
        (b"\x16\x03\x01" + bytes(range(256)) * 40, "does not answer as an SSH|broke"),
        (b"SSH-2.0-odd\r\n" + bytes(range(256)) * 40, "broke"),
        (b"SSH-1.5-ancient\r\n", "broke|SSH"),
        (b"", "does not answer as an SSH|broke"),
    ],
    ids=["a web server", "another protocol", "nonsense after the banner", "SSH 1", "nothing"],
)
def test_server_that_speaks_nonsense_is_said_to(said: bytes, message: str, client: Client):
    def accept(sock: socket.socket) -> None:
        with sock:
            sock.sendall(said)

    with answering(accept) as port:
        client.reaches(port)
        with pytest.raises(TargetError, match=message):
            client.probe()
        done = check(client)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_server_that_is_full_is_said_to_be(keys: Keys, client: Client):
    with (
        running_host(HEALTHY | sshd("MaxStartups 1:100:1"), keys) as host,
        socket.create_connection(("127.0.0.1", host.port)) as first,
    ):
        assert first.recv(64).startswith(b"SSH-2.0-")
        client.reaches(host.port)
        client.trusts(host.port)
        with pytest.raises(TargetError) as raised:
            client.probe()
    assert "MaxStartups" in (raised.value.hint or "")


Snapshot = dict[str, tuple[int, int, int, int, bytes]]


def snapshot(host: LabHost) -> Snapshot:
    """Every file of the host: mode, owner, size, time of change and content."""
    found: Snapshot = {}
    for folder, folders, files in os.walk(host.root):
        folders[:] = [name for name in folders if name not in {".real", ".proc"}]
        for name in (*folders, *files):
            path = Path(folder) / name
            seen = path.lstat()
            content = path.read_bytes() if stat.S_ISREG(seen.st_mode) else b""
            values = (seen.st_mode, seen.st_uid, seen.st_size, seen.st_mtime_ns, content)
            found[str(path.relative_to(host.root))] = values
    return found


HANGS: Changes = {SMI: HANGING, "/usr/bin/docker": Program("exec sleep 1000")}


@pytest.mark.parametrize("changes", [{}, HANGS], ids=["healthy", "hanging"])
def test_nothing_is_written(changes: Changes, keys: Keys, client: Client):
    with running_host(HEALTHY | changes, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        files = {path: path.read_bytes() for path in client.folder.iterdir()}
        before = snapshot(host)
        check(client)
        assert snapshot(host) == before
        assert len(before) > 100
    assert {path: path.read_bytes() for path in client.folder.iterdir()} == files
