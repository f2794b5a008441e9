"""What this computer knows about a target; without this cache, contents are compared."""

import fcntl
import getpass
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from scaffold.adapters.local.files import read_file, write_private
from scaffold.adapters.local.paths import cache_folder, open_private, private
from scaffold.adapters.sync.snapshot import Snapshot, read_snapshot, write_snapshot
from scaffold.errors import InputError
from scaffold.records import dataclass
from scaffold.sync.holder import Holder
from scaffold.sync.target import SyncTarget

if TYPE_CHECKING:
    from scaffold.sync.comparing import SyncState
    from scaffold.sync.manifest import Manifest, ManifestEntry

SCHEMA = 1

STATE_LIMIT = 512 << 20
"""Bytes; our own file, of some hundred bytes for each file of the project."""


class SavedState:
    """For one folder and one target: the id of the claim, and what was uploaded.

    `withheld` are paths that the user does not want to upload. `snapshot` is what both sides were
    at the end of a run after which nothing was left to do; None if there is none, or the state
    is another one since. The state is read when it is first asked for.
    """

    def __init__(self, root: Path, target: SyncTarget) -> None:
        self._root, self._target = root, target
        self.path = path = _path(root, target)
        self._pending = path.with_suffix(".pending")
        self.snapshot = None if self._pending.exists() else read_snapshot(path)
        self._content: _Content | None = None

    @property
    def id(self) -> str:
        """The id of the claim."""
        return self.snapshot.id if self.snapshot else self._read.id

    @property
    def known(self) -> "SyncState":
        """What was uploaded."""
        return self._read.known

    @property
    def withheld(self) -> frozenset[str]:
        """The paths that stay here."""
        return self._read.withheld

    @property
    def is_kept(self) -> bool:
        """Whether a run has saved the state before."""
        return self.path.exists()

    @property
    def _read(self) -> "_Content":
        if self._content is None:
            self._content = _read(self.path, self._pending)
        return self._content

    def take_from_renamed(self, holder: Holder, *, keep: bool) -> bool:
        """Go on with the state of a folder that this one was before it was renamed or moved.

        It is that folder if its state here has the id of the claim, and it no longer exists; what
        the claim says of it is not used. The target is to be claimed again, by a new id. Nothing
        is saved unless `keep`.
        """
        for path in self.path.parent.glob("*.json"):
            content = _read(path, path.with_suffix(".pending"))
            before = Path(content.root)
            same = content.id == holder.id and path == _path(before, self._target)
            if same and content.root and not os.path.lexists(before):
                self._content, self.snapshot = replace(content, id=secrets.token_hex(16)), None
                if keep:
                    self._write()
                return True
        return False

    def withhold(self, paths: Iterable[str]) -> None:
        """Remember paths that the user does not want to upload."""
        self._content = replace(self._read, withheld=self.withheld | {*paths})
        self._write()

    def keep(self, known: "SyncState") -> None:
        """Save the state if it changed. Raises InputError if the cache cannot be written."""
        if known == self.known and self.is_kept:
            return
        self._content = replace(self._read, known=known)
        self._write()

    def keep_pending(self, pending: "Manifest") -> None:
        """Save what is about to be uploaded, in a file of its own: the rest is as it was."""
        from scaffold.sync.manifest import to_json

        known = self.known
        if pending != known.pending:
            self._content = replace(self._read, known=replace(known, pending=pending))
            self.snapshot = None
            write_private(self._pending, to_json(pending).encode())

    def keep_snapshot(self, snapshot: Snapshot, listing: bytes) -> None:
        """Save what both sides are now, with the remote listing."""
        self.snapshot = write_snapshot(self.path, snapshot, listing)

    def _write(self) -> None:
        from scaffold.sync.manifest import to_json

        content, known = self._read, self.known
        text = (
            f'{{"schema": {SCHEMA}, "id": {json.dumps(content.id)}, '
            f'"root": {json.dumps(str(self._root))}, '
            f'"agreed": {to_json(known.agreed)}, "twins": {to_json(known.twins)}, '
            f'"withheld": {json.dumps(sorted(content.withheld))}}}'
        )
        self.snapshot = None
        if known.pending:
            write_private(self._pending, to_json(known.pending).encode())
        write_private(self.path, text.encode())
        if not known.pending:
            self._pending.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Content:
    """The saved state as it was read, or is to be written."""

    id: str
    known: "SyncState"
    withheld: frozenset[str] = frozenset()
    root: str = ""


@contextmanager
def locked_state(root: Path, target: SyncTarget) -> Iterator[SavedState]:
    """The saved state of a folder and a target, locked for one run at a time.

    Raises InputError if another run for the same folder and target is active.
    """
    path = _path(root, target)
    private(path.parent)
    with os.fdopen(open_private(path.with_suffix(".lock")), "w") as file:
        if not any(_locks(file) for _ in range(TRIES)):
            raise InputError(
                f"another sync of {root} with {target} is running", hint="wait until it ends"
            )
        yield SavedState(root, target)


TRIES = 10
"""A run that is killed while it starts a program leaves its lock to that until the program runs."""


def _locks(file: IO[str]) -> bool:
    """Whether the file could be locked, now or after a moment."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        time.sleep(0.05)
        return False
    return True


def _path(root: Path, target: SyncTarget) -> Path:
    about = "\0".join((str(root), target.host, target.path, target.volume))
    name = hashlib.sha256(os.fsencode(about)).hexdigest()[:32]
    return cache_folder() / "sync" / f"{name}.json"


def _read(path: Path, pending: Path) -> _Content:
    from scaffold.sync.comparing import SyncState
    from scaffold.sync.manifest import from_json

    try:
        found = json.loads(read_file(path, limit=STATE_LIMIT) or b"")
        if found["schema"] != SCHEMA:
            raise ValueError
        agreed, waiting, twins = (
            from_json(found.get(key, {})) for key in ("agreed", "pending", "twins")
        )
        known = SyncState(agreed, waiting | _read_pending(pending), twins)
        withheld = frozenset(map(str, found.get("withheld", ())))
        return _Content(str(found["id"]), known, withheld, str(found.get("root", "")))
    except (InputError, ValueError, KeyError, TypeError, AttributeError):
        return _Content(secrets.token_hex(16), SyncState())


def _read_pending(path: Path) -> dict[str, "ManifestEntry"]:
    from scaffold.sync.manifest import from_json

    try:
        return from_json(json.loads(read_file(path, limit=STATE_LIMIT) or b"{}"))
    except (InputError, ValueError, TypeError, AttributeError):
        return {}


def local_holder(saved: SavedState, root: Path) -> Holder:
    """The claim that this computer makes."""
    who = f"{getpass.getuser()}@{os.uname().nodename}"
    since = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    return Holder(saved.id, who, str(root), since)
