"""`scaffold tunnel` into a real container, on this machine and on a host with a real sshd."""

import contextlib
import re
import signal
import socket
import struct
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from scaffold.adapters.docker.engine import engine_at
from scaffold.adapters.tunnel.relay import Inside, Relay
from tests.lab.hosts.mendable import BASE
from tests.lab.hosts.pieces_system import sshd
from tests.lab.hosts.row import SOCKET
from tests.lab.support import service
from tests.lab.support.container_options import IMAGE
from tests.lab.support.engine import LONG
from tests.lab.support.host_view import Socket
from tests.lab.support.laptop import SCAFFOLD
from tests.lab.support.recreating import remove
from tests.lab.support.relay import Cut, relaying
from tests.lab.support.sshd import running_host
from tests.lab.support.tunnelling import (
    digest,
    echoed,
    fetched,
    processes,
    received,
    start_service,
    tunnelling,
    until,
)

NAME = "tunnelled"
PORTS = (service.DIGEST, service.SOURCE, service.ECHO, service.LISTENER)
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def container(engine):
    """A container with services on its own 127.0.0.1."""
    (engine.folder / "docker.sock").chmod(0o666)
    # Docker takes ::1 away where a network has no IPv6.
    start_service(engine, NAME, "--sysctl=net.ipv6.conf.all.disable_ipv6=0")
    yield NAME
    remove(engine, NAME)


@pytest.fixture
def host(engine, keys):
    """A host whose engine this is."""
    with running_host(view(engine), keys) as started:
        yield started


def view(engine, **changes) -> dict:
    engine_socket = Socket(str(engine.folder / "docker.sock"))
    return {**BASE, **sshd("MaxStartups 100"), SOCKET: engine_socket, **changes}


@pytest.fixture
def wire(client, host):
    """The wire between the laptop and the host; the client's ssh config leads over it."""
    with relaying(host.port) as started:
        client.reaches(started.port)
        client.trusts(started.port)
        yield started


@pytest.fixture
def far(engine, container, client, wire, tmp_path, laptop_env):
    """Start a tunnel to the container over the host."""

    def start(*words: object):
        named = words or (f"--container={container}", *PORTS)
        return tunnelling(tmp_path, *named, env=laptop_env, config=client.config)

    return start


@pytest.fixture
def near(engine, container, tmp_path):
    """Start a tunnel to the container on this machine."""

    def start(*words: object):
        named = words or (f"--container={container}", *PORTS)
        return tunnelling(tmp_path, *named, env=engine.env)

    return start


def inside(engine) -> list[str]:
    """The programs in the container beside its own."""
    top = engine.docker("top", NAME, "-ww", "-eo", "pid,args").stdout.splitlines()[1:]
    return [line for line in top if "asyncio" not in line and "docker-init" not in line]


def carries_everything(tunnel) -> None:
    data = bytes(range(256)) * (50 * MEGABYTE // 256)
    assert echoed(tunnel, b"hello") == b"hello"
    assert fetched(tunnel, len(data)) == data
    assert digest(tunnel, data)


def test_fifty_megabytes_come_whole_both_ways_on_this_machine(near):
    with near() as tunnel:
        carries_everything(tunnel)


def test_fifty_megabytes_come_whole_both_ways_from_a_far_host(far):
    with far() as tunnel:
        carries_everything(tunnel)


def test_either_side_can_end_its_direction_and_go_on_with_the_other(far):
    with far() as tunnel:
        with tunnel.connect(service.LISTENER) as sock:
            assert received(sock) == b"done"
            sock.sendall(b"x" * 1000)
        until(lambda: fetched(tunnel, 0) == b"1000")


def test_twenty_five_connections_at_once_over_one_ssh_session(engine, far, host):
    def one(number: int) -> bool:
        text = bytes([number]) * 200_000
        with tunnel.connect(service.ECHO) as sock:
            sock.sendall(text[:1000])
            assert sock.recv(1) == text[:1]
            meeting.wait(300)
            sock.sendall(text[1000:])
            sock.shutdown(socket.SHUT_WR)
            return text[:1] + received(sock) == text

    meeting = threading.Barrier(25)
    with far() as tunnel, ThreadPoolExecutor(25) as pool:
        assert all(pool.map(one, range(25)))
        until(lambda: not inside(engine), lambda: str(inside(engine)))
    assert host.log.read_text().count("Accepted publickey") == 1


def test_slow_reader_holds_the_sender_back_and_nobody_else(engine, far):
    with far() as tunnel, tunnel.connect(service.SOURCE) as sock:
        sock.sendall(b"%d\n" % (500 * MEGABYTE))
        assert sock.recv(1)
        assert echoed(tunnel, b"meanwhile") == b"meanwhile"
        used = resource_mib(tunnel.process.pid)
        assert used < 200
    with far() as tunnel:
        assert fetched(tunnel, 10) == bytes(range(10))
    until(lambda: not inside(engine), lambda: str(inside(engine)))


def resource_mib(pid: int) -> int:
    """Memory in use, VmRSS of proc_pid_status(5)."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) // 1024


SIGNALS = (signal.SIGINT, signal.SIGKILL, *((signal.SIGTERM, signal.SIGHUP) if LONG else ()))


@pytest.mark.parametrize("number", SIGNALS)
def test_no_process_stays_here_there_or_in_the_container(engine, far, host, client, number):
    with far() as tunnel, tunnel.connect(service.ECHO) as sock:
        sock.sendall(b"-")
        assert sock.recv(1) == b"-"
        until(lambda: len(inside(engine)) == 1, lambda: str(inside(engine)))
        assert len(processes(str(client.config))) == 2, processes(str(client.config))
        code = tunnel.end(number)
        assert code == (-9 if number == signal.SIGKILL else 0), tunnel.said
        with contextlib.suppress(ConnectionResetError):
            assert sock.recv(1) == b""
    until(lambda: not processes(str(client.config)))
    assert host.left_behind() == []
    until(lambda: not inside(engine), lambda: str(inside(engine)))


def test_reset_by_the_service_or_by_the_client_ends_the_other(engine, near):
    with near() as tunnel:
        sock = tunnel.connect(service.ECHO)
        sock.sendall(b"-")
        assert sock.recv(1) == b"-"
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        until(lambda: not inside(engine), lambda: str(inside(engine)))


def test_nothing_that_listens_inside_is_said_once_and_mended_by_itself(engine, near):
    with near(f"--container={NAME}", "7999") as tunnel:
        for _ in range(3):
            with tunnel.connect(7999) as sock, contextlib.suppress(ConnectionResetError):
                assert sock.recv(1) == b""
        assert tunnel.said.count("nothing listens on port 7999 in tunnelled") == 1
        serve = "import socket; s = socket.create_server(('::1', 7999), family=socket.AF_INET6)"
        engine.docker(
            *("exec", "--detach", NAME, "python", "-c", f"{serve}; s.accept()[0].send(b'now')")
        )
        until(lambda: b"now" in tries(tunnel, 7999))


def tries(tunnel, port: int) -> bytes:
    with tunnel.connect(port) as sock:
        return received(sock)


def test_ports_that_are_taken_here_give_way_to_the_next(near):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with near(f"--container={NAME}", f"{taken}:{service.ECHO}") as tunnel:
            assert tunnel.local(service.ECHO) > taken
            assert tunnel.document["ports"][0]["wanted"] == taken
            assert echoed(tunnel, b"-") == b"-"
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        taken = other.getsockname()[1]
        with near(f"--container={NAME}", f"{taken}:{service.ECHO}") as tunnel:
            assert tunnel.local(service.ECHO) != taken


def test_only_loopback_is_listened_on(near):
    with near(f"--container={NAME}", str(service.ECHO)) as tunnel:
        listening = subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True, check=True)
        ours = [
            line for line in listening.stdout.splitlines() if f"pid={tunnel.process.pid}," in line
        ]
        assert len(ours) in {1, 2}, listening
        assert all("127.0.0.1:" in line or "[::1]:" in line for line in ours)


def test_cut_connection_is_made_again_and_new_ones_wait_for_it(far, wire):
    with far() as tunnel:
        with tunnel.connect(service.ECHO) as sock:
            sock.sendall(b"-")
            assert sock.recv(1) == b"-"
            wire.end()
            with contextlib.suppress(ConnectionResetError):
                assert sock.recv(1) == b""
        tunnel.hear("the connection to gpu01 was lost")
        assert echoed(tunnel, b"again") == b"again"
        assert "connected to gpu01 again" in tunnel.said


def test_login_that_is_refused_afterwards_is_not_tried_again(far, wire, host):
    with far() as tunnel:
        (host.root / "etc/ssh/authorized_keys").write_text("")
        wire.end()
        tunnel.hear("Permission denied")
        assert tunnel.process.wait(300) == 1
        assert tunnel.said.count("connecting to gpu01 again") == 1


def test_sshd_that_forwards_no_sockets_is_gone_round(
    engine, keys, client, tmp_path, laptop_env, container
):
    forbidden = view(engine, **sshd("MaxStartups 100", "AllowStreamLocalForwarding no"))
    with running_host(forbidden, keys) as host:
        client.reaches(host.port)
        client.trusts(host.port)
        words = (f"--container={container}", *PORTS)
        with tunnelling(tmp_path, *words, env=laptop_env, config=client.config) as tunnel:
            tunnel.hear("does not forward sockets")
            assert echoed(tunnel, b"hello") == b"hello"
            assert digest(tunnel, b"a" * MEGABYTE)
        assert host.left_behind() == []


def test_container_that_is_stopped_and_made_again_is_found_again(engine, tmp_path):
    start_service(engine, f"{NAME}-2")
    try:
        with tunnelling(tmp_path, f"--container={NAME}-2", *PORTS, env=engine.env) as tunnel:
            assert echoed(tunnel, b"1") == b"1"
            engine.docker("stop", "--time=1", f"{NAME}-2")
            with contextlib.suppress(ConnectionResetError):
                assert echoed(tunnel, b"-") == b""
            tunnel.hear(f"{NAME}-2 is not running")
            engine.docker("rm", f"{NAME}-2")
            start_service(engine, f"{NAME}-2")
            assert echoed(tunnel, b"2") == b"2"
    finally:
        remove(engine, f"{NAME}-2")


def test_container_without_python_is_served_by_bash_and_one_without_both_says_so(engine, tmp_path):
    start_service(engine, f"{NAME}-3")
    hide = "mv /usr/bin/python3 /usr/bin/python3.11 /root; rm -f /usr/local/bin/python*"
    engine.docker("exec", f"{NAME}-3", "sh", "-c", hide)
    try:
        with tunnelling(tmp_path, f"--container={NAME}-3", *PORTS, 7999, env=engine.env) as tunnel:
            data = bytes(range(256)) * 40_000
            assert fetched(tunnel, len(data)) == data
            with tunnel.connect(service.ECHO) as sock:
                sock.sendall(data)
                assert b"".join(exactly(sock, len(data))) == data
            with tunnel.connect(7999) as sock, contextlib.suppress(ConnectionResetError):
                assert sock.recv(1) == b""
            tunnel.hear("nothing listens on port 7999")
            until(lambda: "bash" not in engine.docker("top", f"{NAME}-3").stdout)
            engine.docker("exec", f"{NAME}-3", "sh", "-c", "mv /bin/bash /root/bash")
            with tunnel.connect(service.ECHO) as sock, contextlib.suppress(ConnectionResetError):
                assert sock.recv(1) == b""
            tunnel.hear("install python3 or bash in it")
    finally:
        remove(engine, f"{NAME}-3")


def exactly(sock: socket.socket, size: int):
    sock.settimeout(300)
    while size:
        piece = sock.recv(min(size, 65536))
        assert piece
        size -= len(piece)
        yield piece


def labelled(engine, workspace: Path, name: str, *argv: str) -> None:
    """A dev container of a workspace, by the label that the tools write."""
    label = f"--label=devcontainer.local_folder={workspace}"
    engine.docker("run", "--detach", "--init", f"--name={name}", label, IMAGE, *argv)


def test_ports_of_the_project_are_the_default_and_a_later_jupyter_is_shown(engine, tmp_path):
    (tmp_path / ".devcontainer.json").write_text('{"forwardPorts": [7001, "db:5432"]} // both')
    text = Path(service.__file__).read_text()
    labelled(engine, tmp_path, f"{NAME}-4", "python", "-c", text)
    words = ["tunnel", "--path", str(tmp_path)]
    argv = [*SCAFFOLD[1:], *words]
    child = pexpect.spawn(SCAFFOLD[0], argv, env=engine.env, encoding="utf-8", timeout=300)
    try:
        child.expect("ready")
        shown = child.before
        assert all(f"→ {port}" in shown for port in ("7001", "db:5432", "7003", "7004")), shown
        folder = "/root/.local/share/jupyter/runtime"
        server = '{"port": 7003, "token": "s3cret", "base_url": "/"}'
        write = f"mkdir -p {folder} && echo '{server}' >{folder}/jpserver-1.json"
        engine.docker("exec", f"{NAME}-4", "sh", "-c", write)
        local = int(re.search(r"127\.0\.0\.1:(\d+) → 7003", shown)[1])
        with socket.create_connection(("127.0.0.1", local), 300) as sock:
            sock.sendall(b"-")
            assert sock.recv(1) == b"-"
        child.expect(rf"http://127.0.0.1:{local}/\?token=s3cret → Jupyter, 7003")
        child.sendintr()
        child.expect(pexpect.EOF)
    finally:
        child.close()
        remove(engine, f"{NAME}-4")
    assert child.exitstatus == 0


def test_container_with_nothing_to_forward_and_no_container_are_told(engine, tmp_path):
    def refused(*words: str) -> str:
        argv = [*SCAFFOLD, "tunnel", "--path", str(tmp_path), *words]
        done = subprocess.run(argv, env=engine.env, capture_output=True, text=True, check=False)
        assert done.returncode == 2, done
        return done.stderr

    assert "does not exist yet" in refused()
    assert "not a port" in refused("x")
    labelled(engine, tmp_path, f"{NAME}-5", "sleep", "100")
    try:
        assert "no port to forward" in refused()
    finally:
        remove(engine, f"{NAME}-5")


def test_connection_that_gets_keepalives_goes_on(engine, container):
    with (
        closing(engine_at(base_url=engine.socket)) as client,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as here,
        server.accept()[0] as there,
    ):
        relay = Relay(client, Inside(container, container, ""), ("127.0.0.1",), service.ECHO)
        carrying = threading.Thread(target=relay.join, args=(there,))
        carrying.start()
        for number in range(3):
            relay.send_keepalive()
            here.sendall(b"%d" % number)
            assert here.recv(1) == b"%d" % number
        here.shutdown(socket.SHUT_WR)
        assert here.recv(1) == b""
        carrying.join(300)
        relay.close()


@pytest.mark.long
def test_peer_that_is_dead_is_noticed_within_half_a_minute(
    engine, container, client, host, tmp_path, laptop_env
):
    with relaying(host.port) as wire:
        client.reaches(wire.port)
        client.trusts(wire.port)
        words = (f"--container={container}", *PORTS)
        with tunnelling(tmp_path, *words, env=laptop_env, config=client.config) as tunnel:
            wire.cut = Cut("down", wire.passed["down"] + 1, stalls=True)
            began = time.monotonic()
            until(lambda: "was lost" in tunnel.said, lambda: tunnel.said, 60)
            assert time.monotonic() - began < 32, tunnel.said
            wire.cut = None
            tunnel.hear("connected to gpu01 again")
            assert echoed(tunnel, b"again") == b"again"
