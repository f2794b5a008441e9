"""Upload by rsync if both ends have it and it is faster, otherwise by tar streams.

rsync finds the parts of a large file that changed. With no older version to compare with, a tar
stream transfers the same bytes in fewer round trips (benchmarks/sync.py).
"""

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from scaffold.adapters.sync.remote_script import script
from scaffold.adapters.sync.remote_shell import SshShell, lost
from scaffold.adapters.sync.rsync import Rsync, have_rsync, is_new_enough
from scaffold.adapters.sync.tar_stream import tar_stream
from scaffold.commands.sync.remote import RemoteState, RemoteWorkspace, checked
from scaffold.commands.sync.requests import UploadMethod
from scaffold.commands.sync.ui import ProgressCallback, SyncUi
from scaffold.sync.manifest import STATE_FOLDER, Manifest
from scaffold.sync.replies import read_reply
from scaffold.sync.scripts import MOVE_SCRIPT, batches, move_commands
from scaffold.sync.target import SyncTarget

BATCH_BYTES, BATCH_FILES = 256 << 20, 10_000
"""Limits of one tar stream. Its files are in place before the next stream begins; each stream costs
two round trips."""

DELTA_BYTES = 1 << 20
"""Size of older remote versions from which starting rsync on both ends pays."""


class Upload:
    """An upload to a scanned target that this computer owns as `claim`."""

    def __init__(
        self,
        root: Path,
        target: SyncTarget,
        remote_workspace: RemoteWorkspace,
        remote: RemoteState,
        claim: str,
    ) -> None:
        self._root, self._target, self._remote_workspace, self._remote = (
            root,
            target,
            remote_workspace,
            remote,
        )
        self._claim = claim

    def send(self, paths: Sequence[str], local: Manifest, ui: SyncUi) -> UploadMethod:
        """Upload files and folders. Raises TargetError if the remote side fails."""
        total = sum(local[path].size for path in paths if local[path].kind == "f")
        shell, text = (
            self._remote_workspace.shell,
            f"uploading {len(paths)} files and folders to {self._target}",
        )
        with ui.progress(text, total) as moved:
            if isinstance(shell, SshShell) and self._delta_pays(paths) and self._rsync_is_there():
                rsync = Rsync(shell.argv, self._remote_workspace.owner)
                rsync.send(self._root, self._target.path, sorted(paths), total, moved)
                return "rsync"
            self._send_as_tar(paths, local, moved)
            return "tar"

    def _delta_pays(self, paths: Sequence[str]) -> bool:
        remote = self._remote.entries
        return sum(remote[path].size for path in paths if path in remote) >= DELTA_BYTES

    def _rsync_is_there(self) -> bool:
        # Output of a login shell breaks rsync's protocol (rsync(1), "is your shell clean?").
        return self._remote.quiet_login and is_new_enough(self._remote.rsync) and have_rsync()

    def _send_as_tar(self, paths: Sequence[str], local: Manifest, moved: ProgressCallback) -> None:
        folders = {path for path, one in self._remote.entries.items() if one.kind == "d"}
        sent = 0
        for batch in batches(paths, local, BATCH_BYTES, BATCH_FILES):
            script_of_moves = move_commands(batch, local, folders).encode(
                "utf-8", "surrogateescape"
            )
            stream = tar_stream(
                self._root, batch, local, self._ids(), (MOVE_SCRIPT, script_of_moves)
            )
            self._receive(_counted(stream, sent, moved))
            sent += sum(local[path].size for path in batch)

    def _receive(self, stream: Iterator[bytes]) -> None:
        nonce = secrets.token_hex(8)
        own = self._remote_workspace.variables(nonce, self._claim) | {"last": MOVE_SCRIPT}
        own |= {"keep_owner": "--same-owner" if self._remote_workspace.owner else "-o"}
        said = self._remote_workspace.shell.unpack(
            f"{STATE_FOLDER}/in-{nonce}",
            stream,
            script("begin", "receive", unpack="yes", **own),
            script("begin", "receive", unpack="no", **own),
        )
        if "done" not in checked(read_reply(said, nonce), self._remote_workspace.shell.name).words:
            raise lost(self._remote_workspace.shell.name)

    def _ids(self) -> tuple[int, int]:
        uid, gid = self._target.uid or 0, self._target.gid
        return uid, uid if gid is None else gid


def _counted(stream: Iterator[bytes], before: int, moved: ProgressCallback) -> Iterator[bytes]:
    for piece in stream:
        yield piece
        before += len(piece)
        moved(before)
