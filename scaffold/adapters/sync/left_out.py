"""What stays here and may be missed on the remote: large ignored paths, and links to nowhere."""

import os
import posixpath
from collections.abc import Iterable
from pathlib import Path

from scaffold.sync.manifest import Manifest
from scaffold.sync.rules import NEVER_SYNCED
from scaffold.sync.runs_here import end_of_link

LARGE = 10_000_000
"""Bytes from which an ignored path is named."""

MAX_COUNTED = 200_000
"""Files that are counted; a dry run must not take minutes for a data set of millions."""

_REBUILT = frozenset(name.rstrip("/") for name in NEVER_SYNCED)


def large_ignored(root: Path, excluded: Iterable[str]) -> dict[str, int]:
    """The sizes of large paths that a rule excludes, without what every machine rebuilds."""
    left, found = MAX_COUNTED, {}
    for path in sorted(excluded):
        if posixpath.basename(path) in _REBUILT:
            continue
        size, left = _size(root / path, left)
        if size >= LARGE:
            found[path] = size
    return found


def _size(path: Path, left: int) -> tuple[int, int]:
    """The bytes of a file, or below a folder, and how many more files may be counted."""
    total, waiting = 0, [str(path)]
    while waiting and left > 0:
        at = waiting.pop()
        left -= 1
        try:
            if os.path.isdir(at) and not os.path.islink(at):  # noqa: PTH112, PTH114 (many calls)
                with os.scandir(at) as entries:
                    waiting += [entry.path for entry in entries]
            else:
                total += os.lstat(at).st_size
        except OSError:
            continue
    return total, left


def dangling_links(local: Manifest) -> dict[str, str]:
    """The links that lead nowhere on the remote, with their targets."""
    links = {path: one.target for path, one in local.items() if one.kind == "l"}
    return {path: target for path, target in links.items() if not _arrives(path, links, local)}


def _arrives(path: str, links: dict[str, str], local: Manifest) -> bool:
    end = end_of_link(path, links.get)
    return end is not None and (not end or end in local)
