"""What an upload reports: skipped paths with reasons and ages, and the command that goes on."""

import shlex
import time
from pathlib import Path

from scaffold.adapters.sync.walk import LocalWorkspace
from scaffold.commands.sync.git_unit import GitOutcome
from scaffold.commands.sync.remote import RemoteState
from scaffold.commands.sync.requests import PushRequest, SkippedPath
from scaffold.errors import TargetError
from scaffold.sync.comparing import PushComparison, SkipReason
from scaffold.units import duration_text, size_text


def skipped_paths(
    found: PushComparison, workspace: LocalWorkspace, remote: RemoteState, git: GitOutcome
) -> tuple[SkippedPath, ...]:
    """All skipped paths with the reasons."""
    skipped = [
        SkippedPath(path, _reason(path, why.value, workspace, remote))
        for path, why in found.skipped.items()
    ]
    skipped += [SkippedPath(path, SkipReason.UNREADABLE) for path in workspace.unreadable]
    skipped += [SkippedPath(path, SkipReason.DISGUISED) for path in workspace.disguised]
    return tuple(sorted([*skipped, *git.skipped], key=lambda one: one.path))


def _reason(path: str, why: str, workspace: LocalWorkspace, remote: RemoteState) -> str:
    """The reason with both ages, each by its own clock, so that no clock has to be right."""
    ours, theirs = workspace.entries.get(path), remote.entries.get(path)
    if ours is None or theirs is None or ours.kind != "f" or theirs.kind != "f":
        return why
    ages = remote.clock - theirs.mtime / 1e9, time.time() - ours.mtime / 1e9
    there, here = (duration_text(age) for age in ages)
    return f"{why} (remote {there} ago, local {here} ago)"


def pull_command(root: Path, request: PushRequest) -> str:
    """The command that downloads the remote commits, for this folder and host."""
    words = ["scaffold", "pull", ".git"]
    words += [] if root == Path.cwd() else ["--path", str(root)]
    words += ["--host", request.host] if request.host else []
    words += ["--ssh-config", str(request.ssh_config)] if request.ssh_config else []
    return shlex.join(words)


def require_space(growth: int, left: int | None, target: str) -> None:
    """Raise TargetError if more would be uploaded than fits."""
    if left is None or growth <= left:
        return
    sizes = f"uploads {size_text(growth)}, but {target} has {size_text(left)} left"
    raise TargetError(
        f"No space left: {sizes} on its disk or in your quota",
        hint="nothing was uploaded, every remote file is complete: free space there, use another "
        "disk (scaffold init --workspace PATH), or leave large files out (.scaffoldignore)",
    )
