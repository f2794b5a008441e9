"""Download results from the remote workspace."""

import time
from collections.abc import Sequence
from pathlib import Path

from scaffold.adapters.local.files import shown
from scaffold.adapters.sync.remote_shell import RemoteShell
from scaffold.adapters.sync.state import SavedState, local_holder, locked_state
from scaffold.adapters.sync.walk import LocalWorkspace, local_entries, local_link
from scaffold.commands.sync.pull_git import pull_history
from scaffold.commands.sync.pull_transfer import download, require_space
from scaffold.commands.sync.remote import (
    RemoteState,
    RemoteWorkspace,
    check_target,
    open_remote_shell,
)
from scaffold.commands.sync.requests import PullRequest, PullResult, RemoteChange, SkippedPath
from scaffold.commands.sync.ui import SyncUi
from scaffold.errors import InputError
from scaffold.sync.comparing import SyncState
from scaffold.sync.manifest import ManifestEntry, parents
from scaffold.sync.pull_plan import (
    KeepReason,
    PullPlan,
    expand_paths,
    names_of,
    plan_pull,
    relative_path,
)
from scaffold.sync.rules import NEVER_SYNCED
from scaffold.sync.runs_here import holds_git, runs_here
from scaffold.sync.target import SyncTarget

GIT = ".git"
"""The path that stands for the commits of the remote repository."""


def list_remote_changes(
    root: Path, target: SyncTarget, request: PullRequest, ui: SyncUi
) -> tuple[RemoteChange, ...]:
    """List what could be pulled: remote files and links that are new or changed. Read-only."""
    pulling = _Pull(_checked(root, target), target, request, ui)
    with locked_state(pulling.root, target) as saved:
        return pulling.changes(saved)


def pull(
    root: Path, target: SyncTarget, paths: Sequence[str], request: PullRequest, ui: SyncUi
) -> PullResult:
    """Download `paths` (relative to the workspace, files or folders) into `root`.

    Nothing is written outside `root`, no local change is replaced without consent, and every
    file is written whole. Raises TargetError if the remote side fails, InputError for a path
    that does not exist or leaves the workspace.
    """
    begun = time.monotonic()
    pulling = _Pull(_checked(root, target), target, request, ui)
    with locked_state(pulling.root, target) as saved:
        if [relative_path(path) for path in paths] == [GIT]:
            return pulling.history(saved, begun)
        return pulling.run(saved, names_of(paths), begun)


def _checked(root: Path, target: SyncTarget) -> Path:
    check_target(target)
    if not root.is_dir():
        raise InputError(f"{shown(root)} is not a folder")
    return root.resolve()


class _Pull:
    def __init__(self, root: Path, target: SyncTarget, request: PullRequest, ui: SyncUi) -> None:
        self.root, self.target, self.request = root, target, request
        self.ui = ui

    def changes(self, saved: SavedState) -> tuple[RemoteChange, ...]:
        with open_remote_shell(self.root, self.target, self.request.ssh_config, self.ui) as shell:
            remote = self._scan(RemoteWorkspace(shell, ""), saved, [""])
        workspace = LocalWorkspace(self.root)
        return tuple(
            RemoteChange(path, remote.entries[path].size, workspace.is_excluded(path))
            for path in self._changes(remote, saved.known)
            if remote.entries[path].kind != "d"
        )

    def history(self, saved: SavedState, begun: float) -> PullResult:
        """Download commits."""
        with open_remote_shell(self.root, self.target, self.request.ssh_config, self.ui) as shell:
            remote = self._scan(RemoteWorkspace(shell, ""), saved, [GIT])
            name, dry_run = self.target.host or self.target.volume, self.request.dry_run
            found = pull_history(self.root, shell, remote.entries, name, self.ui, dry_run=dry_run)
        return PullResult(
            target=self.target,
            history=tuple(found.done),
            skipped=tuple(SkippedPath(GIT, why) for why in found.undecided),
            seconds=round(time.monotonic() - begun, 2),
        )

    def run(self, saved: SavedState, names: list[str], begun: float) -> PullResult:
        if not names and not self.request.everything:
            raise InputError("no path is given", hint="name paths, or use --all")
        with open_remote_shell(self.root, self.target, self.request.ssh_config, self.ui) as shell:
            remote_workspace = RemoteWorkspace(shell, "")
            remote = self._scan(remote_workspace, saved, [""] if self.request.everything else names)
            wanted = self._wanted(remote, names, saved.known)
            local = local_entries(self.root, wanted)
            found = plan_pull(
                wanted,
                remote.entries,
                local,
                saved.known,
                lambda path: local_link(self.root, path),
            )
            require_space(self.root, found.download, remote.entries, local)
            self._ask_about_running(found, names)
            self._settle(found, remote_workspace, remote, saved)
            backed_up = self._confirmed(found)
            downloaded = (
                []
                if self.request.dry_run
                else self._download(shell, found, backed_up, remote, saved)
            )
        files = sorted(found.download if self.request.dry_run else downloaded)
        return PullResult(
            target=self.target,
            files=tuple(path for path in files if remote.entries[path].kind != "d"),
            size=sum(
                remote.entries[path].size for path in files if remote.entries[path].kind == "f"
            ),
            skipped=tuple(
                SkippedPath(path, why.value) for path, why in sorted(found.skipped.items())
            ),
            seconds=round(time.monotonic() - begun, 2),
        )

    def _scan(
        self, remote_workspace: RemoteWorkspace, saved: SavedState, names: list[str]
    ) -> RemoteState:
        prune = [name.rstrip("/") for name in NEVER_SYNCED] if names == [""] else []
        claim = local_holder(saved, self.root)
        with self.ui.progress(f"listing {self.target}", 0):
            # Reading is safe for any owner of the target.
            remote = remote_workspace.scan(claim, prune, names, take=True, dry=True)
        if not remote.exists:
            raise InputError(
                f"{self.target} does not exist", hint="scaffold sync uploads the project to it"
            )
        return remote

    def _wanted(self, remote: RemoteState, names: list[str], known: SyncState) -> list[str]:
        if "" in names:
            names = sorted({path.split("/", 1)[0] for path in remote.entries})
        if not names:
            workspace = LocalWorkspace(self.root)
            return [
                path for path in self._changes(remote, known) if not workspace.is_excluded(path)
            ]
        for path in names:
            # Only the named paths are listed, so their parent folders have to be added.
            for parent in parents(path):
                remote.entries.setdefault(
                    parent, ManifestEntry(kind="d", mode=0o755, size=0, mtime=0)
                )
        wanted, missing = expand_paths(names, remote.entries)
        if missing:
            raise InputError(
                f"{missing[0]!r} is not at {self.target}",
                hint="scaffold pull without a path lists what is new on the remote",
            )
        return wanted

    def _changes(self, remote: RemoteState, known: SyncState) -> list[str]:
        """Remote paths that are new or differ, except what was only deleted locally."""
        local, found = local_entries(self.root, remote.entries), []
        for path, one in sorted(remote.entries.items()):
            local_entry = local.get(path)
            was = known.agreed.get(path)
            deleted_locally = local_entry is None and was is not None and was.is_like(one)
            changed = local_entry is None or not local_entry.is_like(one)
            changed_locally = was is not None and was.is_like(one)
            if not holds_git(path) and changed and not deleted_locally and not changed_locally:
                found.append(path)
        return found

    def _ask_about_running(self, found: PullPlan, names: list[str]) -> None:
        """List what could run on this computer; what the user did not name needs consent."""
        paths = [*found.download, *found.ask]
        risky = [path for path in paths if path not in names and runs_here(path)]
        if not risky:
            return
        question = "These files can run commands on this computer. Download them?"
        if self.request.dry_run or not self.ui.confirm(question, risky):
            found.skipped.update(dict.fromkeys(risky, KeepReason.RUNS))
            found.download = [path for path in found.download if path not in found.skipped]
            found.ask = [path for path in found.ask if path not in found.skipped]

    def _settle(
        self,
        found: PullPlan,
        remote_workspace: RemoteWorkspace,
        remote: RemoteState,
        saved: SavedState,
    ) -> None:
        """Compare the contents of files whose size is equal on both sides."""
        local = local_entries(self.root, found.ask)
        doubtful = [
            path
            for path in found.ask
            if local[path].kind == "f" and local[path].size == remote.entries[path].size
        ]
        if doubtful:
            equal = remote_workspace.equal(saved.id, self.root, doubtful)
            found.ask = [path for path in found.ask if path not in equal]

    def _confirmed(self, found: PullPlan) -> set[str]:
        """Conflicts the user agreed to overwrite, with a backup."""
        if not found.ask:
            return set()
        question = "Overwrite these files, which also changed locally? (backups are kept as .bak1)"
        if self.request.overwrite or (
            not self.request.dry_run and self.ui.confirm(question, found.ask)
        ):
            found.download += found.ask
            return set(found.ask)
        found.skipped.update(dict.fromkeys(found.ask, KeepReason.CHANGED_LOCALLY))
        return set()

    def _download(
        self,
        shell: RemoteShell,
        found: PullPlan,
        backed_up: set[str],
        remote: RemoteState,
        saved: SavedState,
    ) -> list[str]:
        downloaded: list[str] = []
        try:
            download(
                self.root, shell, found.download, backed_up, remote.entries, self.ui, downloaded
            )
        finally:
            # Files downloaded before a failure are now equal on both sides, too.
            agreed = {**saved.known.agreed, **local_entries(self.root, [*downloaded, *found.same])}
            saved.keep(SyncState(agreed, saved.known.pending, saved.known.twins))
        return downloaded
