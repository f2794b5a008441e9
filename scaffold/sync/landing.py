"""What a pull may bring, and what it may replace here."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from scaffold.sync.comparing import Known
from scaffold.sync.manifest import Entry, Manifest, is_safe, parents


class Stays(StrEnum):
    """Why a path is not brought."""

    CHANGED_HERE = "another content here, which is not there"
    KIND = "a file, folder or link here where another of these is there"
    LEAVES = "a link that leaves the workspace"
    GIT = "a repository's own files, which can name programs to run: use git fetch"


@dataclass(slots=True)
class Landing:
    """Each path once: to be brought, the same already, to be asked for, or left."""

    bring: list[str] = field(default_factory=list)
    ask: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: dict[str, Stays] = field(default_factory=dict)


def plan_landing(wanted: Sequence[str], theirs: Manifest, mine: Manifest, known: Known) -> Landing:
    """Decide for each path. A file that is here as both sides last had it may be replaced."""
    found, blocked = Landing(), set[str]()
    for path in sorted(wanted):
        if any(parent in blocked for parent in parents(path)):
            continue
        one, here = theirs[path], mine.get(path)
        stays = _stays(path, one, here)
        if stays:
            found.kept[path] = stays
            blocked.add(path)
        elif here is None:
            found.bring.append(path)
        elif one.kind == "d" or here.is_like(one):
            found.same.append(path)
        elif known.agreed.get(path) == here:
            found.bring.append(path)
        else:
            found.ask.append(path)
    return found


def _stays(path: str, one: Entry, here: Entry | None) -> Stays | None:
    if ".git" in path.split("/"):
        return Stays.GIT
    if here is not None and here.kind != one.kind:
        return Stays.KIND
    if one.kind == "l" and leaves(path, one.target):
        return Stays.LEAVES
    return None


def leaves(path: str, target: str) -> bool:
    """Whether a link at this path leads out of the workspace, by its text alone."""
    if target.startswith("/"):
        return True
    reached = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return reached == ".." or reached.startswith("../")


def chosen(paths: Sequence[str], theirs: Manifest) -> tuple[list[str], list[str]]:
    """What the named paths stand for there, and the names that stand for nothing."""
    found: dict[str, None] = {}
    missing = []
    for path in paths:
        inside = [one for one in theirs if one == path or one.startswith(f"{path}/")]
        if not inside:
            missing.append(path)
        found.update(dict.fromkeys([*(one for one in parents(path) if one in theirs), *inside]))
    return list(found), missing


def relative(path: str) -> str | None:
    """A named path as it lies in the workspace; None where it leaves it. Empty is all of it."""
    plain = posixpath.normpath(path)
    if plain == ".":
        return ""
    return plain if is_safe(plain) else None
