"""Lists the paths of a local workspace that are synced, by the rules of git and of the user."""

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.adapters.local.temporary import is_temporary
from scaffold.adapters.sync.git_ignores import GitSources
from scaffold.adapters.sync.local_tree import LocalTree, Row
from scaffold.errors import InputError
from scaffold.sync.git_folders import LINKED
from scaffold.sync.manifest import STATE_FOLDER, Kind, ManifestEntry, parents
from scaffold.sync.rules import (
    IGNORE_FILE,
    IgnoreRules,
    is_ignored,
    read_rules,
    verdict,
)
from scaffold.sync.runs_here import is_disguised_git

_KINDS: dict[int, Kind] = {stat.S_IFREG: "f", stat.S_IFDIR: "d", stat.S_IFLNK: "l"}

_Pair = tuple[tuple[IgnoreRules, ...], tuple[IgnoreRules, ...]]
"""The user's rules and git's, each with the nearest file first."""


class LocalWorkspace:
    """A local folder: `entries` are the synced paths, `unreadable` those that cannot be read.

    `excluded` are the topmost paths that a rule excludes, `disguised` those that are `.git` on
    other disks: `pull` refuses them too. `left` are the names in each folder that are not synced,
    `environments` the folders left out for what is in them, `added` the paths that are synced
    although their folder or name is left out.

    `.git` is synced as a whole, since people commit in the container; rules apply to the folder
    itself only. Raises InputError if root is not a readable folder.
    """

    def __init__(
        self, root: Path, tree: LocalTree | None = None, git: GitSources | None = None
    ) -> None:
        self.root = root.resolve()
        self.tree = tree or LocalTree(self.root)
        self.entries: dict[str, ManifestEntry] = {}
        self.unreadable: list[str] = []
        self.excluded: list[str] = []
        self.disguised: list[str] = []
        self.left: dict[str, list[str]] = {}
        self.environments: list[str] = []
        self.added: dict[str, Sequence[int]] = {}
        self._git = git or GitSources(self.root)
        self._rules: dict[str, _Pair] = {}
        self._walk()
        self._add_tracked()

    def is_excluded(self, path: str) -> bool:
        """Whether a rule excludes a path, which need not exist locally, or a parent of it."""
        if _is_of_linked(path) or any(is_disguised_git(name) for name in path.split("/")):
            return True
        for folder in (*parents(path), path):
            above = folder.rpartition("/")[0]
            if _is_own(folder):
                return True
            pair = self._rules.get(above)
            if pair and not _inside_git(folder):
                if _ignored(f"{folder}/", pair) or (folder == path and _ignored(path, pair)):
                    return True
                self._rules.setdefault(folder, pair)
        return False

    def _walk(self) -> None:
        waiting: list[tuple[str, _Pair]] = [("", ((), tuple(self._git.rules())))]
        while waiting:
            folder, outer = waiting.pop()
            rows = self.tree.rows(folder)
            if rows is None:
                self.unreadable.append(folder)
                rows = []
            in_git = _inside_git(f"{folder}/x")
            pair = outer if in_git else self._with_files(folder, {row[0] for row in rows}, outer)
            self._rules[folder] = pair
            self.left[folder] = left = []
            for row in rows:
                path = f"{folder}/{row[0]}" if folder else row[0]
                one = self._synced(path, row, None if in_git else pair)
                if one is None:
                    left.append(row[0])
                    continue
                self.entries[path] = one
                if one.kind == "d":
                    waiting.append((path, pair))

    def _synced(self, path: str, row: Row, pair: _Pair | None) -> ManifestEntry | None:
        """The entry of a listed path; None if it is not synced. Without rules it is in `.git`."""
        one = self._entry(path, row)
        if one is None or _is_own(path) or (pair is None and _is_of_linked(path)):
            return None
        if is_disguised_git(row[0]):
            self.disguised.append(path)
            return None
        if pair and self._is_excluded(path, one, pair):
            self.excluded.append(path)
            return None
        return one

    def _entry(self, path: str, row: Row) -> ManifestEntry | None:
        kind = _KINDS.get(stat.S_IFMT(row[1]))
        try:
            if not row[1]:
                raise OSError
            target = str((self.root / path).readlink()) if kind == "l" else ""
        except OSError:
            self.unreadable.append(path)
            return None
        if kind is None:
            return None
        return ManifestEntry(
            kind=kind, mode=row[1] & 0o777, size=row[2], mtime=row[3], target=target
        )

    def _is_excluded(self, path: str, one: ManifestEntry, pair: _Pair) -> bool:
        if one.kind != "d":
            return _ignored(path, pair)
        if verdict(f"{path}/", pair[0]) is False:
            return False
        if self.tree.is_environment(path):
            self.environments.append(path)
            return True
        return _ignored(f"{path}/", pair)

    def _with_files(self, folder: str, names: set[str], outer: _Pair) -> _Pair:
        own, git = outer
        if IGNORE_FILE in names and (rules := self._read(folder, IGNORE_FILE)):
            own = (rules, *own)
        if ".gitignore" in names and (rules := self._read(folder, ".gitignore")):
            git = (rules, *git)
        return own, git

    def _read(self, folder: str, name: str) -> IgnoreRules | None:
        try:
            return read_rules(folder, read_file(self.root / folder / name) or b"")
        except InputError:
            return None

    def _add_tracked(self) -> None:
        """Sync tracked files even if a git rule ignores them; the user's rules still apply."""
        for path in self._git.tracked_and_ignored():
            chain = [*parents(path), path]
            own = self._rules[""][0]
            if any(is_ignored(f"{one}/", own) for one in chain) or is_ignored(path, own):
                continue
            if any(is_disguised_git(name) for name in path.split("/")):
                continue
            for one in chain:
                row = self.tree.row_of(one)
                found = _local_entry(self.root, one)
                if found is None or not row:
                    break
                if one not in self.entries:
                    self.entries[one] = found
                    self.added[one] = row


def upload_size(root: Path) -> int:
    """The bytes that a first upload of a folder takes."""
    return sum(one.size for one in LocalWorkspace(root).entries.values() if one.kind == "f")


def entry_of(found: os.stat_result, path: str) -> ManifestEntry | None:
    """The entry for an lstat result; None for kinds that are never synced."""
    kind = _KINDS.get(stat.S_IFMT(found.st_mode))
    if kind is None:
        return None
    target = str(Path(path).readlink()) if kind == "l" else ""
    return ManifestEntry(
        kind=kind,
        mode=found.st_mode & 0o777,
        size=found.st_size,
        mtime=found.st_mtime_ns,
        target=target,
    )


def local_entries(root: Path, paths: Iterable[str]) -> dict[str, ManifestEntry]:
    """The entries of those paths below a folder that exist."""
    found = ((path, _local_entry(root, path)) for path in paths)
    return {path: one for path, one in found if one}


def local_link(root: Path, path: str) -> str | None:
    """The target of a link below a folder, None if the path is no link."""
    one = _local_entry(root, path)
    return one.target if one and one.kind == "l" else None


def _local_entry(root: Path, path: str) -> ManifestEntry | None:
    full = root / path
    try:
        return entry_of(full.lstat(), str(full))
    except OSError:
        return None


def _is_own(path: str) -> bool:
    return is_temporary(path) or path.split("/", 1)[0] == STATE_FOLDER


def _is_of_linked(path: str) -> bool:
    """Whether a path belongs to git's records of linked working trees: paths of this computer."""
    return f"/.git/{LINKED}/" in f"/{path}/"


def _inside_git(path: str) -> bool:
    return "/.git/" in f"/{path}"


def _ignored(path: str, pair: _Pair) -> bool:
    own, git = pair
    output = verdict(path, own)
    return is_ignored(path, git) if output is None else output
