"""What an upload has to do: both sides now, compared with the last state in which they were equal.

No clock decides: a remote file that equals its last upload may be replaced, any other was edited
and is skipped.
"""

from collections.abc import Callable, Iterable
from dataclasses import field
from enum import StrEnum

from scaffold.records import dataclass
from scaffold.sync.git_folders import GitFolders, GitRole, is_lock
from scaffold.sync.manifest import SECOND, Manifest, ManifestEntry, parents


class SkipReason(StrEnum):
    """Why a remote path is not replaced."""

    EDITED_ON_REMOTE = "edited on the remote since the last sync, unchanged locally"
    EDITED_BOTH = "edited on the remote and locally"
    UNKNOWN = "different content on the remote that this computer did not upload"
    KIND = "file, folder and link differ between the remote and local"
    REPOSITORY = "the remote has commits that are not here"
    GIT_BUSY = "git is at work on the remote"
    STASH = "a stash was made on the remote: it stays there, and yours here"
    SUSPECT = "looks like a secret"
    UNREADABLE = "cannot be read locally"
    DISGUISED = "another spelling of .git, which some disks take for it"


EDITED = frozenset({SkipReason.EDITED_ON_REMOTE, SkipReason.EDITED_BOTH, SkipReason.UNKNOWN})
"""Reasons that hold only if the contents differ."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """What this computer knows about a target.

    `agreed` are the entries when both sides were last equal; `pending` are those that an
    interrupted run was about to upload, and may have uploaded. `twins` are remote entries with
    another time than the agreed one, but the same content.
    """

    agreed: Manifest = field(default_factory=dict)
    pending: Manifest = field(default_factory=dict)
    twins: Manifest = field(default_factory=dict)

    def was_uploaded(self, path: str, remote: ManifestEntry) -> bool:
        """Whether the remote entry is what was uploaded."""
        return any(was.is_like(remote) for was in self._versions(path))

    def is_untouched(self, path: str, remote: ManifestEntry) -> bool:
        """Whether the remote entry is what was uploaded, to the nanosecond.

        Every ref has the same size, and a commit takes less than a second.
        """
        return any(was.is_like(remote) and remote.is_copy(was) for was in self._versions(path))

    def is_edited(self, path: str, remote: ManifestEntry) -> bool:
        """Whether the remote entry, once uploaded from here, is another one by its exact time."""
        return (
            remote.kind == "f"
            and path in self.agreed
            and not any(remote.is_copy(was) for was in self._versions(path))
        )

    def _versions(self, path: str) -> tuple[ManifestEntry, ...]:
        found = (self.agreed.get(path), self.pending.get(path), self.twins.get(path))
        return tuple(was for was in found if was is not None)


@dataclass(slots=True, kw_only=True)
class PushComparison:
    """Each path once: `send`, `same`, `skipped` with the reason, or `moved`. `gone`: remote only.

    `moved` are refs that git changed on the remote: their values decide. `cleared` are remote
    paths that are removed before the upload, since git keeps what they held elsewhere.
    """

    send: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    skipped: dict[str, SkipReason] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)

    def doubtful(self, local: Manifest, remote: Manifest) -> list[str]:
        """Skipped files of equal size: only their contents tell whether they differ."""
        return [
            path
            for path, why in self.skipped.items()
            if why in EDITED and local[path].kind == "f" and local[path].size == remote[path].size
        ]

    def settle(self, equal: set[str]) -> None:
        """Record doubtful files whose contents are equal."""
        self.same += equal
        self.skipped = {path: why for path, why in self.skipped.items() if path not in equal}

    def release(self, paths: Iterable[str]) -> None:
        """Upload skipped paths after all."""
        released = {*paths} & self.skipped.keys()
        self.send += sorted(released)
        self.skipped = {path: why for path, why in self.skipped.items() if path not in released}

    def leave_alone(self, is_held: Callable[[str], bool]) -> None:
        """Take out the paths that must stay as they are on the remote."""
        self.send = [path for path in self.send if not is_held(path)]
        self.gone = [path for path in self.gone if not is_held(path)]
        self.moved = [path for path in self.moved if not is_held(path)]
        self.skipped = {path: why for path, why in self.skipped.items() if not is_held(path)}

    def overwrite(self, local: Manifest) -> list[str]:
        """Upload edited files too; returns the remote paths that need a backup."""
        paths = [path for path, why in self.skipped.items() if why in {*EDITED, SkipReason.KIND}]
        tops = {path for path in paths if self.skipped[path] is SkipReason.KIND}
        below = [path for path in local if any(parent in tops for parent in parents(path))]
        self.send += [*paths, *(path for path in below if not is_lock(path))]
        self.skipped = {path: why for path, why in self.skipped.items() if path not in paths}
        return paths


def compare(
    local: Manifest, remote: Manifest, known: SyncState, is_excluded: Callable[[str], bool]
) -> PushComparison:
    """Compare local with remote entries. `is_excluded` covers paths that do not exist locally."""
    found, blocked, git = PushComparison(), set[str](), GitFolders(local, remote)
    for path in sorted(local):
        one, theirs = local[path], remote.get(path)
        plain = theirs if not blocked and ".git" not in path else None
        if plain and _is_settled(one, plain, known.agreed.get(path)):
            found.same.append(path)
            continue
        if is_lock(path) or (blocked and any(parent in blocked for parent in parents(path))):
            continue
        role = git.role(path)
        why = _reason_to_skip(one, theirs, path, known, role)
        if why is SkipReason.KIND and role in _BY_VALUE:
            # A branch x and a branch x/y need a file and a folder of the same name.
            why = None
        elif why is SkipReason.KIND:
            blocked.add(path)
        if why is None:
            found.moved.append(path)
        elif isinstance(why, SkipReason):
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


def _is_settled(local: ManifestEntry, remote: ManifestEntry, was: ManifestEntry | None) -> bool:
    """Whether a path outside git is as agreed on both sides, a quick answer for nearly all."""
    kind, _, size, time, target = local
    their_kind, _, their_size, their_time, their_target = remote
    if kind != their_kind or kind == "d":
        return kind == their_kind
    in_time = their_time in (time, time - time % SECOND)
    return in_time and size == their_size and target == their_target and local == was


_BY_VALUE = frozenset({GitRole.REF, GitRole.LOG, GitRole.STASH, GitRole.STATE})
"""Roles whose remote file is replaced or kept by what it says."""


def _reason_to_skip(
    local: ManifestEntry,
    remote: ManifestEntry | None,
    path: str,
    known: SyncState,
    role: GitRole | None,
) -> SkipReason | bool | None:
    """True to upload, False if both are equal, None for a ref changed on the remote, or why not."""
    if remote is None:
        return True
    if local.kind != remote.kind:
        return SkipReason.KIND
    if local.kind == "d" or role is GitRole.OBJECT:
        return False
    if role in _BY_VALUE and not known.is_untouched(path, remote):
        return None
    return _differs(path, local, remote, known, role)


def _differs(
    path: str,
    local: ManifestEntry,
    remote: ManifestEntry,
    known: SyncState,
    role: GitRole | None,
) -> SkipReason | bool:
    was = known.agreed.get(path)
    if local.is_like(remote) and (remote.is_copy(local) or not known.is_edited(path, remote)):
        # Times equal in seconds may still differ below that, or in permissions.
        return local != (was or remote_as_sent(local, remote))
    if local == was and remote == known.twins.get(path):
        return False
    if known.was_uploaded(path, remote) and not known.is_edited(path, remote):
        return True
    if role is GitRole.RENEWED:
        return was is None or local != was
    if was is None:
        return SkipReason.UNKNOWN
    return SkipReason.EDITED_ON_REMOTE if local == was else SkipReason.EDITED_BOTH


def remote_as_sent(local: ManifestEntry, remote: ManifestEntry) -> ManifestEntry:
    """The remote entry with the local time, which an archive keeps in whole seconds only."""
    mode = local.mode if local.kind == "l" else remote.mode
    return remote._replace(mtime=local.mtime, mode=mode)


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


def twins_of(same: Iterable[str], local: Manifest, remote: Manifest) -> dict[str, ManifestEntry]:
    """Remote files of the same content whose time is another one."""
    found = {}
    for path in same:
        ours, theirs = local[path], remote.get(path)
        if theirs and theirs.kind == "f":
            other_time = theirs.mtime // SECOND != ours.mtime // SECOND
            if other_time or theirs.size != ours.size:
                found[path] = theirs
    return found
