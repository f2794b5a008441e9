"""One upload: compares both sides in full, and uploads what changed."""

import time
from pathlib import Path

from scaffold.adapters.sync.git_files import foreign_links, repository_notes
from scaffold.adapters.sync.left_out import dangling_links, large_ignored
from scaffold.adapters.sync.state import SavedState
from scaffold.adapters.sync.walk import LocalWorkspace
from scaffold.commands.sync import push_transfer
from scaffold.commands.sync.both_sides import BothSides
from scaffold.commands.sync.git_unit import GitOutcome
from scaffold.commands.sync.push_compare import Comparing
from scaffold.commands.sync.push_report import pull_command, require_space, skipped_paths
from scaffold.commands.sync.push_transfer import Upload
from scaffold.commands.sync.remote import RemoteState, RemoteWorkspace
from scaffold.commands.sync.requests import PushRequest, PushResult, UploadMethod
from scaffold.commands.sync.ui import SyncUi
from scaffold.commands.sync.withholding import is_readable, require_included, withhold_secrets
from scaffold.sync.comparing import (
    PushComparison,
    SyncState,
    agreed_after,
    compare,
    twins_of,
)
from scaffold.sync.manifest import parents
from scaffold.sync.replies import listing_with
from scaffold.sync.scripts import backup_commands, delete_commands
from scaffold.sync.target import SyncTarget


class PushRun:
    """One run; the remote state and the local files are set as they become known."""

    remote_workspace: RemoteWorkspace
    remote: RemoteState
    workspace: LocalWorkspace
    git: GitOutcome
    foreign: list[str]

    def __init__(
        self,
        root: Path,
        target: SyncTarget,
        request: PushRequest,
        ui: SyncUi,
        saved: SavedState,
    ) -> None:
        self.root, self.target, self.request = root, target, request
        self.ui, self.saved = ui, saved
        self.notes: list[str] = []

    def without_volume(self, begun: float) -> PushResult:
        """Return the result of a dry run whose volume does not exist yet."""
        self.remote, self.git = RemoteState(exists=False), GitOutcome()
        self._list(LocalWorkspace(self.root))
        found = compare(self.workspace.entries, {}, SyncState(), self.workspace.is_excluded)
        return self._result(found, begun)

    def run(self, sides: BothSides, begun: float) -> PushResult:
        """Compare both sides in full, and upload what changed."""
        self.remote_workspace, self.remote = sides.remote_workspace, sides.whole_remote()
        self._list(sides.workspace)
        require_included(self.request.needed, self.root, self.workspace.entries)
        both = (self.workspace.entries, self.remote.entries)
        comparing = Comparing(self.root, self.remote_workspace, self.saved, both)
        found, self.git = comparing.run(
            self.workspace.is_excluded, overwrite=self.request.overwrite
        )
        local = self.workspace.entries
        self.notes += withhold_secrets(found, local, self.saved, self.request)
        edited = found.overwrite(self.workspace.entries) if self.request.overwrite else []
        if self.request.dry_run:
            return self._result(found, begun)
        result = self._do(sides, found, edited, begun)
        if not (result.gone or result.deleted or result.skipped or result.notes):
            sides.keep_snapshot(self._listing_now(found, result.method, edited))
        return result

    def _listing_now(self, found: PushComparison, method: UploadMethod, edited: list[str]) -> bytes:
        """The remote listing after this run; empty if it cannot be told without asking."""
        if found.cleared or edited or self.git.kept_refs:
            return b""
        sent = {path: self.workspace.entries[path] for path in found.send}
        return listing_with(self.remote.listing, sent, in_seconds=method == "tar")

    def _list(self, workspace: LocalWorkspace) -> None:
        """Take the local files; a `.git` file that names a folder of this computer stays here."""
        self.workspace = workspace
        links = foreign_links(self.root, self.workspace.entries)
        for path in links:
            del self.workspace.entries[path]
        self.foreign = [*links.values()]

    def _do(
        self, sides: BothSides, found: PushComparison, edited: list[str], begun: float
    ) -> PushResult:
        local, known = self.workspace.entries, self.saved.known
        unreadable = {path for path in found.send if not is_readable(self.root, path, local[path])}
        found.send = [path for path in found.send if path not in unreadable]
        self.workspace.unreadable += sorted(unreadable)
        method: UploadMethod = ""
        growth = self._growth(found)
        if found.send and max(growth, self._replaced(found)) >= push_transfer.DELTA_BYTES:
            self.remote = sides.with_tools()
        require_space(growth, self.remote.space, str(self.target))
        if found.send or found.cleared:
            pending = {path: local[path] for path in found.send}
            self.saved.keep_pending(pending)
        self._make_room(found, edited)
        if found.send:
            method = Upload(
                self.root, self.target, self.remote_workspace, self.remote, self.saved.id
            ).send(found.send, local, self.ui)
        deleted = self._delete(found.gone)
        equal, remote = {*found.same, *found.send}, {**self.remote.entries}
        removed = {*deleted, *found.cleared} - equal
        agreed = agreed_after(local, remote, known, equal, removed, self.workspace.is_excluded)
        self.saved.keep(SyncState(agreed, twins=twins_of(found.same, local, remote)))
        return self._result(found, begun, method, deleted)

    def _replaced(self, found: PushComparison) -> int:
        """The bytes of the remote files that are replaced."""
        remote = self.remote.entries
        return sum(remote[path].size for path in found.send if path in remote)

    def _growth(self, found: PushComparison) -> int:
        """By how many bytes the remote files grow."""
        both = (self.workspace.entries, self.remote.entries)
        new, old = (
            sum(one.size for path in found.send if (one := side.get(path)) and one.kind == "f")
            for side in both
        )
        return new - old

    def _make_room(self, found: PushComparison, edited: list[str]) -> None:
        """Back up what is replaced, and remove what git keeps elsewhere."""
        local, remote = self.workspace.entries, self.remote.entries
        aside = {path for path in edited if local[path].kind != remote[path].kind}
        if edited or self.git.kept_refs:
            script = backup_commands(edited, self.git.kept_refs, aside)
            self.remote_workspace.change(self.saved.id, script)
        if found.cleared:
            self.remote_workspace.change(self.saved.id, delete_commands(found.cleared, remote))
        if aside:
            for path in [one for one in remote if any(up in aside for up in (*parents(one), one))]:
                del remote[path]
        for path in found.cleared:
            remote.pop(path, None)

    def _delete(self, gone: list[str]) -> list[str]:
        if not gone or not self.request.delete:
            return []
        if not self.ui.confirm(f"Delete these at {self.target}?", gone):
            return []
        self.remote_workspace.change(self.saved.id, delete_commands(gone, self.remote.entries))
        return gone

    def _result(
        self,
        found: PushComparison,
        begun: float,
        method: UploadMethod = "",
        deleted: list[str] | None = None,
    ) -> PushResult:
        local, gone = self.workspace.entries, deleted or []
        sizes = {path: local[path].size for path in found.send if local[path].kind == "f"}
        dry_run = self.request.dry_run
        return PushResult(
            target=self.target,
            files=tuple(sorted(found.send)),
            size=sum(sizes.values()),
            sizes=sizes,
            gone=tuple(path for path in found.gone if path not in gone),
            deleted=tuple(gone),
            skipped=skipped_paths(found, self.workspace, self.remote, self.git),
            method=method,
            created=not (self.remote.exists or dry_run),
            seconds=round(time.monotonic() - begun, 2),
            clock_ahead=self.remote.clock_ahead,
            notes=(*self.git.notes, *self.notes, *self._upload_notes(found)),
            ignored=large_ignored(self.root, self.workspace.excluded) if dry_run else {},
            pull_history=pull_command(self.root, self.request),
        )

    def _upload_notes(self, found: PushComparison) -> list[str]:
        """What the user should know about these uploads."""
        if not found.send:
            return []
        local, sent = self.workspace.entries, {*found.send}
        links = dangling_links(local)
        return [
            *self.foreign,
            *repository_notes(self.root, local),
            *(
                f"{path} is a link to {target}, which is not uploaded"
                for path, target in links.items()
                if path in sent
            ),
        ]
