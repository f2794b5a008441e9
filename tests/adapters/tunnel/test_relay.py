"""relay.sh by itself: who is silent for too long has gone, who gives signs of life has not."""

import socket
import subprocess
import time
from importlib.resources import files

import pytest

from scaffold.adapters.tunnel import loopback
from scaffold.adapters.tunnel.loopback import listen
from scaffold.workspace.frames import ALIVE, END, Unframer, framed


@pytest.fixture
def relay():
    """The relay as a program here, with a second of patience, and the service's end of it."""
    text = (files("scaffold.adapters.tunnel") / "relay.sh").read_text()
    text = text.replace("SILENCE_S = 90", "SILENCE_S = 1")
    pipe = subprocess.PIPE
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        subprocess.Popen(["sh", "-c", text], stdin=pipe, stdout=pipe) as program,
    ):
        program.stdin.write(f"127.0.0.1 {server.getsockname()[1]}\n".encode())
        program.stdin.flush()
        service, _ = server.accept()
        with service:
            assert program.stdout.readline() == b"framed\n"
            yield program, service
        program.kill()


def send(program, text: bytes) -> None:
    program.stdin.write(text)
    program.stdin.flush()


def test_silent_client_has_gone(relay):
    program, service = relay
    service.settimeout(300)
    assert service.recv(1) == b""
    assert program.wait(300) == 0


def test_signs_of_life_keep_it_and_reach_nobody(relay):
    program, service = relay
    until = time.monotonic() + 2
    while time.monotonic() < until:
        send(program, ALIVE)
        time.sleep(0.1)
    send(program, ALIVE + framed(b"data") + END)
    service.settimeout(300)
    assert service.recv(100) == b"data"
    assert service.recv(100) == b""
    service.sendall(b"answer")
    service.shutdown(socket.SHUT_RDWR)
    unframer = Unframer()
    answer = b"".join(unframer.feed(program.stdout.read()))
    assert (answer, unframer.ended, program.wait(300)) == (b"answer", True, 0)


def test_machine_without_ipv6_listens_on_one_address(monkeypatch):
    def create_server(address, **options):
        if options.get("family"):
            raise OSError(loopback.errno.EADDRNOTAVAIL, "no")
        return real(address, **options)

    real = socket.create_server
    monkeypatch.setattr(loopback.socket, "create_server", create_server)
    _, sockets = listen([0])
    assert len(sockets) == 1
    sockets[0].close()


def test_no_free_port_or_another_fault_is_told(monkeypatch):
    def fail(address, **_options):
        raise OSError(numbers[address[1]], "no")

    numbers = {1: loopback.errno.EADDRINUSE, 2: loopback.errno.EMFILE}
    monkeypatch.setattr(loopback.socket, "create_server", fail)
    for port, number in numbers.items():
        with pytest.raises(OSError, match="no") as found:
            listen([port])
        assert found.value.errno == number
