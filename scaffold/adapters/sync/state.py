"""What this laptop knows of a place, in the user's cache; without it contents are compared."""

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
from scaffold.sync.comparing import Known
from scaffold.sync.holder import Holder
from scaffold.sync.manifest import from_json, to_json
from scaffold.sync.place import Place

SCHEMA = 1


@dataclass(slots=True)
class Memory:
    """Of one folder and one place: by which id the place is claimed, and what was sent."""

    path: Path
    id: str
    known: Known

    def keep(self, known: Known) -> None:
        """Write it down where it is another. Raises InputError where the cache is full."""
        if known == self.known and self.path.exists():
            return
        self.known = known
        text = (
            f'{{"schema": {SCHEMA}, "id": {json.dumps(self.id)}, '
            f'"agreed": {to_json(known.agreed)}, "pending": {to_json(known.pending)}}}'
        )
        write_files([NewFile(self.path, text.encode(), 0o600)])


@contextmanager
def remembering(root: Path, place: Place) -> Iterator[Memory]:
    """The memory of a folder and a place, for one run at a time.

    Raises InputError where another run of the same is under way.
    """
    path = _path(root, place)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(
                f"another run brings {root} to {place} already", hint="wait for its end"
            ) from error
        yield _read(path)


def _path(root: Path, place: Place) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    about = "\0".join((str(root), place.host, place.path, place.volume))
    name = hashlib.sha256(os.fsencode(about)).hexdigest()[:32]
    return Path(cache) / "gpu-scaffold" / "sync" / f"{name}.json"


def _read(path: Path) -> Memory:
    try:
        found = json.loads(path.read_bytes())
        if found["schema"] != SCHEMA:
            raise ValueError
        known = Known(from_json(found["agreed"]), from_json(found["pending"]))
        return Memory(path, str(found["id"]), known)
    except (OSError, ValueError, KeyError, TypeError):
        return Memory(path, secrets.token_hex(16), Known())


def holder_for(memory: Memory, root: Path) -> Holder:
    """The claim that this laptop makes."""
    who = f"{getpass.getuser()}@{socket.gethostname()}"
    since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Holder(memory.id, who, str(root), since)
