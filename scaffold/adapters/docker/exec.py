"""Run a program in a container through the exec API, with input and output."""

import contextlib
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, cast

from scaffold.records import dataclass

if TYPE_CHECKING:
    from docker import APIClient

HEADER = struct.Struct(">BxxxL")
"""ExecStream and length before each piece of output: Engine API, POST /containers/{id}/attach."""

STANDARD_ERROR = 2


@dataclass(frozen=True, slots=True)
class ContainerProgram:
    """A program: `argv` with `text` on standard input, as `user` with more variables."""

    argv: tuple[str, ...]
    text: bytes
    user: str = ""
    env: Mapping[str, str] = field(default_factory=dict)


def run_in_container(
    client: "APIClient",
    name: str,
    program: ContainerProgram,
    feed: Callable[[bytes, bytes], bool],
    seconds: float,
) -> None:
    """Run a program and pass output and errors to `feed`, until it returns True or time is up.

    The program has to exit by itself: an engine cannot stop an exec.
    """
    with open_in_container(client, name, program) as stream:
        for data, errors in stream.pieces(time.monotonic() + seconds):
            if feed(data, errors):
                break


def open_in_container(client: "APIClient", name: str, program: ContainerProgram) -> "ExecStream":
    """Start a program, send its text, and return the open connection.

    The program must not print before it has read input: the package may lose that output.
    """
    made = client.exec_create(
        name,
        list(program.argv),
        stdin=True,
        user=program.user,
        environment=dict(program.env) or None,
    )
    stream = ExecStream(client.exec_start(made["Id"], socket=True))
    stream.send(program.text)
    return stream


class ExecStream:
    """The hijacked connection of an exec: sends input, receives framed output.

    One thread may send while another reads. Both raise OSError if the connection breaks.
    """

    def __init__(self, opened: Any) -> None:
        # The package returns a SocketIO for plain connections, the socket itself for TLS.
        self._opened = opened
        self._socket = cast("socket.socket", getattr(opened, "_sock", opened))

    def __enter__(self) -> "ExecStream":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, and with it the program's input."""
        # The package hangs the answer on it, which closes the whole connection.
        getattr(self._opened, "_response", self._opened).close()

    def cut(self) -> None:
        """Close the socket from another thread, which stops sending and reading at once."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def send(self, text: bytes) -> None:
        """Send input."""
        self._socket.sendall(text)

    def send_if_ready(self, text: bytes) -> None:
        """Send a few bytes if that does not block."""
        ready = select.poll()
        ready.register(self._socket, select.POLLOUT)
        if ready.poll(0):
            self.send(text)

    def pieces(self, deadline: float | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Yield output and errors until the program exits or the deadline passes."""
        kept = bytearray()
        for data in self._received(deadline):
            kept += data
            while len(kept) >= HEADER.size:
                stream, length = HEADER.unpack_from(kept)
                if len(kept) < HEADER.size + length:
                    break
                piece = bytes(kept[HEADER.size : HEADER.size + length])
                del kept[: HEADER.size + length]
                yield (b"", piece) if stream == STANDARD_ERROR else (piece, b"")

    def _received(self, deadline: float | None) -> Iterator[bytes]:
        while (left := _left(deadline)) is None or left > 0:
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(65536)
            except TimeoutError:
                return
            if not data:
                return
            yield data


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else deadline - time.monotonic()
