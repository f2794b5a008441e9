"""`scaffold tunnel` into a real container, on this machine and on a host with a real sshd."""

import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.lab import service
from tests.lab.host_view import Socket
from tests.lab.hosts.mendable import BASE
from tests.lab.hosts.pieces_system import sshd
from tests.lab.hosts.row import SOCKET
from tests.lab.laptop import SCAFFOLD
from tests.lab.recreating import remove
from tests.lab.relay import relaying
from tests.lab.sshd import running_host
from tests.lab.tunnelling import (
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
    start_service(engine, NAME)
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
def laptop_env(engine):
    return {key: text for key, text in engine.env.items() if not key.startswith("DOCKER_")}


@pytest.fixture
def near(engine, container, tmp_path):
    """Start a tunnel to the container on this machine."""

    def start(*words: object):
        named = words or (f"--container={container}", *PORTS)
        return tunnelling(tmp_path, *named, env=engine.env)

    return start


def inside(engine) -> list[str]:
    """The programs in the container beside its own."""
    top = engine.docker("top", NAME, "-eo", "pid,args").stdout.splitlines()[1:]
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
