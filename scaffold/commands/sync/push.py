"""Upload the workspace to its target: changes only, and no remote change is lost."""

import time
from pathlib import Path

from scaffold.adapters.local.files import shown
from scaffold.adapters.sync.state import locked_state
from scaffold.commands.sync.remote import check_target, open_remote_shell
from scaffold.commands.sync.requests import PushRequest, PushResult
from scaffold.commands.sync.ui import SyncUi
from scaffold.errors import InputError
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
        if target.volume and request.dry_run and not _volume_exists(target, request):
            from scaffold.commands.sync.push_run import PushRun

            return PushRun(root, target, request, ui, saved).without_volume(begun)
        with open_remote_shell(root, target, request.ssh_config, ui) as shell:
            # Imported while ssh reads its configuration.
            from scaffold.commands.sync.both_sides import BothSides

            sides = BothSides(root, target, request, saved, shell)
            with ui.progress("comparing both sides", 0):
                unchanged = sides.are_unchanged()
            if unchanged:
                seconds = round(time.monotonic() - begun, 2)
                ahead = sides.remote.clock_ahead
                return PushResult(target=target, seconds=seconds, clock_ahead=ahead)
            from scaffold.commands.sync.push_run import PushRun

            return PushRun(root, target, request, ui, saved).run(sides, begun)


def _volume_exists(target: SyncTarget, request: PushRequest) -> bool:
    from scaffold.adapters.docker.engine import docker_engine

    with docker_engine(target.host or None, request.ssh_config) as engine:
        return engine.volume(target.volume) is not None
