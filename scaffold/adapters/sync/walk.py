"""Lists the paths of a local workspace that are synced, by the rules of git and of the user."""

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.adapters.local.temporary import is_temporary
from scaffold.adapters.sync.git_ignores import GitSources
from scaffold.adapters.sync.local_tree import LocalTree, Row
from scaffold.adapters.sync.verdicts import Verdicts
from scaffold.errors import InputError
from scaffold.sync.git_folders import LINKED
from scaffold.sync.manifest import STATE_FOLDER, Kind, ManifestEntry, parents
from scaffold.sync.rules import (
    IGNORE_FILE,
    IgnoreRules,
    configuration_rules,
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
    `environments` the folders left out for what is in them, `added` the files that are synced
    although their folder or name is left out.

    `.git` is synced as a whole, since people commit in the container; rules apply to the folder
    itself only. Raises InputError if root is not a readable folder.
    """

    def __init__(
        self,
        root: Path,
        tree: LocalTree | None = None,
        git: GitSources | None = None,
        verdicts: Verdicts | None = None,
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
        self._verdicts, self._all_known = verdicts, verdicts is not None
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
            pair = self._pair(above)
            if pair and not _inside_git(folder):
                if _ignored(f"{folder}/", pair) or (folder == path and _ignored(path, pair)):
                    return True
                if folder not in self.left:
                    self._rules.setdefault(folder, pair)
        return False

    def _walk(self) -> None:
        waiting = [("", self._verdicts)]
        while waiting:
            folder, above = waiting.pop()
            if (rows := self.tree.rows(folder)) is None:
                self.unreadable.append(folder)
            known = above.of_folder(self.tree, folder) if above else None
            self._all_known = self._all_known and known is not None
            self.left[folder] = left = []
            start = f"{folder}/" if folder else ""
            for row in rows or ():
                path = start + row[0]
                synced = known.is_synced(path, row) if known else None
                if synced is None:
                    synced = self._is_synced(folder, path, row)
                one = self._entry(path, row) if synced else None
                if one is None:
                    left.append(row[0])
                    continue
                self.entries[path] = one
                if one.kind == "d":
                    waiting.append((path, above if known else None))

    def _is_synced(self, folder: str, path: str, row: Row) -> bool:
        in_git = _inside_git(path)
        if _is_own(path) or (in_git and _is_of_linked(path)):
            return False
        if stat.S_IFMT(row[1]) not in _KINDS:
            return not row[1]
        if is_disguised_git(row[0]):
            self.disguised.append(path)
            return False
        excluded = not in_git and self._is_excluded(folder, path, row)
        self.excluded += [path] if excluded else []
        return not excluded

    def _pair(self, folder: str) -> _Pair | None:
        """The rules that apply in a folder; None if it was not walked."""
        if folder not in self.left and folder not in self._rules:
            return None
        above: _Pair = ((), ())
        for one in ("", *parents(folder), *([folder] if folder else [])):
            if one not in self._rules:
                names = {row[0] for row in self.tree.rows(one) or ()}
                outer = above if one else ((), tuple(self._git.rules()))
                in_git = _inside_git(f"{one}/x")
                self._rules[one] = outer if in_git else self._with_files(one, names, outer)
            above = self._rules[one]
        return above

    def _entry(self, path: str, row: Row) -> ManifestEntry | None:
        _, mode, size, mtime, _, _ = row
        kind = _KINDS.get(stat.S_IFMT(mode))
        try:
            if not mode:
                raise OSError
            target = str((self.root / path).readlink()) if kind == "l" else ""
        except OSError:
            self.unreadable.append(path)
            return None
        return ManifestEntry(kind, mode & 0o777, size, mtime, target) if kind else None

    def _is_excluded(self, folder: str, path: str, row: Row) -> bool:
        pair = self._pair(folder) or ((), ())
        if not stat.S_ISDIR(row[1]):
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
        if rules := configuration_rules(folder):
            git = (rules, *git)
        return own, git

    def _read(self, folder: str, name: str) -> IgnoreRules | None:
        try:
            return read_rules(folder, read_file(self.root / folder / name) or b"")
        except InputError:
            return None

    def _add_tracked(self) -> None:
        """Sync tracked files even if a git rule ignores them; the user's rules still apply."""
        # Without another rule and another index the same tracked files are ignored.
        seen = self._verdicts.seen.watched if self._verdicts and self._all_known else None
        for path in self._git.tracked_and_ignored() if seen is None else seen:
            chain = [*parents(path), path]
            own = (self._pair("") or ((), ()))[0]
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
                    self.added |= {one: row} if found.kind != "d" else {}


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
