"""File trees, and the differences between two of them."""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname
from typing import Literal

from scaffold.records import dataclass

FileKind = Literal["file", "dir", "link", "other"]
"""`other` is a device, a socket or a pipe, which is never copied."""

ChangeKind = Literal["added", "modified", "deleted"]

PathChanges = Mapping[str, ChangeKind]
"""Absolute paths, each with its kind of change since the base image."""

ENGINE_KINDS: Mapping[int, ChangeKind] = {0: "modified", 1: "added", 2: "deleted"}
"""docs.docker.com/reference/api/engine, ContainerChanges."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileEntry:
    """One path. `digest` is the SHA-256 of a file, `target` that of a link."""

    path: str
    kind: FileKind
    mode: int
    uid: int
    gid: int
    size: int = 0
    digest: str = ""
    target: str = ""

    @property
    def owner(self) -> str:
        """`uid:gid`, as chown takes it."""
        return f"{self.uid}:{self.gid}"


Tree = Mapping[str, FileEntry]


def read_changes(rows: Iterable[Mapping[str, object]]) -> dict[str, ChangeKind]:
    """The engine's list of changed paths."""
    return {str(row["Path"]): ENGINE_KINDS[int(str(row["Kind"]))] for row in rows}


def tree_changes(base: Tree, now: Tree) -> dict[str, ChangeKind]:
    """The changes between two trees; only the top of a deleted folder is listed."""
    found: dict[str, ChangeKind] = {}
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
    """The parent folders of a path, nearest first, without the root."""
    while (path := dirname(path)) not in {"/", ""}:
        yield path


def below(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of the folders or inside one."""
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)
