"""What this computer knows about a target; without this cache, contents are compared."""

import fcntl
import getpass
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from scaffold.adapters.local.files import read_file, write_private
from scaffold.adapters.local.paths import cache_folder, open_private, private
from scaffold.errors import InputError
from scaffold.records import dataclass
from scaffold.sync.comparing import SyncState
from scaffold.sync.holder import Holder
from scaffold.sync.manifest import from_json, to_json
from scaffold.sync.target import SyncTarget

SCHEMA = 1

STATE_LIMIT = 512 << 20
"""Bytes; our own file, of some hundred bytes for each file of the project."""


@dataclass(slots=True)
class SavedState:
    """For one folder and one target: the id of the claim, and what was uploaded.

    `withheld` are paths that the user does not want to upload.
    """

    path: Path
    id: str
    known: SyncState
    withheld: frozenset[str] = frozenset()

    def withhold(self, paths: Iterable[str]) -> None:
        """Remember paths that the user does not want to upload."""
        self.withheld |= {*paths}
        self._write()

    def keep(self, known: SyncState) -> None:
        """Save the state if it changed. Raises InputError if the cache cannot be written."""
        if known == self.known and self.path.exists():
            return
        self.known = known
        self._write()

    def _write(self) -> None:
        known = self.known
        text = (
            f'{{"schema": {SCHEMA}, "id": {json.dumps(self.id)}, '
            f'"agreed": {to_json(known.agreed)}, "pending": {to_json(known.pending)}, '
            f'"twins": {to_json(known.twins)}, "withheld": {json.dumps(sorted(self.withheld))}}}'
        )
        write_private(self.path, text.encode())


@contextmanager
def locked_state(root: Path, target: SyncTarget) -> Iterator[SavedState]:
    """The saved state of a folder and a target, locked for one run at a time.

    Raises InputError if another run for the same folder and target is active.
    """
    path = _path(root, target)
    private(path.parent)
    with os.fdopen(open_private(path.with_suffix(".lock")), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(
                f"another sync of {root} with {target} is running", hint="wait until it ends"
            ) from error
        yield _read(path)


def _path(root: Path, target: SyncTarget) -> Path:
    about = "\0".join((str(root), target.host, target.path, target.volume))
    name = hashlib.sha256(os.fsencode(about)).hexdigest()[:32]
    return cache_folder() / "sync" / f"{name}.json"


def _read(path: Path) -> SavedState:
    try:
        found = json.loads(read_file(path, limit=STATE_LIMIT) or b"")
        if found["schema"] != SCHEMA:
            raise ValueError
        parts = (from_json(found.get(key, {})) for key in ("agreed", "pending", "twins"))
        known = SyncState(*parts)
        withheld = frozenset(map(str, found.get("withheld", ())))
        return SavedState(path, str(found["id"]), known, withheld)
    except (InputError, ValueError, KeyError, TypeError):
        return SavedState(path, secrets.token_hex(16), SyncState())


def local_holder(saved: SavedState, root: Path) -> Holder:
    """The claim that this computer makes."""
    who = f"{getpass.getuser()}@{socket.gethostname()}"
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Holder(saved.id, who, str(root), since)
