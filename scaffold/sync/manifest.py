"""The entries of a workspace: each path with its kind, permissions, size, time and link target."""

import json
import stat
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

Kind = Literal["f", "d", "l"]
"""Regular file, folder, symbolic link; sockets, devices and pipes are never transferred."""

SECOND = 10**9

_UNITS = (1, 100, 1_000, 1_000_000, 10_000_000, SECOND, 2 * SECOND)
"""Nanoseconds: what ext4, NTFS, some network file systems, exFAT, tar and FAT keep of a time."""

STATE_FOLDER = ".scaffold-sync"
"""Folder at the top of a target: its owner, and files received but not yet in place."""


class ManifestEntry(NamedTuple):
    """One path: `mtime` in ns, `mode` the nine permission bits, `target` the text of a link.

    A tuple, since a run makes and compares several for each file of the project.
    """

    kind: Kind
    mode: int
    size: int
    mtime: int
    target: str = ""

    def is_like(self, other: "ManifestEntry") -> bool:
        """Whether both have the same content, judged by kind, size and time.

        Times are compared in whole seconds: not every file system and archive keeps more.
        """
        if self == other:
            return True
        if self.kind != other.kind:
            return False
        if self.kind == "l":
            return self.target == other.target
        same_time = self.mtime // SECOND == other.mtime // SECOND
        return self.kind == "d" or (self.size == other.size and same_time)

    def is_copy(self, original: "ManifestEntry") -> bool:
        """Whether the time is that of an original, cut to what an archive or file system keeps."""
        if original.mtime == self.mtime:
            return True
        return any(original.mtime // unit * unit == self.mtime for unit in _UNITS)


Manifest = Mapping[str, ManifestEntry]
"""Relative POSIX path to its entry. Undecodable bytes are lone surrogates, as os.fsdecode returns
them."""


def text_of(name: bytes) -> str:
    """A path as Python text."""
    return name.decode("utf-8", "surrogateescape")


def bytes_of(path: str) -> bytes:
    """A path as file system bytes."""
    return path.encode("utf-8", "surrogateescape")


MAX_ENTRIES = 1_000_000
"""Entries of a listing; more would not fit into memory on either side."""

MAX_NUMBER = 1 << 53


def is_safe(path: str) -> bool:
    """Whether a path stays below the root that it is joined to."""
    # Nearly all paths show at a glance that no part is empty or begins with a dot.
    if path[:1] not in {"", ".", "/"} and "/." not in path and "//" not in path:
        return path[-1] != "/" and "\0" not in path
    parts = path.split("/")
    return "\0" not in path and all(part not in {"", ".", ".."} for part in parts)


def parents(path: str) -> Iterator[str]:
    """The parent folders of a path, topmost first."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def read_listing(listing: bytes) -> dict[str, ManifestEntry]:
    """Read the output of `list.sh`: fields separated by tabs, path and link target ended by NUL.

    Raises ValueError for any other text. Paths that would leave the target are dropped.
    """
    fields = text_of(listing).split("\0")
    found: dict[str, ManifestEntry] = {}
    if fields[-1] or len(fields) > 2 * MAX_ENTRIES + 1:
        raise ValueError
    # Thousands of lines: nearly all have a mode that was seen before, and a time of 21 characters.
    modes: dict[str, int] = {}
    for head, target in zip(fields[0::2], fields[1::2], strict=False):
        kind, mode, size, mtime, name = head.split("\t", 4)
        path = name.removeprefix("./")
        if kind not in _LISTED or not is_safe(path):
            continue
        if mode not in modes:
            modes[mode] = int(mode, 8) & 0o777
        whole, dot, part = mtime[:10], mtime[10:11], mtime[11:20]
        if len(mtime) == _USUAL and dot == "." and (whole + part).isdecimal():
            time = int(whole + part)
        else:
            time = _nanoseconds(mtime)
        found[path] = ManifestEntry._make((kind, modes[mode], _bounded(int(size)), time, target))
    return found


_LISTED = frozenset({"f", "d", "l"})

_USUAL = len("1800000000.1234567890")

_KINDS: Mapping[int, Kind] = {stat.S_IFREG: "f", stat.S_IFDIR: "d", stat.S_IFLNK: "l"}


def read_plain_listing(listing: bytes) -> dict[str, ManifestEntry]:
    """Read the output of `list.sh` for a find without -printf: lines of stat, then the names.

    Raises ValueError for any other text, and if a file disappeared meanwhile.
    """
    fields = listing.split(b"\0")
    found: dict[str, ManifestEntry] = {}
    at = 0
    while at < len(fields) and fields[at]:
        lines = fields[at].splitlines()
        names = fields[at + 1 : at + 1 + 2 * len(lines)]
        at += 1 + 2 * len(lines)
        for line, name, target in zip(lines, names[0::2], names[1::2], strict=True):
            mode, size, mtime = line.split()
            bits = int(mode, 16) & 0xFFFF
            kind = _KINDS.get(stat.S_IFMT(bits))
            path = text_of(name.removeprefix(b"./"))
            if kind and is_safe(path):
                _check_count(found)
                link = text_of(target.removesuffix(b"\n"))
                found[path] = ManifestEntry(
                    kind=kind,
                    mode=bits & 0o777,
                    size=_bounded(int(size)),
                    mtime=_bounded(int(mtime)) * SECOND,
                    target=link,
                )
    return found


def _nanoseconds(text: str) -> int:
    whole, _, part = text.partition(".")
    return _bounded(int(whole)) * SECOND + int(part[:9].ljust(9, "0"))


def _bounded(number: int) -> int:
    """A size or a time that the system can take. Raises ValueError for any other."""
    if not -MAX_NUMBER <= number < MAX_NUMBER:
        raise ValueError
    return number


def _check_count(found: Mapping[str, ManifestEntry]) -> None:
    if len(found) >= MAX_ENTRIES:
        raise ValueError


def to_json(manifest: Manifest) -> str:
    """A manifest as JSON text for the cache."""
    return json.dumps(manifest, separators=(",", ":"))


def from_json(rows: Mapping[str, tuple[Kind, int, int, int, str]]) -> dict[str, ManifestEntry]:
    """The manifest of parsed JSON rows. Raises TypeError or ValueError for anything else."""
    return {path: ManifestEntry._make(row) for path, row in rows.items()}
