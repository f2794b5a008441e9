"""Upload the workspace to its target: changes only, and no remote change is lost."""

import time
from pathlib import Path

from scaffold.adapters.local.files import shown
from scaffold.adapters.local.signals import interruptible_worker
from scaffold.adapters.sync.git_files import foreign_links, repository_notes
from scaffold.adapters.sync.left_out import dangling_links, large_ignored
from scaffold.adapters.sync.remote_shell import RemoteShell
from scaffold.adapters.sync.state import SavedState, local_holder, locked_state
from scaffold.adapters.sync.walk import LocalWorkspace
from scaffold.commands.sync.git_unit import GitOutcome
from scaffold.commands.sync.push_compare import Comparing
from scaffold.commands.sync.push_report import pull_command, require_space, skipped_paths
from scaffold.commands.sync.push_transfer import Upload, UploadMethod
from scaffold.commands.sync.remote import (
    RemoteState,
    RemoteWorkspace,
    check_target,
    open_remote_shell,
    pruned_names,
)
from scaffold.commands.sync.requests import PushRequest, PushResult
from scaffold.commands.sync.ui import SyncUi
from scaffold.commands.sync.withholding import is_readable, require_included, withhold_secrets
from scaffold.errors import InputError
from scaffold.sync.comparing import (
    PushComparison,
    SyncState,
    agreed_after,
    compare,
    twins_of,
)
from scaffold.sync.holder import Holder
from scaffold.sync.manifest import STATE_FOLDER, parents
from scaffold.sync.scripts import backup_commands, delete_commands
from scaffold.sync.target import SyncTarget


def push(root: Path, target: SyncTarget, request: PushRequest, ui: SyncUi) -> PushResult:
    """Upload the workspace `root` to its target; a second run uploads only what changed.

    Each remote file is always either the old or the new one. Raises TargetError if the remote
    side fails (unreachable, read-only, full), InputError if another computer owns the target or
    it cannot be one.
    """
    begun = time.monotonic()
    check_target(target)
    root = root.resolve()
    if not root.is_dir():
        raise InputError(f"{shown(root)} is not a folder")
    with locked_state(root, target) as saved:
        run = _Push(root, target, request, ui, saved)
        if target.volume and request.dry_run and not _volume_exists(target, request):
            return run.without_volume(begun)
        with open_remote_shell(root, target, request.ssh_config, ui) as shell:
            return run.run(shell, begun)


def _volume_exists(target: SyncTarget, request: PushRequest) -> bool:
    from scaffold.adapters.docker.engine import docker_engine

    with docker_engine(target.host or None, request.ssh_config) as engine:
        return engine.volume(target.volume) is not None


class _Push:
    """One run; the remote shell, its state and the local files are set as they become known."""

    shell: RemoteShell
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
        self._list()
        found = compare(self.workspace.entries, {}, SyncState(), self.workspace.is_excluded)
        return self._result(found, begun)

    def run(self, shell: RemoteShell, begun: float) -> PushResult:
        self.shell = shell
        self.remote_workspace = RemoteWorkspace(shell, self._owner() if shell.as_root else "")
        claim = local_holder(self.saved, self.root)
        if not self.request.dry_run:
            # A run that ends right after its claim must know it the next time.
            self.saved.keep(self.saved.known)
        with interruptible_worker() as pool, self.ui.progress("comparing both sides", 0):
            # The remote scan mostly waits for the connection; the local one runs meanwhile.
            scanning = pool.submit(self._scan, claim)
            self._list()
            self.remote = scanning.result()
        self._require_ownership(claim)
        require_included(self.request.needed, self.root, self.workspace.entries)
        sides = (self.workspace.entries, self.remote.entries)
        comparing = Comparing(self.root, self.remote_workspace, self.saved, sides)
        found, self.git = comparing.run(
            self.workspace.is_excluded, overwrite=self.request.overwrite
        )
        local = self.workspace.entries
        self.notes += withhold_secrets(found, local, self.saved, self.request)
        edited = found.overwrite(self.workspace.entries) if self.request.overwrite else []
        if self.request.dry_run:
            return self._result(found, begun)
        return self._do(found, edited, begun)

    def _list(self) -> None:
        """List the local files; a `.git` file that names a folder of this computer stays here."""
        self.workspace = LocalWorkspace(self.root)
        links = foreign_links(self.root, self.workspace.entries)
        for path in links:
            del self.workspace.entries[path]
        self.foreign = [*links.values()]

    def _owner(self) -> str:
        uid, gid = self.target.uid, self.target.gid
        return "" if uid is None else f"{uid}:{uid if gid is None else gid}"

    def _scan(self, claim: Holder) -> RemoteState:
        known = self.saved.known
        named = {path.split("/", 1)[0] for path in (*known.agreed, *known.pending)}
        tops = sorted({*(path.name for path in self.root.iterdir()), *named} - {STATE_FOLDER})
        take, dry = self.request.take_over, self.request.dry_run
        return self.remote_workspace.scan(claim, pruned_names(self.root), tops, take=take, dry=dry)

    def _require_ownership(self, claim: Holder) -> None:
        holder = self.remote.holder
        if holder is None or holder.id == claim.id or self.request.take_over:
            return
        raise InputError(
            f"{self.target} is owned by {holder}",
            hint="two folders that sync to one target undo each other's work: choose another "
            "target, or use --take-over if the other one is no longer used",
        )

    def _do(self, found: PushComparison, edited: list[str], begun: float) -> PushResult:
        local, known = self.workspace.entries, self.saved.known
        unreadable = {path for path in found.send if not is_readable(self.root, path, local[path])}
        found.send = [path for path in found.send if path not in unreadable]
        self.workspace.unreadable += sorted(unreadable)
        method: UploadMethod = ""
        require_space(self._growth(found), self.remote.space, str(self.target))
        if found.send or found.cleared:
            pending = {path: local[path] for path in found.send}
            self.saved.keep(SyncState(known.agreed, pending, known.twins))
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
