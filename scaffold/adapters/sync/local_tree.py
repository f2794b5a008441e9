"""The files of a workspace as the disk lists them, each folder read once for all who ask."""

import hashlib
import marshal
import os
import stat
import time
from collections.abc import Collection
from pathlib import Path

from scaffold.errors import InputError
from scaffold.sync.rules import IGNORE_FILE

Row = tuple[str, int, int, int, int, int]
"""Name, mode, size, time of modification and of change in ns, and inode; mode 0 is unreadable."""

TICK_NS, COARSE_NS = 100_000_000, 2_500_000_000
"""For how long a change may leave a file's times as they were: the kernel's clock moves every 10 ms
at the slowest, and a FAT or HFS+ disk keeps times to two seconds."""

_FINE_NS = 10_000_000
"""A time of change that is no multiple of it is from a disk that keeps nanoseconds."""

_FOREIGN = ("pyvenv.cfg", "conda-meta")
"""Folders that contain one of these are virtual or conda environments of one machine."""

RULE_FILES = (".gitignore", IGNORE_FILE)
"""Their content counts, be they synced themselves or not."""

_READ = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_NO_STAT = (0, 0, 0, 0, 0)


class LocalTree:
    """A local folder; the rows of a folder below it are read when they are first asked for.

    Raises InputError if the root is not a readable folder.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.begun = root, time.time_ns()
        self._rows: dict[str, list[Row] | None] = {}
        self._digests: dict[tuple[str, frozenset[str]], str] = {}
        if (reason := self._read("")) is not None:
            from scaffold.adapters.local.files import shown

            raise InputError(
                f"cannot read {shown(root)}: {reason}", hint="name the project's folder"
            )

    def rows(self, folder: str) -> list[Row] | None:
        """The rows of a folder, relative to the root; None if it cannot be read."""
        if folder not in self._rows:
            self._read(folder)
        return self._rows[folder]

    def is_environment(self, path: str) -> bool:
        """Whether a folder is a virtual or conda environment of this computer."""
        return any(os.path.lexists(f"{self.root}/{path}/{name}") for name in _FOREIGN)

    def row_of(self, path: str) -> list[int]:
        """The row of one path now, without its name; empty if it cannot be read."""
        try:
            one = os.lstat(f"{self.root}/{path}")
        except OSError:
            return []
        return [one.st_mode, one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino]

    def _read(self, folder: str) -> str | None:
        """Read one folder; returns the reason if that fails."""
        try:
            # By its handle the kernel finds each name at once, without the folders above.
            handle = os.open(f"{self.root}/{folder}", _READ if folder else _READ & ~os.O_NOFOLLOW)
            try:
                self._rows[folder] = _listed(handle)
            finally:
                os.close(handle)
        except OSError as error:
            self._rows[folder] = None
            return error.strerror or str(error)
        return None

    def digest(self, folder: str, excluded: Collection[str]) -> str:
        """A digest of what decides about the synced paths in a folder; empty if unreadable.

        Of a folder and of an excluded name only the kind counts.
        """
        about = folder, frozenset(excluded)
        if about not in self._digests:
            self._digests[about] = self._digest(*about)
        return self._digests[about]

    def _digest(self, folder: str, excluded: Collection[str]) -> str:
        rows = self.rows(folder)
        if rows is None:
            return ""
        seen = [
            (row[0], stat.S_IFMT(row[1]))
            if stat.S_ISDIR(row[1]) or (row[0] in excluded and row[0] not in RULE_FILES)
            else row
            for row in rows
        ]
        return hashlib.blake2b(marshal.dumps(seen, 2), digest_size=16).hexdigest()

    def is_settled(self, folder: str, excluded: Collection[str]) -> bool:
        """Whether every later change of a synced file in a folder changes its row."""
        return all(
            row[1] and is_past(row[4], self.begun) and not _is_linked_rule(row)
            for row in self.rows(folder) or ()
            if (row[0] not in excluded or row[0] in RULE_FILES) and not stat.S_ISDIR(row[1])
        )


def _is_linked_rule(row: Row) -> bool:
    """Whether rules are in a file elsewhere, whose changes do not show in this row."""
    return row[0] in RULE_FILES and stat.S_ISLNK(row[1])


def is_past(changed: int, now: int) -> bool:
    """Whether a file that changes again gets another time of change than the one it has now.

    It may not within the same tick of the clock (git's index has the same rule). A time in the
    future says that a clock was set back, or that the disk has a clock of its own.
    """
    return changed < now - (TICK_NS if changed % _FINE_NS else COARSE_NS)


def _listed(handle: int) -> list[Row]:
    found: list[Row] = []
    with os.scandir(handle) as entries:
        for entry in entries:
            try:
                one = entry.stat(follow_symlinks=False)
            except OSError:
                found.append((entry.name, *_NO_STAT))
                continue
            times = (one.st_mtime_ns, one.st_ctime_ns)
            found.append((entry.name, one.st_mode, one.st_size, *times, one.st_ino))
    return found
