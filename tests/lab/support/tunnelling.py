"""`scaffold tunnel` as a process of its own, and a container to which it leads."""

import contextlib
import hashlib
import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.json_documents import faults
from tests.lab.support import service
from tests.lab.support.container_options import IMAGE
from tests.lab.support.engine import Engine
from tests.lab.support.laptop import SCAFFOLD

PATIENCE_S = 300


class Tunnel:
    """A tunnel that is ready; `document` is what it printed."""

    def __init__(self, process: "subprocess.Popen[str]", errors: Path) -> None:
        self.process, self._errors = process, errors
        lines = ""
        assert process.stdout
        for line in process.stdout:
            lines += line
            if line == "}\n":
                break
        assert lines, self.said
        self.document: dict[str, Any] = json.loads(lines)
        assert faults("tunnel", self.document) == []

    @property
    def said(self) -> str:
        """What it wrote on standard error."""
        return self._errors.read_text()

    def hear(self, text: str) -> None:
        """Wait until it says something."""
        until(lambda: text in self.said or self.process.poll() is not None, lambda: self.said)
        assert text in self.said, self.said

    def local(self, port: int) -> int:
        """The port here for a port of the container."""
        found = {one["port"]: one["local"] for one in self.document["ports"]}
        return int(found[port])

    def connect(self, port: int) -> socket.socket:
        """A connection through it."""
        return socket.create_connection(("127.0.0.1", self.local(port)), PATIENCE_S)

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it with a signal; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


@contextmanager
def tunnelling(
    folder: Path,
    *words: object,
    env: dict[str, str],
    config: Path | None = None,
    through: Callable[..., list[str]] = lambda *argv: [*argv],
) -> Iterator[Tunnel]:
    """Run `scaffold tunnel … --json` until the block ends; `through` makes it run elsewhere."""
    errors = folder / f"errors-{time.monotonic_ns()}"
    reach = ("--host=gpu01", f"--ssh-config={config}") if config else ()
    argv = through(*SCAFFOLD, "tunnel", *map(str, words), *reach, "--json")
    with errors.open("w") as file:
        process = subprocess.Popen(
            argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file, text=True
        )
    with process:
        try:
            yield Tunnel(process, errors)
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def until(condition: Any, explain: Any = lambda: "", seconds: float = PATIENCE_S) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.02)


def start_service(engine: Engine, name: str, *options: str, host: str = "127.0.0.1") -> None:
    """A container whose services listen on its own loopback address."""
    text = Path(service.__file__).read_text()
    run = ("run", "--detach", "--init", f"--name={name}", *options)
    engine.docker(*run, IMAGE, "python", "-c", text, host)
    listening = "until grep -q ':1B5C .* 0A ' /proc/net/tcp; do sleep 0.05; done"
    engine.docker("exec", name, "sh", "-c", listening)


def received(sock: socket.socket) -> bytes:
    """Everything until the other side's end."""
    sock.settimeout(PATIENCE_S)
    pieces = []
    while piece := sock.recv(1 << 20):
        pieces.append(piece)
    return b"".join(pieces)


def echoed(tunnel: Tunnel, text: bytes) -> bytes:
    """What comes back from the echo."""
    with tunnel.connect(service.ECHO) as sock:
        sock.sendall(text)
        sock.shutdown(socket.SHUT_WR)
        return received(sock)


def digest(tunnel: Tunnel, data: bytes) -> bool:
    """Whether the service read what was sent: it answers after our end."""
    with tunnel.connect(service.DIGEST) as sock:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        return received(sock).decode() == hashlib.sha256(data).hexdigest()


def fetched(tunnel: Tunnel, size: int) -> bytes:
    """So many bytes from the source."""
    with tunnel.connect(service.SOURCE) as sock:
        sock.sendall(b"%d\n" % size)
        return received(sock)


def processes(word: str) -> list[str]:
    """The command lines of this machine's processes that contain a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
    return [line for line in found if word in line]
