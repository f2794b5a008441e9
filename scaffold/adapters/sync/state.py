"""What this computer knows about a target; without this cache, contents are compared."""

import fcntl
import getpass
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scaffold.adapters.local.files import NewFile, write_files
from scaffold.errors import InputError
from scaffold.sync.comparing import SyncState
from scaffold.sync.holder import Holder
from scaffold.sync.manifest import from_json, to_json
from scaffold.sync.target import SyncTarget

SCHEMA = 1


@dataclass(slots=True)
class SavedState:
    """For one folder and one target: the id of the claim, and what was uploaded."""

    path: Path
    id: str
    known: SyncState

    def keep(self, known: SyncState) -> None:
        """Save the state if it changed. Raises InputError if the cache cannot be written."""
        if known == self.known and self.path.exists():
            return
        self.known = known
        text = (
            f'{{"schema": {SCHEMA}, "id": {json.dumps(self.id)}, '
            f'"agreed": {to_json(known.agreed)}, "pending": {to_json(known.pending)}}}'
        )
        write_files([NewFile(self.path, text.encode(), 0o600)])


@contextmanager
def locked_state(root: Path, target: SyncTarget) -> Iterator[SavedState]:
    """The saved state of a folder and a target, locked for one run at a time.

    Raises InputError if another run for the same folder and target is active.
    """
    path = _path(root, target)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(
                f"another sync of {root} with {target} is running", hint="wait until it ends"
            ) from error
        yield _read(path)


def _path(root: Path, target: SyncTarget) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    about = "\0".join((str(root), target.host, target.path, target.volume))
    name = hashlib.sha256(os.fsencode(about)).hexdigest()[:32]
    return Path(cache) / "gpu-scaffold" / "sync" / f"{name}.json"


def _read(path: Path) -> SavedState:
    try:
        found = json.loads(path.read_bytes())
        if found["schema"] != SCHEMA:
            raise ValueError
        known = SyncState(from_json(found["agreed"]), from_json(found["pending"]))
        return SavedState(path, str(found["id"]), known)
    except (OSError, ValueError, KeyError, TypeError):
        return SavedState(path, secrets.token_hex(16), SyncState())


def local_holder(saved: SavedState, root: Path) -> Holder:
    """The claim that this computer makes."""
    who = f"{getpass.getuser()}@{socket.gethostname()}"
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Holder(saved.id, who, str(root), since)
