"""What the user asks of push and pull, and what each did."""

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal

from scaffold.records import dataclass
from scaffold.sync.target import SyncTarget

UploadMethod = Literal["", "rsync", "tar"]

SecretConsent = Callable[[Mapping[str, str]], bool | None]
"""Whether to upload files that look like secrets, given their kinds; None if nobody can say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRequest:
    """How to upload.

    `delete` removes remote files that were uploaded once and were deleted locally, after
    consent; `dry_run` changes nothing; `take_over` syncs even if another computer owns the
    target; `overwrite` replaces files edited on the remote (a backup is kept as `name.bak1`).
    """

    delete: bool = False
    dry_run: bool = False
    take_over: bool = False
    overwrite: bool = False
    host: str | None = None
    """The host that the user named."""
    needed: tuple[str, ...] = ()
    """Paths that the server needs, so that an ignore rule which excludes them is an error."""
    secrets: SecretConsent | None = None
    """Asked once before files that look like secrets are uploaded; None uploads them."""
    ssh_config: Path | None = None


@dataclass(frozen=True, slots=True)
class SkippedPath:
    """A path that was not transferred, and why."""

    path: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """What an upload did, or would do in a dry run.

    `files` are the uploaded paths, relative to the workspace, `size` their total in bytes.
    `gone` were uploaded once, are deleted locally and still exist on the remote; `deleted` were
    removed by this run. `method` is how files were uploaded, empty if none were. `clock_ahead`
    is by how many seconds the remote clock is ahead of the local one, negative if behind.
    """

    target: SyncTarget
    files: tuple[str, ...] = ()
    size: int = 0
    gone: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    skipped: tuple[SkippedPath, ...] = ()
    method: UploadMethod = ""
    created: bool = False
    """Whether the target did not exist before."""
    seconds: float = 0.0
    clock_ahead: int = 0
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes of each uploaded regular file."""
    notes: tuple[str, ...] = ()
    """What the user should know about the repositories."""
    ignored: Mapping[str, int] = field(default_factory=dict)
    """In a dry run: large paths that a rule excludes, with their sizes."""
    pull_history: str = ""
    """The command that downloads the commits of a skipped repository."""

    @property
    def undecided(self) -> bool:
        """Whether a skipped path needs the user's decision; edited only on the remote does not."""
        if not self.skipped:
            return False
        from scaffold.sync.comparing import SkipReason

        decided = (SkipReason.EDITED_ON_REMOTE.value, SkipReason.STASH.value)
        return any(not one.why.startswith(decided) for one in self.skipped)


@dataclass(frozen=True, slots=True)
class PullRequest:
    """How to pull.

    `everything` selects all remote files that are new or changed and not excluded by a rule;
    `overwrite` replaces local files that changed too (a backup is kept as `name.bak1`).
    """

    everything: bool = False
    dry_run: bool = False
    overwrite: bool = False
    ssh_config: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullResult:
    """What a pull did, or would do in a dry run.

    `files` were downloaded, `size` is their total in bytes; `skipped` were left unchanged
    locally, each with the reason.
    """

    target: SyncTarget
    files: tuple[str, ...] = ()
    size: int = 0
    skipped: tuple[SkippedPath, ...] = ()
    seconds: float = 0.0
    history: tuple[str, ...] = ()
    """What was done with the branches of the remote repository."""


@dataclass(frozen=True, slots=True)
class RemoteChange:
    """A remote path that is new or changed; `is_ignored` if a local ignore rule excludes it."""

    path: str
    size: int
    is_ignored: bool
