"""A wire between client and server on loopback that is slow, or that is cut."""

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Direction = Literal["up", "down"]
"""Up is from the client to the server."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the wire ends: after so many bytes of one direction, of all connections together.

    One that `stalls` stays open and carries nothing more, as behind a dead VPN.
    """

    direction: Direction
    after: int
    stalls: bool = False


@dataclass(slots=True)
class Relay:
    """A wire to a port of 127.0.0.1 or a socket; `passed` counts the bytes of each direction."""

    target: int | str
    delay_s: float = 0.0
    cut: Cut | None = None
    port: int = 0
    passed: dict[Direction, int] = field(default_factory=lambda: {"up": 0, "down": 0})
    sockets: list[socket.socket] = field(default_factory=list)
    is_down: bool = False

    def go_down(self) -> None:
        """Cut all connections, and every later one."""
        self.is_down = True
        self.end()

    def connect(self, client: socket.socket) -> None:
        """Carry one connection until an end closes it."""
        if self.is_down:
            client.close()
            return
        server = _connected(self.target)
        for sock in (client, server):
            if sock.family == socket.AF_INET:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets.append(sock)
        pairs: tuple[tuple[Direction, socket.socket, socket.socket], ...] = (
            ("up", client, server),
            ("down", server, client),
        )
        for direction, source, sink in pairs:
            waiting: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
            _start(self._read, direction, source, waiting)
            _start(self._write, sink, waiting)

    def _read(
        self,
        direction: Direction,
        source: socket.socket,
        waiting: "queue.SimpleQueue[tuple[float, bytes]]",
    ) -> None:
        data = b"-"
        while data:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            ends = self._ends_with(direction, data)
            if ends and self.cut:
                data = data[: max(self.cut.after - self.passed[direction], 0)]
            self.passed[direction] += len(data)
            waiting.put((time.monotonic() + self.delay_s, data))
            if ends:
                break
        if not (self.cut and self.cut.stalls):
            waiting.put((time.monotonic() + self.delay_s, b""))

    def _ends_with(self, direction: Direction, data: bytes) -> bool:
        """Whether this piece reaches the place where the wire is cut."""
        cut = self.cut if self.cut and self.cut.direction == direction else None
        return cut is not None and self.passed[direction] + len(data) >= cut.after

    def _write(
        self, sink: socket.socket, waiting: "queue.SimpleQueue[tuple[float, bytes]]"
    ) -> None:
        with contextlib.suppress(OSError):
            while True:
                due, data = waiting.get()
                time.sleep(max(due - time.monotonic(), 0))
                if not data:
                    break
                sink.sendall(data)
        self.end() if self.cut else _end(sink)

    def end(self) -> None:
        """Cut all connections that there are, both ways."""
        for sock in self.sockets:
            _end(sock)


def _connected(target: int | str) -> socket.socket:
    if isinstance(target, int):
        return socket.create_connection(("127.0.0.1", target))
    server = socket.socket(socket.AF_UNIX)
    server.connect(target)
    return server


def _start(work: object, *arguments: object) -> None:
    threading.Thread(target=work, args=arguments, daemon=True).start()  # type: ignore[arg-type]


def _end(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def relaying(target: int | str, delay_s: float = 0.0, cut: Cut | None = None) -> Iterator[Relay]:
    """A relay to a port of this machine, or to the path of a socket.

    `delay_s` is added on each way, half a round trip.
    """
    relay = Relay(target, delay_s, cut)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay.port = listener.getsockname()[1]

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    relay.connect(listener.accept()[0])

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield relay
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            for sock in relay.sockets:
                sock.close()
