"""How far the engine is with copying a file system, of which its API says nothing.

Where the engine's disk is one of this machine, what the disk lost since tells about as much;
others who write on it at the same time are counted too.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from scaffold.adapters.docker.engine import DockerEngine

Copied = Callable[[], int]
"""Bytes that the engine's disk lost since the copying began."""


class Progress(Protocol):
    """Shows what is being done for as long as it takes; `total` and `copied` are bytes."""

    def __call__(
        self, doing: str, total: int = 0, copied: Copied | None = None
    ) -> AbstractContextManager[object]:
        """Begin to show it."""
        ...


def free_bytes(engine: DockerEngine) -> int | None:
    """What is free on the engine's disk; None where that is not of this machine."""
    root = Path(str(engine.info().get("DockerRootDir") or ""))
    if not engine.is_local or not root.is_absolute() or not root.is_dir():
        return None
    disk = os.statvfs(root)
    return disk.f_bavail * disk.f_frsize


def watch(engine: DockerEngine) -> Copied | None:
    """Begin to watch the engine's disk; None where it cannot be seen from here."""
    begun = free_bytes(engine)
    if begun is None:
        return None
    root = str(engine.info()["DockerRootDir"])

    def copied() -> int:
        disk = os.statvfs(root)
        return max(begun - disk.f_bavail * disk.f_frsize, 0)

    return copied
