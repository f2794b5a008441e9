"""What this computer remembers of projects, outside of them: what it wrote, what was agreed to."""

import contextlib
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from scaffold.adapters.local.files import read_file, write_private
from scaffold.adapters.local.paths import open_private, private, state_folder
from scaffold.errors import InputError

LIMIT = 8 << 20
KEPT = 50_000
"""Lines; the oldest go first."""


class Remembered:
    """A set of hashes in the state folder. Where it cannot be read nothing is remembered."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def _path(self) -> Path:
        return state_folder() / f"{self._name}.sha256"

    def _lines(self) -> list[bytes]:
        with contextlib.suppress(InputError):
            if self._path.parent.exists():
                private(self._path.parent)
                return (read_file(self._path, below=self._path.parent, limit=LIMIT) or b"").split()
        return []

    def knows(self, *parts: str | bytes) -> bool:
        """Whether these parts were remembered together."""
        return _hash(parts) in self._lines()

    def add(self, entries: Iterable[tuple[str | bytes, ...]]) -> None:
        """Remember parts, each tuple for itself; without a disk for it they are not remembered."""
        known = self._lines()
        new = [one for one in dict.fromkeys(_hash(parts) for parts in entries) if one not in known]
        if not new:
            return
        with contextlib.suppress(OSError, InputError):
            if len(known) > KEPT:
                write_private(self._path, b"".join(one + b"\n" for one in known[-KEPT // 2 :]))
            private(self._path.parent)
            handle = open_private(self._path, os.O_WRONLY | os.O_APPEND)
            try:
                # One write to a file opened for appending is not mixed with those of others.
                os.write(handle, b"".join(one + b"\n" for one in new))
            finally:
                os.close(handle)


def _hash(parts: tuple[str | bytes, ...]) -> bytes:
    texts = (part if isinstance(part, bytes) else os.fsencode(part) for part in parts)
    whole = b"".join(len(text).to_bytes(8) + text for text in texts)
    return hashlib.sha256(whole).hexdigest().encode()


GENERATED = Remembered("generated")
"""Path in the project and content of every file that this computer generated."""

TRUSTED = Remembered("trusted")
"""Project folder and the lines that the user agreed to."""
