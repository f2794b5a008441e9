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
from typing import TYPE_CHECKING

from scaffold.adapters.local.signals import Background
from scaffold.adapters.sync.remote_shell import RemoteShell
from scaffold.adapters.sync.snapshot import Snapshot, read_listing_of
from scaffold.adapters.sync.state import SavedState, local_holder
from scaffold.commands.sync.remote import RemoteState, RemoteWorkspace, pruned_names
from scaffold.commands.sync.requests import PushRequest
from scaffold.errors import InputError
from scaffold.sync.manifest import STATE_FOLDER, ManifestEntry
from scaffold.sync.replies import digest_of, entries_of, form_of
from scaffold.sync.target import SyncTarget

if TYPE_CHECKING:
    from scaffold.adapters.sync.walk import LocalWorkspace


_NONE = ("", "")


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
        self._seen = self._usable()
        known = (self._seen.form, self._seen.listing) if self._seen else _NONE
        self._scanning = Background(lambda: self._scan(known))
        # The local side is imported while ssh connects.
        from scaffold.adapters.sync.git_ignores import GitSources
        from scaffold.adapters.sync.local_tree import LocalTree

        self._git, self._tree = GitSources(root), LocalTree(root)

    def are_unchanged(self) -> bool:
        """Whether both sides are as the last run left them, with nothing to do.

        Raises InputError if another computer owns the target.
        """
        local = self._seen is not None and self._is_local(self._seen)
        if not local:
            # Needed then in any case, and the remote still answers.
            _ = self.workspace, self._known_entries
        self._require_ownership()
        return local and self.remote.same

    @cached_property
    def workspace(self) -> "LocalWorkspace":
        """The local files by the rules."""
        from scaffold.adapters.sync.walk import LocalWorkspace

        # Marked before they are read: what changes in between shows the next time.
        outside = self._outside
        known = None
        if outside and self._seen and self._seen.outside == outside:
            from scaffold.adapters.sync.verdicts import Verdicts

            known = Verdicts(self._seen, self._saved.known.agreed.get)
        return LocalWorkspace(self._root, self._tree, self._git, known)

    @cached_property
    def remote(self) -> RemoteState:
        """The remote side, without its entries if they are the known ones."""
        return self._scanning.result()

    @cached_property
    def _outside(self) -> str:
        """A digest of what git adds to the rules; empty if it cannot be told."""
        return self._git.digest(self._tree.begun)

    def whole_remote(self) -> RemoteState:
        """The remote side with its entries."""
        if not self.remote.same:
            return self.remote
        if self._known_entries is None:
            self.remote = self._scan(_NONE)
        else:
            listing, entries = self._known_entries
            self.remote = replace(self.remote, entries=entries, listing=listing)
        return self.remote

    def with_tools(self) -> RemoteState:
        """The remote side with its tools and its space, which a known listing does not tell."""
        if self.remote.same:
            rsync, space = self.remote_workspace.tools(self._saved.id)
            self.remote = replace(self.remote, rsync=rsync, space=space)
        return self.remote

    @cached_property
    def _known_entries(self) -> tuple[bytes, dict[str, ManifestEntry]] | None:
        """The remote listing of the snapshot, and its entries."""
        listing = read_listing_of(self._saved.path, self._seen) if self._seen else None
        return None if listing is None else (listing, entries_of(listing))

    def keep_snapshot(self, listing: bytes) -> None:
        """Remember both sides, the remote by its listing now, unless a change might not show."""
        from scaffold.adapters.sync.local_tree import is_past
        from scaffold.adapters.sync.verdicts import rule_rows

        if not (listing and self._outside):
            return
        local, tree = self.workspace, self._tree
        folders = {one: (tree.digest(one, names), names) for one, names in local.left.items()}
        seen = self._seen.folders if self._seen else {}
        settled = all(
            seen.get(one, _NONE)[0] == mark or tree.is_settled(one, names)
            for one, (mark, names) in folders.items()
        )
        settled = settled and all(is_past(row[3], tree.begun) for row in local.added.values())
        if not settled:
            return
        snapshot = Snapshot(
            id=self._saved.id,
            folders=folders,
            rules={one: rules for one in local.left if (rules := rule_rows(tree, one))},
            strays=[path for path in self._saved.known.agreed if path not in local.entries],
            environments=local.environments,
            watched=local.added,
            outside=self._outside,
            paths=self._paths,
            asked=self._asked(),
            form=form_of(listing),
            listing=digest_of(listing),
        )
        self._saved.keep_snapshot(snapshot, listing)

    def _usable(self) -> Snapshot | None:
        """The snapshot, if the remote is asked for the same paths, and this run only compares."""
        seen, request = self._saved.snapshot, self._request
        if seen is None or request.dry_run or request.take_over or seen.asked != self._asked():
            return None
        return seen

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

    def _scan(self, same: tuple[str, str], *, take: bool = False) -> RemoteState:
        take, dry = take or self._request.take_over, self._request.dry_run
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
            and self._has_needed(seen)
            and all(tree.is_environment(path) for path in seen.environments)
            and all(tree.row_of(path) == [*row] for path, row in seen.watched.items())
            and self._outside == seen.outside
        )

    def _has_needed(self, seen: Snapshot) -> bool:
        """Whether the files that the server needs were synced, if they exist."""
        for path in self._request.needed:
            folder, _, name = path.rpartition("/")
            synced = path in seen.watched or (
                folder in seen.folders and name not in seen.folders[folder][1]
            )
            if not synced and (self._root / path).is_file():
                return False
        return True

    def _require_ownership(self) -> None:
        holder, keep = self.remote.holder, not self._request.dry_run
        if holder is None or holder.id == self._claim.id or self._request.take_over:
            return
        if self._saved.take_from_renamed(holder, keep=keep):
            self._claim = local_holder(self._saved, self._root)
            self._paths = self._listed_paths()
            self.remote = self._scan(_NONE, take=True)
            return
        raise InputError(
            f"{self._target} is owned by {holder}",
            hint="two folders that sync to one target undo each other's work: choose another "
            "target, or use --take-over if the other one is no longer used",
        )
