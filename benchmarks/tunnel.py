"""What `scaffold tunnel` costs beside `ssh -L`, at round trips of 0 and 50 ms.

Both lead into the same container on one of the lab's hosts, behind a relay that delays. `ssh -L`
gets what it needs and users seldom have: a service that listens on the container's own address.
Measured are 200 MB in one connection, a new connection until its first byte comes back, and one
byte there and back on a connection that is open.

Run from the repository's root: `python -m benchmarks.tunnel [FILE.json]`; needs what the lab
needs (root on Debian or Ubuntu, docker.io, openssh-server).
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.machine import machine
from tests.lab.hosts.mendable import BASE
from tests.lab.hosts.pieces_system import sshd
from tests.lab.hosts.row import SOCKET
from tests.lab.support import service
from tests.lab.support.client import Client
from tests.lab.support.engine import WITH_GPU, Engine, running_engine, why_not
from tests.lab.support.host_view import Socket
from tests.lab.support.images import PYTHON_IMAGE, provide
from tests.lab.support.relay import relaying
from tests.lab.support.sshd import Keys, free_port, running_host, why_no_hosts
from tests.lab.support.tunnelling import start_service, tunnelling, until

NAME = "bench-tunnel"
SIZE = 200_000_000
CONNECTIONS, PINGS = 9, 50
DELAYS_MS = (0, 50)


def bulk(port: int) -> float:
    """Seconds for SIZE bytes."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        started, got = time.perf_counter(), 0
        sock.sendall(b"%d\n" % SIZE)
        while piece := sock.recv(1 << 20):
            got += len(piece)
    assert got == SIZE
    return time.perf_counter() - started


def opened(port: int) -> float:
    """Seconds from nothing to the first byte."""
    started = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"-")
        assert sock.recv(1) == b"-"
        return time.perf_counter() - started


def round_trip(port: int) -> float:
    """Seconds for a byte there and back on an open connection."""
    with socket.create_connection(("127.0.0.1", port)) as sock:
        times = []
        for _ in range(PINGS):
            started = time.perf_counter()
            sock.sendall(b"-")
            assert sock.recv(1) == b"-"
            times.append(time.perf_counter() - started)
    return statistics.median(times)


@contextmanager
def plain(config: Path, address: str) -> Iterator[dict[int, int]]:
    """`ssh -L` to the container's address; ports here by ports there."""
    ports = {port: free_port("127.0.0.1") for port in (service.SOURCE, service.ECHO)}
    argv = ["ssh", "-F", str(config), "-N", "-o", "BatchMode=yes"]
    argv += [f"-L127.0.0.1:{here}:{address}:{port}" for port, here in ports.items()]
    process = subprocess.Popen([*argv, "gpu01"])
    try:
        until(lambda: answers(ports[service.ECHO]))
        yield ports
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


MEASURES: dict[str, tuple[int, int, Callable[[int], float]]] = {
    "200 MB": (service.SOURCE, 3, bulk),
    "new connection": (service.ECHO, CONNECTIONS, opened),
    "round trip": (service.ECHO, 3, round_trip),
}


def compare(engine: Engine, folder: Path) -> list[dict[str, object]]:
    start_service(engine, NAME, host="0.0.0.0")
    address = engine.inspect(NAME)["NetworkSettings"]["IPAddress"]
    (engine.folder / "docker.sock").chmod(0o666)
    keys = Keys(folder)
    view = {**BASE, **sshd(), SOCKET: Socket(str(engine.folder / "docker.sock"))}
    env = {key: text for key, text in os.environ.items() if not key.startswith("DOCKER_")}
    rows: list[dict[str, object]] = []
    with running_host(view, keys) as host:
        for delay in DELAYS_MS:
            with relaying(host.port, delay / 2000) as relay:
                client = Client(Path(tempfile.mkdtemp(dir=folder)), keys)
                client.reaches(relay.port)
                client.trusts(relay.port)
                words = (f"--container={NAME}", service.SOURCE, service.ECHO)
                with (
                    tunnelling(folder, *words, env=env, config=client.config) as tunnel,
                    plain(client.config, address) as ports,
                ):
                    for name, (port, runs, measure) in MEASURES.items():
                        times: dict[str, list[float]] = {"tunnel": [], "ssh": []}
                        for _ in range(runs):
                            times["tunnel"].append(measure(tunnel.local(port)))
                            times["ssh"].append(measure(ports[port]))
                        medians = {key: statistics.median(all_) for key, all_ in times.items()}
                        rows.append({"delay_ms": delay, "what": name, **medians})
    engine.docker("rm", "--force", NAME)
    return rows


def main() -> None:
    if reason := why_not() or why_no_hosts():
        sys.exit(f"the lab cannot start here: {reason}")
    print(machine())
    with tempfile.TemporaryDirectory() as name, running_engine(WITH_GPU) as engine:
        provide(engine, PYTHON_IMAGE)
        rows = compare(engine, Path(name))
    print(f"{'round trip':<12}{'what':<18}{'tunnel':>10}{'ssh -L':>10}{'ratio':>7}")
    for row in rows:
        ours, ssh = float(str(row["tunnel"])) * 1000, float(str(row["ssh"])) * 1000
        times = f"{ours:>7.1f} ms{ssh:>7.1f} ms{ours / ssh:>7.2f}"
        print(f"{row['delay_ms']:>6} ms   {row['what']:<18}{times}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
