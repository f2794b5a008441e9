"""What both sides were when nothing was left to do: a run that finds them so again is at its end.

The snapshot belongs to one version of the saved state, and of the program, whose rules decide what
is synced. It is a cache: whatever is wrong with it, the run compares both sides in full.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from scaffold import __version__
from scaffold.adapters.local.files import read_file, write_private
from scaffold.errors import InputError
from scaffold.records import dataclass
from scaffold.sync.replies import digest_of

SNAPSHOT_LIMIT = 512 << 20
"""Bytes; some hundred for each folder of the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Both sides, and what else decides about a run.

    `folders` has for each local folder its digest and the names in it that are not synced;
    `rules` are the rows of the files with rules in it, `strays` agreed paths that were not synced.
    `environments` are folders left out for what is in them, `watched` the rows of synced files
    below folders that are left out. `outside` is a digest of git's settings and of the rules from
    outside the project. `paths` are those that the remote listed, `asked` is a digest of how it
    was asked, `form` and `listing` are the form and the SHA-256 of its answer.
    """

    id: str
    folders: Mapping[str, tuple[str, Sequence[str]]]
    rules: Mapping[str, Sequence[Sequence[str | int]]]
    strays: Sequence[str]
    environments: Sequence[str]
    watched: Mapping[str, Sequence[int]]
    outside: str
    paths: Sequence[str]
    asked: str
    form: str
    listing: str


def read_snapshot(state: Path) -> Snapshot | None:
    """The snapshot for a saved state; None if it belongs to another one, or cannot be read."""
    mark = _mark(state)
    if mark is None:
        return None
    try:
        content = read_file(state.with_suffix(".seen"), limit=SNAPSHOT_LIMIT)
        found = json.loads(content or b"")
        return Snapshot(**found["seen"]) if found["of"] == mark else None
    except (InputError, ValueError, KeyError, TypeError):
        return None


def write_snapshot(state: Path, snapshot: Snapshot, listing: bytes) -> Snapshot:
    """Save a snapshot for the saved state as it is now. Raises InputError if the disk refuses."""
    write_private(state.with_suffix(".listing"), listing)
    text = json.dumps({"of": _mark(state), "seen": asdict(snapshot)}, separators=(",", ":"))
    write_private(state.with_suffix(".seen"), text.encode())
    return snapshot


def read_listing_of(state: Path, snapshot: Snapshot) -> bytes | None:
    """The remote listing of a snapshot; None if the saved one is another."""
    try:
        listing = read_file(state.with_suffix(".listing"), limit=SNAPSHOT_LIMIT) or b""
    except InputError:
        return None
    return listing if digest_of(listing) == snapshot.listing else None


def _mark(state: Path) -> list[object] | None:
    """What tells one saved state from every other: each is a new file."""
    try:
        found = state.stat()
    except OSError:
        return None
    return [__version__, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
