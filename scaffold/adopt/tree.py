"""A file system as a table of entries, and what differs between two of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname
from typing import Literal

Kind = Literal["file", "dir", "link", "other"]
"""`other` is a device, a socket or a pipe, which no image is given."""

How = Literal["added", "modified", "deleted"]

Changes = Mapping[str, How]
"""Absolute paths, each with what became of it since the base image."""

ENGINE_KINDS: Mapping[int, How] = {0: "modified", 1: "added", 2: "deleted"}
"""docs.docker.com/reference/api/engine, ContainerChanges."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One path. `digest` is the SHA-256 of a file, `target` where a link leads."""

    path: str
    kind: Kind
    mode: int
    uid: int
    gid: int
    size: int = 0
    digest: str = ""
    target: str = ""

    @property
    def owner(self) -> str:
        """As chown takes it."""
        return f"{self.uid}:{self.gid}"


Tree = Mapping[str, Entry]


def read_changes(rows: Iterable[Mapping[str, object]]) -> dict[str, How]:
    """The engine's list of changed paths."""
    return {str(row["Path"]): ENGINE_KINDS[int(str(row["Kind"]))] for row in rows}


def tree_changes(base: Tree, now: Tree) -> dict[str, How]:
    """The same list from two trees; of a deleted folder only the top is named."""
    found: dict[str, How] = {}
    for path, entry in now.items():
        before = base.get(path)
        if before is None:
            found[path] = "added"
        elif before != entry:
            found[path] = "modified"
    for path in base.keys() - now.keys():
        if dirname(path) in now:
            found[path] = "deleted"
    return found


def ancestors(path: str) -> Iterator[str]:
    """The folders above a path, the nearest first, without the root."""
    while (path := dirname(path)) not in {"/", ""}:
        yield path


def below(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of the folders or lies in one."""
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)
