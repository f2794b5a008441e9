"""What an upload has to do: both sides now, compared with the last state in which they were equal.

No clock decides: a remote file that equals its last upload may be replaced, any other was edited
and is skipped.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from scaffold.sync.manifest import Manifest, ManifestEntry, parents
from scaffold.sync.repository_unit import (
    is_lock,
    is_named_by_content,
    is_renewed,
    repository_of,
)


class SkipReason(StrEnum):
    """Why a remote path is not replaced."""

    EDITED_ON_REMOTE = "edited on the remote since the last sync, unchanged locally"
    EDITED_BOTH = "edited on the remote and locally"
    UNKNOWN = "different content on the remote that this computer did not upload"
    KIND = "file, folder and link differ between the remote and local"
    REPOSITORY = (
        "git was used on the remote (commit, branch, merge): its .git folder is not replaced"
    )


@dataclass(frozen=True, slots=True)
class SyncState:
    """What this computer knows about a target.

    `agreed` are the entries when both sides were last equal; `pending` are those that an
    interrupted run was about to upload, and may have uploaded.
    """

    agreed: Manifest = field(default_factory=dict)
    pending: Manifest = field(default_factory=dict)

    def was_uploaded(self, path: str, remote: ManifestEntry) -> bool:
        """Whether the remote entry is what was uploaded."""
        return any(
            was is not None and was.is_like(remote)
            for was in (self.agreed.get(path), self.pending.get(path))
        )


@dataclass(slots=True)
class PushComparison:
    """Each path once: `send`, `same`, or `skipped` with the reason. `gone`: remote only."""

    send: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    skipped: dict[str, SkipReason] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def doubtful(self, local: Manifest, remote: Manifest) -> list[str]:
        """Skipped files of equal size: only their contents tell whether they differ."""
        return [
            path
            for path, why in self.skipped.items()
            if why in {SkipReason.EDITED_BOTH, SkipReason.UNKNOWN}
            and local[path].kind == "f"
            and local[path].size == remote[path].size
        ]

    def settle(self, equal: set[str]) -> None:
        """Record doubtful files whose contents are equal."""
        self.same += equal
        self.skipped = {path: why for path, why in self.skipped.items() if path not in equal}

    def skip_repositories(self) -> None:
        """Skip every `.git` folder as a whole if any path in it is skipped."""
        held = {repository_of(path) for path in self.skipped} - {None}
        if not held:
            return
        self.send = [path for path in self.send if repository_of(path) not in held]
        self.gone = [path for path in self.gone if repository_of(path) not in held]
        skipped = {
            path: why for path, why in self.skipped.items() if repository_of(path) not in held
        }
        self.skipped = {**skipped, **{str(path): SkipReason.REPOSITORY for path in held}}

    def overwrite(self) -> list[str]:
        """Upload edited files too; returns their paths, which need a backup."""
        edited = {SkipReason.EDITED_ON_REMOTE, SkipReason.EDITED_BOTH, SkipReason.UNKNOWN}
        paths = [path for path, why in self.skipped.items() if why in edited]
        self.send += paths
        self.skipped = {path: why for path, why in self.skipped.items() if why not in edited}
        return paths


def compare(
    local: Manifest, remote: Manifest, known: SyncState, is_excluded: Callable[[str], bool]
) -> PushComparison:
    """Compare local with remote entries. `is_excluded` covers paths that do not exist locally."""
    found, blocked = PushComparison(), set[str]()
    for path in sorted(local):
        if is_lock(path) or any(parent in blocked for parent in parents(path)):
            continue
        why = _reason_to_skip(path, local[path], remote.get(path), known)
        if why is SkipReason.KIND:
            blocked.add(path)
        if isinstance(why, SkipReason):
            found.skipped[path] = why
        else:
            (found.send if why else found.same).append(path)
    found.gone = sorted(
        path
        for path, was in known.agreed.items()
        if path not in local
        and path in remote
        and was.is_like(remote[path])
        and not is_excluded(path)
    )
    return found


def _reason_to_skip(
    path: str, local: ManifestEntry, remote: ManifestEntry | None, known: SyncState
) -> SkipReason | bool:
    """True to upload, False if both sides are equal, else the reason to skip."""
    if remote is None:
        return True
    if local.kind != remote.kind:
        return SkipReason.KIND
    if local.kind == "d" or is_named_by_content(path):
        return False
    return _differs(path, local, remote, known)


def _differs(
    path: str, local: ManifestEntry, remote: ManifestEntry, known: SyncState
) -> SkipReason | bool:
    was = known.agreed.get(path)
    if local.is_like(remote):
        # Times equal in seconds may still differ below that, or in permissions.
        return local != (was or remote_as_sent(local, remote))
    if known.was_uploaded(path, remote):
        return True
    if is_renewed(path):
        return was is None or local != was
    if was is None:
        return SkipReason.UNKNOWN
    return SkipReason.EDITED_ON_REMOTE if local == was else SkipReason.EDITED_BOTH


def remote_as_sent(local: ManifestEntry, remote: ManifestEntry) -> ManifestEntry:
    """The remote entry with the local time, which an archive keeps in whole seconds only."""
    return replace(remote, mtime=local.mtime, mode=local.mode if local.kind == "l" else remote.mode)


def agreed_after(
    local: Manifest,
    remote: Manifest,
    known: SyncState,
    equal: set[str],
    removed: set[str],
    is_excluded: Callable[[str], bool],
) -> dict[str, ManifestEntry]:
    """What both sides agree on after a run: `equal` are the paths that are now the same.

    Excluded paths were not scanned, but may have been pulled: they stay known.
    """
    still = {
        path: was
        for path, was in known.agreed.items()
        if path not in removed and (path in local or path in remote or is_excluded(path))
    }
    return {**still, **{path: local[path] for path in local if path in equal}}
