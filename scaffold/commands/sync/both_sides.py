"""Both sides of an upload: the remote is scanned while the local files are listed.

If both are what they were at the end of the last run, and nothing was left to do then, nothing is
to do now: the comparison, the rules and git are not asked again. What may hide a change from these
marks (a file changed within the tick of a clock, another state, git or program) makes the run
compare in full.
"""

import hashlib
import stat
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from scaffold.adapters.local.signals import Background
from scaffold.adapters.sync.git_ignores import GitSources
from scaffold.adapters.sync.local_tree import LocalTree
from scaffold.adapters.sync.remote_shell import RemoteShell
from scaffold.adapters.sync.snapshot import Snapshot, read_listing_of
from scaffold.adapters.sync.state import SavedState, local_holder
from scaffold.adapters.sync.walk import LocalWorkspace, is_environment
from scaffold.commands.sync.remote import RemoteState, RemoteWorkspace, pruned_names
from scaffold.commands.sync.requests import PushRequest
from scaffold.errors import InputError
from scaffold.sync.holder import Holder
from scaffold.sync.manifest import STATE_FOLDER
from scaffold.sync.replies import digest_of, entries_of
from scaffold.sync.target import SyncTarget


class BothSides:
    """The local and the remote side of one upload; the remote scan begins at once."""

    def __init__(
        self,
        root: Path,
        target: SyncTarget,
        request: PushRequest,
        saved: SavedState,
        shell: RemoteShell,
    ) -> None:
        self._root, self._target, self._request = root, target, request
        self._saved, self._claim = saved, local_holder(saved, root)
        self.remote_workspace = RemoteWorkspace(shell, self._owner() if shell.as_root else "")
        if not request.dry_run and not saved.is_kept:
            # A run that ends right after its claim must know it the next time.
            saved.keep(saved.known)
        self._prune, self._paths = pruned_names(root), self._listed_paths()
        self._scanning = Background(lambda: self._scan(self._expected))
        self._git, self._tree = GitSources(root), LocalTree(root)

    def are_unchanged(self) -> bool:
        """Whether both sides are as the last run left them, with nothing to do.

        Raises InputError if another computer owns the target.
        """
        seen = self._saved.snapshot if self._expected else None
        local = seen is not None and self._is_local(seen)
        if not local:
            _ = self.workspace
        self._require_ownership(self._claim)
        return local and self.remote.same

    @cached_property
    def workspace(self) -> LocalWorkspace:
        """The local files by the rules."""
        return LocalWorkspace(self._root, self._tree, self._git)

    @cached_property
    def remote(self) -> RemoteState:
        """The remote side, without its entries if they are the known ones."""
        return self._scanning.result()

    def whole_remote(self) -> RemoteState:
        """The remote side with its entries."""
        if not self.remote.same or self._saved.snapshot is None:
            return self.remote
        listing = read_listing_of(self._saved.path, self._saved.snapshot)
        if listing is None:
            self.remote = self._scan("")
        else:
            self.remote = replace(self.remote, entries=entries_of(listing), listing=listing)
        return self.remote

    def keep_snapshot(self) -> None:
        """Remember both sides, unless a later change of one might not show."""
        local, tree = self.workspace, self._tree
        outside = self._git.digest(tree.begun)
        settled = all(tree.is_settled(folder, names) for folder, names in local.left.items())
        if not (outside and settled and self.remote.listing):
            return
        snapshot = Snapshot(
            id=self._saved.id,
            folders={one: (tree.digest(one, names), names) for one, names in local.left.items()},
            environments=local.environments,
            watched={path: tree.row_of(path) for path in local.added},
            outside=outside,
            paths=self._paths,
            asked=self._asked(),
            listing=digest_of(self.remote.listing),
        )
        self._saved.keep_snapshot(snapshot, self.remote.listing)

    @property
    def _expected(self) -> str:
        """The SHA-256 of the listing that the remote would give if nothing changed."""
        seen, request = self._saved.snapshot, self._request
        usable = seen is not None and not request.dry_run and not request.take_over
        return seen.listing if usable and seen and seen.asked == self._asked() else ""

    def _asked(self) -> str:
        about = repr((self._prune, self._paths, self.remote_workspace.shell.folder)).encode()
        return hashlib.sha256(about).hexdigest()

    def _listed_paths(self) -> list[str]:
        if seen := self._saved.snapshot:
            named = {*seen.paths}
        else:
            known = self._saved.known
            named = {path.split("/", 1)[0] for path in (*known.agreed, *known.pending)}
        return sorted({*(path.name for path in self._root.iterdir()), *named} - {STATE_FOLDER})

    def _owner(self) -> str:
        uid, gid = self._target.uid, self._target.gid
        return "" if uid is None else f"{uid}:{uid if gid is None else gid}"

    def _scan(self, same: str) -> RemoteState:
        take, dry = self._request.take_over, self._request.dry_run
        return self.remote_workspace.scan(
            self._claim, self._prune, self._paths, take=take, dry=dry, same=same
        )

    def _is_local(self, seen: Snapshot) -> bool:
        """Whether the local side is that of a snapshot."""
        tree, waiting, left = self._tree, [""], len(seen.folders)
        while waiting:
            folder = waiting.pop()
            digest, names = seen.folders.get(folder, ("", ()))
            if not digest or tree.digest(folder, names) != digest:
                return False
            left -= 1
            inner = (row[0] for row in tree.rows(folder) or () if stat.S_ISDIR(row[1]))
            start = f"{folder}/" if folder else ""
            waiting += [f"{start}{name}" for name in inner if name not in names]
        return (
            not left
            and all(is_environment(tree, path) for path in seen.environments)
            and all(tree.row_of(path) == [*row] for path, row in seen.watched.items())
            and self._git.digest(tree.begun) == seen.outside
        )

    def _require_ownership(self, claim: Holder) -> None:
        holder = self.remote.holder
        if holder is None or holder.id == claim.id or self._request.take_over:
            return
        raise InputError(
            f"{self._target} is owned by {holder}",
            hint="two folders that sync to one target undo each other's work: choose another "
            "target, or use --take-over if the other one is no longer used",
        )
