"""Frames of a connection with `relay.sh`: each piece of data with its length before it."""

import struct
from collections.abc import Iterator

FRAME = struct.Struct(">I")

END = FRAME.pack(0)
"""End of this direction; the other may continue."""

ALIVE = FRAME.pack(0xFFFFFFFF)
"""A keepalive for the relay, without data."""


def framed(piece: bytes) -> bytes:
    """A piece with its length before it; an empty piece is the end."""
    return FRAME.pack(len(piece)) + piece


class Unframer:
    """Reads frames from the relay, however they were split in transit."""

    def __init__(self) -> None:
        self.ended = False
        self._head = b""
        self._left = 0

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield pieces, or parts of them; nothing after the end."""
        while data and not self.ended:
            if self._left:
                piece, data = data[: self._left], data[self._left :]
                self._left -= len(piece)
                yield piece
                continue
            more = FRAME.size - len(self._head)
            self._head, data = self._head + data[:more], data[more:]
            if len(self._head) == FRAME.size:
                (self._left,) = FRAME.unpack(self._head)
                self._head = b""
                self.ended = self._left == 0
