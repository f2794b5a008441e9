"""Compares both sides of an upload, and settles by content and by git what times cannot tell."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from scaffold.adapters.sync.local_git import LocalGit
from scaffold.adapters.sync.state import SavedState
from scaffold.commands.sync.git_unit import GitOutcome, GitSettlement
from scaffold.commands.sync.remote import RemoteWorkspace, sum_of
from scaffold.sync.comparing import EDITED, PushComparison, SkipReason, compare
from scaffold.sync.manifest import Manifest

_Blob = tuple[LocalGit, str, str]
"""A file in a commit: the repository, the commit, and the path in it."""


class Comparing:
    """One comparison of local and remote entries."""

    def __init__(
        self,
        root: Path,
        remote: RemoteWorkspace,
        saved: SavedState,
        sides: tuple[Manifest, Manifest],
    ) -> None:
        self._root, self._workspace, self._saved = root, remote, saved
        self._local, self._remote = sides

    def run(
        self, is_excluded: Callable[[str], bool], *, overwrite: bool
    ) -> tuple[PushComparison, GitOutcome]:
        """The paths of an upload, and what the repositories need besides it."""
        sides, known = (self._local, self._remote), self._saved.known
        found = compare(*sides, known, is_excluded)
        git = GitSettlement(self._root, found, sides, known, self._read)
        outcome = git.settle(overwrite=overwrite)
        committed: dict[str, _Blob] = {}
        for folder, commit in outcome.commits.items():
            committed |= self._tracked(found, LocalGit(self._root, folder), commit)
        if doubtful := {*found.doubtful(*sides), *committed}:
            self._settle(found, sorted(doubtful), committed)
        return found, outcome

    def _read(self, paths: list[str]) -> dict[str, bytes]:
        from scaffold.commands.sync.pull_transfer import read_files

        return read_files(self._workspace.shell, paths, self._remote)

    def _tracked(self, found: PushComparison, git: LocalGit, commit: str) -> dict[str, _Blob]:
        """Files edited on both sides that are in a remote commit, which our history contains."""
        below = git.top().removeprefix(str(self._root)).strip("/")
        start = f"{below}/" if below else ""
        edited = [path for path, why in found.skipped.items() if why in EDITED]
        tracked = git.tracked(commit) if edited else frozenset()
        return {
            path: (git, commit, path.removeprefix(start))
            for path in edited
            if path.startswith(start)
            and path.removeprefix(start) in tracked
            and self._remote[path].kind == "f"
            and found.skipped[path] is not SkipReason.EDITED_ON_REMOTE
        }

    def _settle(
        self, found: PushComparison, doubtful: list[str], committed: dict[str, _Blob]
    ) -> None:
        """Sort by content: equal files are the same, and what git has committed is no loss."""
        sums = self._workspace.sums(self._saved.id, doubtful)
        found.settle({path for path, one in sums.items() if sum_of(self._root / path) == one})
        for path, (git, commit, inside) in committed.items():
            content = git.content(commit, inside) if path in found.skipped else None
            if content is not None and hashlib.sha256(content).hexdigest() == sums.get(path):
                found.release([path])
