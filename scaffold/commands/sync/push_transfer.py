"""The transfer itself: rsync where both ends have it and it is the better, otherwise tar streams.

rsync finds the parts of a large file that changed. Where there is no older version that it could
compare with, a tar stream carries the same bytes with less to and fro (benchmarks/sync.py).
"""

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from scaffold.adapters.sync.remote_shell import SshFar, script
from scaffold.adapters.sync.rsync import Rsync, have_rsync, is_new_enough
from scaffold.adapters.sync.tar_stream import packed
from scaffold.commands.sync.attendant import Attendant, Moved
from scaffold.commands.sync.remote import Seen, Sight, broken, checked
from scaffold.sync.manifest import OWN, Manifest
from scaffold.sync.moving import LAST, batches, moves
from scaffold.sync.place import Place
from scaffold.sync.replies import read_reply

BATCH_BYTES, BATCH_FILES = 256 << 20, 10_000
"""Of one tar stream: what has come is in place before the next begins, and each costs two round
trips."""

DELTA_BYTES = 1 << 20
"""Of older versions there; for less it is not worth to start rsync on both ends."""

Way = Literal["", "rsync", "tar"]


class Transfer:
    """To a place that was looked at, and is claimed by this laptop as `claim`."""

    def __init__(self, root: Path, place: Place, sight: Sight, seen: Seen, claim: str) -> None:
        self._root, self._place, self._sight, self._seen = root, place, sight, seen
        self._claim = claim

    def send(self, paths: Sequence[str], mine: Manifest, attendant: Attendant) -> Way:
        """Send paths, folders among them. Raises TargetError where the far side fails."""
        total = sum(mine[path].size for path in paths if mine[path].kind == "f")
        far, text = self._sight.far, f"sending {len(paths)} paths to {self._place}"
        with attendant.working(text, total) as moved:
            if isinstance(far, SshFar) and self._delta_pays(paths) and self._rsync_is_there():
                rsync = Rsync(far.argv, self._sight.owner)
                rsync.send(self._root, self._place.path, sorted(paths), total, moved)
                return "rsync"
            self._send_as_tar(paths, mine, moved)
            return "tar"

    def _delta_pays(self, paths: Sequence[str]) -> bool:
        theirs = self._seen.theirs
        return sum(theirs[path].size for path in paths if path in theirs) >= DELTA_BYTES

    def _rsync_is_there(self) -> bool:
        # What a login shell prints breaks rsync's protocol (rsync(1), "is your shell clean?").
        return self._seen.quiet_login and is_new_enough(self._seen.rsync) and have_rsync()

    def _send_as_tar(self, paths: Sequence[str], mine: Manifest, moved: Moved) -> None:
        folders = {path for path, one in self._seen.theirs.items() if one.kind == "d"}
        sent = 0
        for batch in batches(paths, mine, BATCH_BYTES, BATCH_FILES):
            script_of_moves = moves(batch, mine, folders).encode("utf-8", "surrogateescape")
            stream = packed(self._root, batch, mine, self._ids(), (LAST, script_of_moves))
            self._land(_counted(stream, sent, moved))
            sent += sum(mine[path].size for path in batch)

    def _land(self, stream: Iterator[bytes]) -> None:
        nonce = secrets.token_hex(8)
        own = self._sight.variables(nonce, self._claim) | {"last": LAST}
        own |= {"keep_owner": "--same-owner" if self._sight.owner else "-o"}
        said = self._sight.far.unpack(
            f"{OWN}/in-{nonce}",
            stream,
            script("begin", "land", unpack="yes", **own),
            script("begin", "land", unpack="no", **own),
        )
        if "done" not in checked(read_reply(said, nonce), self._sight.far.name).words:
            raise broken(self._sight.far.name)

    def _ids(self) -> tuple[int, int]:
        uid, gid = self._place.uid or 0, self._place.gid
        return uid, uid if gid is None else gid


def _counted(stream: Iterator[bytes], before: int, moved: Moved) -> Iterator[bytes]:
    for piece in stream:
        yield piece
        before += len(piece)
        moved(before)
