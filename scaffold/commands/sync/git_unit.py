"""Decides for each repository of an upload: what git did on the remote is never replaced unseen.

Where our history contains the remote one, ours replaces it. Where it does not, the repository
stays as it is on the remote, or with `overwrite` its commits are kept there under backup refs.
"""

from collections.abc import Callable, Iterable
from dataclasses import field
from pathlib import Path

from scaffold.adapters.sync.local_git import LocalGit
from scaffold.commands.sync.requests import SkippedPath
from scaffold.records import dataclass
from scaffold.sync.comparing import PushComparison, SkipReason, SyncState
from scaffold.sync.git_folders import GitFolders, GitRole, waiting
from scaffold.sync.git_refs import (
    BACKUP,
    GitRefs,
    lost_refs,
    new_branches,
    orphaned,
    read_refs,
)
from scaffold.sync.manifest import Manifest

READ = frozenset({GitRole.REF, GitRole.STASH})
Reader = Callable[[list[str]], dict[str, bytes]]
"""Reads remote files by their path."""


@dataclass(slots=True)
class GitOutcome:
    """What the repositories of an upload need besides the upload.

    `kept_refs` are remote files of refs to write first, with their values; `commits` is what the
    remote has checked out in each repository whose history ours contains.
    """

    skipped: list[SkippedPath] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kept_refs: dict[str, str] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)


class GitSettlement:
    """Settles the repositories of one comparison of both sides."""

    def __init__(
        self,
        root: Path,
        found: PushComparison,
        sides: tuple[Manifest, Manifest],
        known: SyncState,
        read: Reader,
    ) -> None:
        self._root, self._found, self._known, self._read = root, found, known, read
        self._local, self._remote = sides
        self._git = GitFolders(*sides)
        # Each repository looks through its paths several times, so the others are left out once.
        self._theirs = {path: one for path, one in self._remote.items() if ".git/" in path}
        self._agreed = [path for path in known.agreed if ".git/" in path]
        self.outcome = GitOutcome()

    def settle(self, *, overwrite: bool) -> GitOutcome:
        """Sort the paths of every repository; read the remote refs where git changed them."""
        found = self._found
        found.gone = [path for path in found.gone if self._git.role(path) is not GitRole.OBJECT]
        for folder in self._git.found:
            if f"{folder}/HEAD" in self._local and f"{folder}/HEAD" in self._remote:
                self._settle_one(folder, overwrite=overwrite)
        # What only one side takes for a repository has no refs to compare.
        found.skipped |= dict.fromkeys(found.moved, SkipReason.UNKNOWN)
        found.moved = []
        return self.outcome

    def _settle_one(self, folder: str, *, overwrite: bool) -> None:
        if busy := waiting(folder, self._theirs, self._untouched(folder)):
            self._hold(folder, f"{SkipReason.GIT_BUSY}: {busy}")
            return
        local = LocalGit(self._root, folder)
        self._clear_state(folder)
        moved = {self._git.role(path) for path, _ in self._inside(folder, self._found.moved)}
        if not self._is_altered(folder) and not moved & READ:
            for path, inside in self._inside(folder, self._found.moved):
                self._place(path, inside, keep_head=False)
            self._clear_refs(folder, local.refs() if self._gone_refs(folder) else GitRefs())
            return
        theirs, ours = self._refs(folder), local.refs()
        lost = [
            name for name in lost_refs(theirs, ours, local) if self._is_new(folder, name, theirs)
        ]
        if lost and not overwrite:
            names = ", ".join(name.split("/", 2)[-1] for name in lost[:3])
            self._hold(folder, f"{SkipReason.REPOSITORY} ({names})")
            return
        for name in lost:
            value = theirs.values[name]
            backup = name.removeprefix("refs/")
            self.outcome.kept_refs[f"{folder}/{BACKUP}{backup}-{value[:10]}"] = value
        self._replace(folder, theirs, ours, local, overwrite=overwrite)

    def _is_new(self, folder: str, name: str, theirs: GitRefs) -> bool:
        """Whether the remote got a ref after the last upload; any other is ours to replace."""
        path = f"{folder}/{name if name in theirs.loose else 'packed-refs'}"
        return not self._known.is_untouched(path, self._remote[path])

    def _inside(self, folder: str, paths: Iterable[str]) -> list[tuple[str, str]]:
        start = f"{folder}/"
        pairs = ((path, self._git.split(path)) for path in paths if path.startswith(start))
        return [(path, place[1]) for path, place in pairs if place and place[0] == folder]

    def _untouched(self, folder: str) -> list[str]:
        return [
            path
            for path, _ in self._inside(folder, self._theirs)
            if self._known.is_untouched(path, self._remote[path])
        ]

    def _is_altered(self, folder: str) -> bool:
        """Whether any ref on the remote is not as it was uploaded."""
        theirs = {path for path, _ in self._inside(folder, self._theirs) if self._is_ref(path)}
        uploaded = {path for path, _ in self._inside(folder, self._agreed)}
        return any(
            self._remote[path].kind == "f"
            and not self._known.is_untouched(path, self._remote[path])
            for path in theirs
        ) or any(self._is_ref(path) and path not in self._remote for path in uploaded)

    def _is_ref(self, path: str) -> bool:
        return self._git.role(path) in READ

    def _refs(self, folder: str) -> GitRefs:
        paths = [
            path
            for path, inside in self._inside(folder, self._theirs)
            if self._is_ref(path) and self._remote[path].kind == "f" and "reftable/" not in inside
        ]
        content = self._read([path for path in paths if not path.endswith("logs/refs/stash")])
        return read_refs({path[len(folder) + 1 :]: one for path, one in content.items()})

    def _hold(self, folder: str, why: str) -> None:
        held = {path for path, _ in self._inside(folder, [*self._local, *self._remote])}
        self._found.leave_alone(held.__contains__)
        self.outcome.skipped.append(SkippedPath(folder, why))

    def _replace(
        self, folder: str, theirs: GitRefs, ours: GitRefs, local: LocalGit, *, overwrite: bool
    ) -> None:
        self._note_branches(folder, new_branches(theirs, ours, local))
        if f"{folder}/packed-refs" in {*self._found.send, *self._found.moved}:
            lost = orphaned(theirs, ours)
            self.outcome.kept_refs |= {f"{folder}/{name}": one for name, one in lost.items()}
        other_head = theirs.head != ours.head and f"{folder}/HEAD" in self._found.moved
        for path, inside in self._inside(folder, self._found.moved):
            self._place(path, inside, keep_head=other_head and not overwrite)
        if other_head and not overwrite:
            held = {f"{folder}/HEAD", f"{folder}/index"}
            self._found.leave_alone(held.__contains__)
            self.outcome.notes.append(
                f"{theirs.checked_out} is checked out on the remote, {ours.checked_out} locally: "
                "both stay (--overwrite checks out yours)"
            )
        self._clear_refs(folder, ours)
        if commit := theirs.values.get(theirs.branch, theirs.head):
            self.outcome.commits[folder] = commit

    def _note_branches(self, folder: str, names: tuple[str, ...]) -> None:
        if names:
            where = "" if folder == ".git" else f" in {folder}"
            self.outcome.notes.append(
                f"new on the remote{where}: {', '.join(names[:5])} (scaffold pull .git downloads "
                "new branches)"
            )

    def _place(self, path: str, inside: str, *, keep_head: bool) -> None:
        """Send a moved file, or leave what git keeps for the remote alone."""
        role, found = self._git.role(path), self._found
        found.moved.remove(path)
        if self._remote[path].kind != self._local[path].kind:
            below = [one for one in self._remote if one.startswith(f"{path}/")]
            found.cleared += [*below, path]
            found.send.append(path)
        elif role is GitRole.STASH:
            found.skipped[path] = SkipReason.STASH
        elif role in {GitRole.REF, GitRole.STATE} and not (keep_head and inside == "HEAD"):
            found.send.append(path)

    def _gone_refs(self, folder: str) -> list[tuple[str, str]]:
        """Loose refs on the remote that have no file here."""
        only = (path for path in self._theirs if path not in self._local)
        return [
            (path, inside)
            for path, inside in self._inside(folder, only)
            if self._git.role(path) is GitRole.REF
            and inside.startswith("refs/")
            and not inside.startswith(BACKUP)
            and self._remote[path].kind == "f"
        ]

    def _clear_refs(self, folder: str, ours: GitRefs) -> None:
        """Remove loose refs that we keep in packed-refs, which git reads last."""
        self._clear(path for path, inside in self._gone_refs(folder) if inside in ours.values)

    def _clear_state(self, folder: str) -> None:
        """Remove the state of a merge or rebase that was uploaded and has ended here."""
        gone = self._inside(folder, self._found.gone)
        self._clear(path for path, _ in gone if self._git.role(path) is GitRole.STATE)

    def _clear(self, paths: Iterable[str]) -> None:
        cleared = {*paths}
        self._found.cleared += sorted(cleared)
        self._found.gone = [path for path in self._found.gone if path not in cleared]
