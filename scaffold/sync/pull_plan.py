"""What a pull downloads, and what it may replace locally."""

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import field
from enum import StrEnum

from scaffold.errors import InputError
from scaffold.records import dataclass
from scaffold.sync.comparing import SyncState
from scaffold.sync.manifest import Manifest, ManifestEntry, is_safe, parents
from scaffold.sync.runs_here import bare_repositories, end_of_link, holds_git


class KeepReason(StrEnum):
    """Why a path is not downloaded."""

    CHANGED_LOCALLY = "changed locally"
    KIND = "file, folder and link differ between local and the remote"
    LEAVES = "a link that leads out of the workspace"
    RUNS = "it can run commands on this computer: name its path to download it"
    GIT = "a repository's own files, which can name programs to run"


@dataclass(slots=True)
class PullPlan:
    """Each path once: to download, to ask about, already the same, or skipped."""

    download: list[str] = field(default_factory=list)
    ask: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    skipped: dict[str, KeepReason] = field(default_factory=dict)


def plan_pull(
    wanted: Sequence[str],
    remote: Manifest,
    local: Manifest,
    known: SyncState,
    local_link: Callable[[str], str | None] = lambda _path: None,
) -> PullPlan:
    """Decide for each path. A local file unchanged since the last sync may be replaced.

    A link is checked by its final target, with all downloaded links in place; `local_link` returns
    the target of a local path that is a link.
    """
    found, blocked = PullPlan(), set[str]()
    blocked |= bare_repositories([*remote, *local]) - {""}
    found.skipped.update(dict.fromkeys(blocked & {*wanted}, KeepReason.GIT))
    coming = {path: remote[path].target for path in wanted if remote[path].kind == "l"}

    def link_at(path: str) -> str | None:
        return coming.get(path) or local_link(path)

    for path in sorted(wanted):
        if path in blocked or any(parent in blocked for parent in parents(path)):
            continue
        one, own = remote[path], local.get(path)
        reason = _reason_to_keep(path, one, own, link_at)
        if reason:
            found.skipped[path] = reason
            blocked.add(path)
        elif own is None:
            found.download.append(path)
        elif one.kind == "d" or own.is_like(one):
            found.same.append(path)
        elif known.agreed.get(path) == own:
            found.download.append(path)
        else:
            found.ask.append(path)
    return found


def _reason_to_keep(
    path: str,
    one: ManifestEntry,
    own: ManifestEntry | None,
    link_at: Callable[[str], str | None],
) -> KeepReason | None:
    if holds_git(path):
        return KeepReason.GIT
    if own is not None and own.kind != one.kind:
        return KeepReason.KIND
    leaves = one.kind == "l" and leaves_workspace(path, one.target)
    if leaves or (one.kind == "l" and end_of_link(path, link_at) is None):
        return KeepReason.LEAVES
    return None


def leaves_workspace(path: str, target: str) -> bool:
    """Whether a link at this path leads out of the workspace, judged by its text alone."""
    if target.startswith("/"):
        return True
    reached = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    return reached == ".." or reached.startswith("../")


def expand_paths(paths: Sequence[str], remote: Manifest) -> tuple[list[str], list[str]]:
    """The remote entries that the named paths select, and the names that select nothing."""
    found: dict[str, None] = {}
    missing = []
    for path in paths:
        inside = [one for one in remote if one == path or one.startswith(f"{path}/")]
        if not inside:
            missing.append(path)
        found.update(dict.fromkeys([*(one for one in parents(path) if one in remote), *inside]))
    return list(found), missing


def relative_path(path: str) -> str | None:
    """A path relative to the workspace; None if it leaves it. Empty is the whole workspace."""
    plain = posixpath.normpath(path)
    if plain == ".":
        return ""
    return plain if is_safe(plain) else None


def names_of(paths: Sequence[str]) -> list[str]:
    """The paths in the workspace. Raises InputError for one outside of it, or in `.git`."""
    found = []
    for path in paths:
        name = relative_path(path)
        if name is None:
            raise InputError(
                f"{path!r} leaves the workspace",
                hint="use a path relative to it, such as runs/best.pt",
            )
        if holds_git(name):
            raise InputError(
                "files of .git are not pulled: they can name programs to run",
                hint="scaffold pull .git, without other paths, downloads the commits",
            )
        found.append(name)
    return found
