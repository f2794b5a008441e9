"""Reading from and writing to programs: with a limit of bytes, and a deadline without progress."""

import io
import os
import select
import time
from collections.abc import Callable, Iterable
from typing import IO

from scaffold.errors import TargetError
from scaffold.parsing.untrusted.printable import printable

SILENCE_S = 60.0
"""Seconds without a single byte after which the other side counts as dead."""

ANSWER_LIMIT = 32 << 20
"""Bytes of an answer that is kept in memory; a compressed listing of three million files."""

COMPLAINT_LIMIT = 16 << 20
"""Bytes of error messages in a temporary file."""

STEP_S = 1.0


class BoundedPipe(io.RawIOBase):
    """The output of a program as a stream.

    Raises TargetError after `silence` seconds without a byte (SILENCE_S if not given), and when
    more than the allowed bytes come; `allow` raises that limit. `name` is who answers, for the
    message; `errors` is the file of the program's error messages, which has a limit too.
    """

    def __init__(
        self,
        handle: int,
        name: str,
        *,
        limit: int = ANSWER_LIMIT,
        silence: float | None = None,
        errors: IO[bytes] | None = None,
    ) -> None:
        super().__init__()
        self._handle, self._name = handle, printable(name)
        self._silence = SILENCE_S if silence is None else silence
        self._left, self._errors = limit, errors

    def readable(self) -> bool:
        """Always."""
        return True

    def allow(self, count: int) -> None:
        """Let so many bytes more come than are left now."""
        self._left += count

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Wait for bytes and take them; 0 at the end."""
        self._wait()
        data = os.read(self._handle, min(len(buffer), self._left + 1))
        self._left -= len(data)
        if self._left < 0:
            raise TargetError(
                f"{self._name} sends more than it was asked for",
                hint="check who else uses that host; nothing of the answer was used",
            )
        buffer[: len(data)] = data
        return len(data)

    def _wait(self) -> None:
        wait_for(self._handle, select.POLLIN, self._name, self._silence, self._check)

    def _check(self) -> None:
        if self._errors and os.fstat(self._errors.fileno()).st_size > COMPLAINT_LIMIT:
            raise TargetError(f"{self._name} prints error messages without end")


def wait_for(
    handle: int, event: int, name: str, silence: float, check: Callable[[], None] = lambda: None
) -> None:
    """Wait until a handle is ready. Raises TargetError after `silence` seconds."""
    poll = select.poll()
    poll.register(handle, event)
    end = time.monotonic() + silence
    while not poll.poll(STEP_S * 1000):
        check()
        if time.monotonic() >= end:
            raise TargetError(
                f"{printable(name)} has been silent for {silence:.0f} seconds",
                hint="check the network and the host, then run the command again",
            )
    check()


def write_all(
    handle: int, pieces: Iterable[bytes], name: str, *, silence: float | None = None
) -> None:
    """Write bytes to a pipe. Raises TargetError if it takes nothing for too long."""
    silence = SILENCE_S if silence is None else silence
    os.set_blocking(handle, False)
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            wait_for(handle, select.POLLOUT, name, silence)
            try:
                rest = rest[os.write(handle, rest) :]
            except BlockingIOError:
                continue


def read_all(stream: io.BufferedIOBase) -> bytes:
    """Everything up to the end, within the limits of the stream."""
    parts = bytearray()
    while piece := stream.read1(1 << 16):
        parts += piece
    return bytes(parts)
