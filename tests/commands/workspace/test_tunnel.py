"""What a tunnel says and does where the machine or the engine refuses."""

import errno
import socket
import threading
from contextlib import closing

import pytest

from scaffold.adapters.docker.reconnecting import LocalEngine
from scaffold.commands.workspace import tunnel as use_case
from scaffold.commands.workspace.tunnel import Tunnel, title
from scaffold.errors import InputError, TargetError
from scaffold.workspace.forwarding import Forward
from tests.container.raw_container import inspect


class Engine:
    """An engine that starts no program."""

    def run(self, *_):
        raise TargetError("no")

    def open(self, *_):
        raise TargetError("it cannot", hint="mend it")


@pytest.fixture
def said():
    return []


@pytest.fixture
def tunnel(said):
    way = LocalEngine(Engine())
    with closing(Tunnel(way, lambda _: inspect(), said.append, lambda _: None)) as made:
        yield made


def test_engine_that_starts_nothing_is_told_once_with_what_mends_it(tunnel, said, monkeypatch):
    monkeypatch.setattr(LocalEngine, "keep", lambda _: None)
    (opened,) = tunnel.open([Forward(8888, 0)])
    tunnel.run()
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", opened.local), 300) as sock:
            assert sock.recv(1) == b""
    assert said == ["it cannot (mend it)"]
    assert tunnel.probe.listening is None
    assert title(tunnel.inspect, "gpu01") == "trainer on gpu01"


def test_machine_that_has_no_port_left_is_told(tunnel, monkeypatch):
    def listen(_ports):
        raise OSError(errno.EADDRINUSE, "Address in use")

    monkeypatch.setattr(use_case, "listen", listen)
    with pytest.raises(InputError, match="cannot listen on a local port for 8888: Address in use"):
        tunnel.open([Forward(8888, 8888)])


def test_connection_that_cannot_be_taken_ends_nothing(tunnel, said):
    class Full:
        def accept(self):
            raise OSError(errno.EMFILE, "Too many open files")

    tunnel._take(Full())
    assert said == ["a connection could not be accepted: Too many open files"]


def test_send_keepalives_go_to_every_relay(tunnel, monkeypatch):
    class Relay:
        def __init__(self):
            self.got = threading.Event()
            self.send_keepalive = self.cut = self.got.set

    monkeypatch.setattr(use_case, "ALIVE_S", 0.01)
    relay = Relay()
    tunnel._relays.add(relay)
    thread = threading.Thread(target=tunnel._send_keepalives)
    thread.start()
    assert relay.got.wait(300)
    tunnel._ending.set()
    thread.join()
