"""The repositories of a workspace: which folder is git's own, and what each file in it means.

A file of git is replaced by its meaning, not by its time: objects are named by their content,
branches only move on to history that contains what they were, settings are ordinary files.
"""

from collections.abc import Iterable
from enum import Enum, auto

from scaffold.sync.manifest import Manifest


class GitRole(Enum):
    """What a file in a `.git` folder is for git (gitrepository-layout(5))."""

    OBJECT = auto()
    """Named by its content, so equal names mean equal contents."""
    RENEWED = auto()
    """Rewritten by git itself without loss; `git status` alone rewrites the index."""
    REF = auto()
    """Names a commit: a branch, a tag, HEAD."""
    STASH = auto()
    LOG = auto()
    """What refs were before."""
    STATE = auto()
    """Exists while a merge, rebase or cherry-pick waits for the user."""
    SETTING = auto()
    """Edited by people: config, hooks, info/exclude."""


_RENEWED = frozenset(
    {"index", "FETCH_HEAD", "ORIG_HEAD", "COMMIT_EDITMSG", "MERGE_RR", "gc.log"}
    | {"gc.pid", "shallow", "info/refs", "objects/pack/multi-pack-index"}
)
_STATE = frozenset(
    {
        "AUTO_MERGE",
        "MERGE_HEAD",
        "MERGE_MSG",
        "MERGE_MODE",
        "SQUASH_MSG",
        "CHERRY_PICK_HEAD",
        "REVERT_HEAD",
    }
    | {"BISECT_LOG", "BISECT_START", "BISECT_NAMES", "BISECT_TERMS", "BISECT_EXPECTED_REV"}
)
_WAITING = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG")
_STATE_FOLDERS = ("rebase-merge", "rebase-apply", "sequencer")

_ROLES = (
    (GitRole.RENEWED, ("objects/info/", "refs/remotes/", "logs/refs/remotes/", "lfs/cache/")),
    (GitRole.RENEWED, ("lfs/tmp/", "fsmonitor--daemon")),
    (GitRole.OBJECT, ("objects/", "lfs/objects/", "sharedindex.")),
    (GitRole.LOG, ("logs/",)),
    (GitRole.REF, ("refs/", "reftable/")),
    (GitRole.STATE, tuple(f"{name}/" for name in _STATE_FOLDERS)),
)
"""Roles by the beginning of the path in the folder; the first that fits."""

LINKED = "worktrees"
"""Folder of the linked working trees: their paths hold for one computer only."""


def repository_of(path: str) -> str | None:
    """The relative path of the `.git` folder that contains a path, or None."""
    if ".git/" not in path:
        return None
    parts = path.split("/")
    return "/".join(parts[: parts.index(".git") + 1]) if ".git" in parts[:-1] else None


def role_of(inside: str) -> GitRole:
    """The role of a path in the folder of its repository."""
    if inside in _RENEWED:
        return GitRole.RENEWED
    if inside in {"refs/stash", "logs/refs/stash"}:
        return GitRole.STASH
    if inside in {"HEAD", "packed-refs"}:
        return GitRole.REF
    if inside in _STATE or inside in _STATE_FOLDERS:
        return GitRole.STATE
    return next((role for role, starts in _ROLES if inside.startswith(starts)), GitRole.SETTING)


def is_lock(path: str) -> bool:
    """Whether a path is the lock file of a running git command."""
    return path.endswith(".lock") and repository_of(path) is not None


class GitFolders:
    """The repositories of both sides: each `.git`, and those of submodules in it."""

    def __init__(self, *sides: Iterable[str]) -> None:
        heads: set[str] = set()
        others: set[str] = set()
        for side in sides:
            for path in side:
                if ".git/" not in path:
                    continue
                if path.endswith("/HEAD"):
                    heads.add(path[: -len("/HEAD")])
                elif path.endswith("/objects"):
                    others.add(path[: -len("/objects")])
        self.found = tuple(sorted(heads & others, key=len, reverse=True))
        self._known: dict[str, str | None] = {}

    def split(self, path: str) -> tuple[str, str] | None:
        """The nearest repository that contains a path, and the path in it."""
        if ".git/" not in path:
            return None
        folder = self._folder(path.rpartition("/")[0])
        return (folder, path[len(folder) + 1 :]) if folder else None

    def _folder(self, parent: str) -> str | None:
        if parent not in self._known:
            fitting = (one for one in self.found if f"{parent}/".startswith(f"{one}/"))
            self._known[parent] = next(fitting, repository_of(f"{parent}/x"))
        return self._known[parent]

    def role(self, path: str) -> GitRole | None:
        """The role of a path; None if no repository contains it."""
        place = self.split(path)
        return role_of(place[1]) if place else None


def waiting(folder: str, remote: Manifest, ours: Iterable[str]) -> str:
    """What git does in a remote repository right now; empty if it rests.

    `ours` are paths that were uploaded from here and are unchanged.
    """
    uploaded = {*ours}
    for name in _WAITING:
        if (path := f"{folder}/{name}") in remote and path not in uploaded:
            return f"{name} is there"
    for name in _STATE_FOLDERS:
        below = [path for path in remote if path.startswith(f"{folder}/{name}/")]
        if any(path not in uploaded for path in below):
            return f"{name} is there"
    locks = (path for path in remote if path.startswith(f"{folder}/") and is_lock(path))
    return next((f"{path} is there" for path in locks), "")
