"""Servers and wires at their worst: each ends with a clear message and leaves nothing."""

import json
import os
import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.ssh import connection, paramiko_transport
from scaffold.errors import TargetError
from scaffold.parsing.host import read_host
from tests.adapters.ssh.sshd import answering
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_system import sshd
from tests.lab.hosts.row import HANGING, SMI
from tests.lab.support.client import NAME, Client
from tests.lab.support.host_view import Changes, DeadMount, Program
from tests.lab.support.relay import Cut, Direction, relaying
from tests.lab.support.sshd import Keys, LabHost, running_host

CUTS = 50
"""Positions in each direction, evenly over the whole exchange."""
STALLS = 16
"""The same; all at once, since each takes its time to be given up."""


def test_nvidia_smi_that_hangs_for_ever_is_reported(keys: Keys, client: Client):
    in_kernel = {"/mnt": DeadMount(), SMI: Program("exec cat /mnt/gpu")}
    with (
        running_host(HEALTHY | {SMI: HANGING}, keys) as first,
        running_host(HEALTHY | in_kernel, keys) as second,
    ):
        for host, name in ((first, "gpu01"), (second, "gpu02")):
            client.reaches(host.port, name=name)
            client.trusts(host.port)
        done = client.check("gpu01", "gpu02", "--json")
        hosts = json.loads(done.stdout)["hosts"]
        ids = [[finding["id"] for finding in host["findings"]] for host in hosts]
        assert (done.returncode, ids) == (1, [["driver.hangs"], ["driver.hangs"]])
        assert first.left_behind() == []


def end_of_probe(client: Client, look: ProbeOptions | None = None) -> str:
    """How a probe ended: the error's message, or whether it is whole."""
    try:
        facts = read_host(client.probe(look=look))
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


def end_of_stall(host: LabHost, cut: Cut, client: Client) -> str:
    """How a probe ended whose wire fell silent."""
    with relaying(host.port, cut=cut) as relay:
        client.reaches(relay.port)
        client.trusts(relay.port)
        return end_of_probe(client, ProbeOptions(seconds=1))


@pytest.mark.parametrize("direction", ["up", "down"])
def test_connection_may_fall_silent_at_any_byte(
    direction: Direction, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for module in (connection, paramiko_transport):
        monkeypatch.setattr(module, "CONNECT_S", 3)
    clients = []
    for number in range(STALLS + 1):
        (tmp_path / str(number)).mkdir()
        clients.append(Client(tmp_path / str(number), keys))
    with running_host(HEALTHY | sshd("MaxStartups 100"), keys) as host:
        with relaying(host.port) as relay:
            clients[-1].reaches(relay.port)
            clients[-1].trusts(relay.port)
            assert end_of_probe(clients[-1]) == "whole"
        places = range(0, relay.passed[direction], relay.passed[direction] // STALLS)
        cuts = [Cut(direction, place, stalls=True) for place in places[:STALLS]]
        with ThreadPoolExecutor(STALLS) as pool:
            ends = list(pool.map(end_of_stall, [host] * STALLS, cuts, clients[:-1]))
    assert len(set(ends)) > 2
    assert "whole" not in ends[: STALLS // 2]


def test_silence_is_given_up_by_the_command(keys: Keys, client: Client):
    with (
        running_host(HEALTHY, keys) as host,
        relaying(host.port, cut=Cut("down", 2000, stalls=True)) as relay,
    ):
        client.reaches(relay.port)
        client.trusts(relay.port)
        done = client.check(NAME)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", "its answer: HTTP/1.1 400 Bad Request"),
        (b"\x1b[2J\x1b]0;owned\x07\n", r"its answer: \\x1b\[2J"),
        (b"\x16\x03\x01" + bytes(range(256)) * 40, "does not answer as an SSH|broke"),
        (b"SSH-2.0-odd\r\n" + bytes(range(256)) * 40, "broke"),
        (b"SSH-1.5-ancient\r\n", "broke|SSH"),
        (b"", "does not answer as an SSH|broke"),
    ],
    ids=[
        *("a web server", "a terminal's codes", "another protocol", "nonsense after the banner"),
        *("SSH 1", "nothing"),
    ],
)
def test_server_that_speaks_nonsense_is_said_to(said: bytes, message: str, client: Client):
    def accept(sock: socket.socket) -> None:
        with sock:
            sock.sendall(said)

    with answering(accept) as port:
        client.reaches(port)
        with pytest.raises(TargetError, match=message):
            client.probe()
        done = client.check(NAME)
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
        with pytest.raises(TargetError, match="its answer: Exceeded MaxStartups"):
            client.probe()


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
        client.check(NAME)
        assert snapshot(host) == before
        assert len(before) > 100
    assert {path: path.read_bytes() for path in client.folder.iterdir()} == files
