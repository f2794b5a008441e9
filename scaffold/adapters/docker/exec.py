"""One program in a running container, through the engine's exec API, with its text as input."""

import contextlib
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from docker import APIClient

HEADER = struct.Struct(">BxxxL")
"""Stream and length before each piece of output: Engine API, POST /containers/{id}/attach."""

STANDARD_ERROR = 2


@dataclass(frozen=True, slots=True)
class Program:
    """What to run: `argv` with `text` on its standard input, as `user` with more variables."""

    argv: tuple[str, ...]
    text: bytes
    user: str = ""
    env: Mapping[str, str] = field(default_factory=dict)


def run_in_container(
    client: "APIClient",
    name: str,
    program: Program,
    feed: Callable[[bytes, bytes], bool],
    seconds: float,
) -> None:
    """Run it and `feed` what it prints (output, errors), until `feed` is content or time is up.

    The program itself has to end in time: an engine cannot stop what it began by exec.
    """
    with open_in_container(client, name, program) as stream:
        for data, errors in stream.pieces(time.monotonic() + seconds):
            if feed(data, errors):
                break


def open_in_container(client: "APIClient", name: str, program: Program) -> "Stream":
    """Start it with its text sent, and keep the connection to its input and output.

    The program must say nothing before it has read something: the package may swallow that.
    """
    made = client.exec_create(
        name,
        list(program.argv),
        stdin=True,
        user=program.user,
        environment=dict(program.env) or None,
    )
    stream = Stream(client.exec_start(made["Id"], socket=True))
    stream.send(program.text)
    return stream


class Stream:
    """The hijacked connection: what is sent is input, what comes are framed pieces.

    One thread may send while another reads. Both raise OSError where the connection breaks.
    """

    def __init__(self, opened: Any) -> None:
        # The package hands out a SocketIO over plain connections, the socket itself over TLS.
        self._opened = opened
        self._socket = cast("socket.socket", getattr(opened, "_sock", opened))

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, and with it the program's input."""
        # The package hangs the answer on it, which closes the whole connection.
        getattr(self._opened, "_response", self._opened).close()

    def cut(self) -> None:
        """End it from another thread: whoever sends or reads stops at once."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def send(self, text: bytes) -> None:
        """Send input; the program knows its own end."""
        self._socket.sendall(text)

    def send_if_ready(self, text: bytes) -> None:
        """Send a few bytes where there is room for them at once."""
        ready = select.poll()
        ready.register(self._socket, select.POLLOUT)
        if ready.poll(0):
            self.send(text)

    def pieces(self, deadline: float | None = None) -> Iterator[tuple[bytes, bytes]]:
        """Output and errors as they come; ends where the program does, or at the deadline."""
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
