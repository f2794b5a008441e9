"""Progress of copying a file system, which the Engine API does not report.

If the engine's disk is local, the space used since the start is a good estimate; it includes
what other programs write at the same time.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from scaffold.adapters.docker.engine import DockerEngine

Copied = Callable[[], int]
"""Bytes written to the engine's disk since the copying began."""


class ShowProgress(Protocol):
    """Shows progress while the context is open; `total` and `copied` are bytes."""

    def __call__(
        self, doing: str, total: int = 0, copied: Copied | None = None
    ) -> AbstractContextManager[object]:
        """Start to show progress."""
        ...


def free_bytes(engine: DockerEngine) -> int | None:
    """Free bytes on the engine's disk; None if it is not a disk of this machine."""
    root = Path(str(engine.info().get("DockerRootDir") or ""))
    if not engine.is_local or not root.is_absolute() or not root.is_dir():
        return None
    disk = os.statvfs(root)
    return disk.f_bavail * disk.f_frsize


def watch(engine: DockerEngine) -> Copied | None:
    """Watch the engine's disk; None if it is not a disk of this machine."""
    begun = free_bytes(engine)
    if begun is None:
        return None
    root = str(engine.info()["DockerRootDir"])

    def copied() -> int:
        disk = os.statvfs(root)
        return max(begun - disk.f_bavail * disk.f_frsize, 0)

    return copied
