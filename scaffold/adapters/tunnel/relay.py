"""One connection into a container: `relay.sh` inside, a local socket, and the data between them."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.docker.exec import ContainerProgram, ExecStream
from scaffold.adapters.local.quoting import first_line
from scaffold.errors import TargetError
from scaffold.records import dataclass
from scaffold.workspace.frames import ALIVE, END, Unframer, framed

SIZE = 65536

ALIVE_S = 25
"""Seconds between keepalives; the relay ends when three are missing."""

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: the peer gets a reset for a connection that did not end properly (socket(7))."""


class PortClosedError(TargetError):
    """No program in the container listens on the port."""


@dataclass(frozen=True, slots=True)
class Inside:
    """The container that a connection leads to, and the user that the relay runs as."""

    id: str
    name: str
    user: str


@cache
def _script() -> str:
    return (files("scaffold.adapters.tunnel") / "relay.sh").read_text()


class Relay:
    """A connection from within the container's network. Raises TargetError on failure."""

    def __init__(
        self, engine: DockerEngine, inside: Inside, hosts: tuple[str, ...], port: int
    ) -> None:
        text = f"{','.join(hosts)} {port}\n".encode()
        program = ContainerProgram(("sh", "-c", _script()), text, inside.user)
        self._stream: ExecStream = engine.open(inside.id, program)
        self._pieces = self._stream.pieces()
        self._sending = threading.Lock()
        self._first = b""
        self._client: socket.socket | None = None
        try:
            self._framed = self._answer(inside.name, port)
        except BaseException:
            self.close()
            raise

    def _answer(self, container: str, port: int) -> bool:
        """Read the relay's first line; returns whether it uses frames."""
        answer, errors = b"", b""
        while b"\n" not in answer:
            try:
                piece, stderr = next(self._pieces, (b"", b""))
            except OSError as error:
                raise TargetError(f"the connection was lost: {error}") from error
            if not (piece or stderr):
                reason = first_line(answer or errors) or "it ended immediately"
                raise TargetError(f"no program can be started in {container}: {reason}")
            answer, errors = answer + piece, errors + stderr
        word, _, self._first = answer.partition(b"\n")
        if word == b"refused":
            raise PortClosedError(f"nothing listens on port {port} in {container}")
        if word not in {b"framed", b"plain"}:
            raise TargetError(
                f"{container} cannot forward ports", hint="install python3 or bash in it"
            )
        return word == b"framed"

    def join(self, client: socket.socket) -> None:
        """Forward data both ways until both directions ended, or either end disconnected."""
        self._client = client
        client.settimeout(None)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        up = threading.Thread(target=self._up, args=(client,), daemon=True)
        up.start()
        try:
            if self._down(client):
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_WR)
                # The other direction may still be open.
                up.join()
            else:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        finally:
            self.cut()
            up.join()

    def _up(self, client: socket.socket) -> None:
        """From the client into the container."""
        try:
            while data := client.recv(SIZE):
                self._send(framed(data) if self._framed else data)
            self._end()
        except OSError:
            self.cut()

    def _end(self) -> None:
        """The client sends no more; it may still read if the relay supports that."""
        if self._framed:
            self._send(END)
        else:
            self.cut()

    def _send(self, data: bytes) -> None:
        with self._sending:
            self._stream.send(data)

    def _down(self, client: socket.socket) -> bool:
        """From the container to the client; returns whether it ended properly."""
        unframer = Unframer()
        try:
            for data in self._received():
                for piece in unframer.feed(data) if self._framed else (data,):
                    client.sendall(piece)
                if unframer.ended:
                    return True
        except OSError:
            return False
        return not self._framed

    def _received(self) -> Iterator[bytes]:
        yield self._first
        for data, _ in self._pieces:
            yield data

    def send_keepalive(self) -> None:
        """Send a keepalive, unless data is being sent just now."""
        if self._framed and self._sending.acquire(blocking=False):
            try:
                with contextlib.suppress(OSError):
                    self._stream.send_if_ready(ALIVE)
            finally:
                self._sending.release()

    def cut(self) -> None:
        """End the connection from any thread; both forwarding threads wake up."""
        self._stream.cut()
        if self._client:
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_RD)

    def close(self) -> None:
        """Release the stream, once no thread reads or sends any more."""
        self._stream.close()
