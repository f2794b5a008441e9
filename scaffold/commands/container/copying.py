"""Progress of copying a file system, which the Engine API does not report.

If the engine's disk is local, the space used since the start is a good estimate; it includes
what other programs write at the same time.
"""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from scaffold.adapters.docker.disk import free_bytes
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


def watch(engine: DockerEngine) -> Copied | None:
    """Watch the engine's disk; None if it is not a disk of this machine."""
    begun = free_bytes(engine) if engine.is_local else None
    if begun is None:
        return None
    root = str(engine.info()["DockerRootDir"])

    def copied() -> int:
        disk = os.statvfs(root)
        return max(begun - disk.f_bavail * disk.f_frsize, 0)

    return copied
