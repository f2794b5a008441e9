"""What lies in a workspace: each path with its kind, permissions, size, time and link target."""

import json
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["f", "d", "l"]
"""Regular file, folder, symbolic link; all else (sockets, devices, pipes) never travels."""

SECOND = 10**9

OWN = ".scaffold-sync"
"""Our folder at the top of a place: whose it is, and what has come but is not in place yet."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One path; `mtime` in ns, `mode` the nine permission bits, `target` a link's text."""

    kind: Kind
    mode: int
    size: int
    mtime: int
    target: str = ""

    def is_like(self, other: "Entry") -> bool:
        """Whether both stand for the same content, as far as the outside shows.

        Times in whole seconds: not every file system and archive keeps more.
        """
        if self.kind != other.kind:
            return False
        if self.kind == "l":
            return self.target == other.target
        same_time = self.mtime // SECOND == other.mtime // SECOND
        return self.kind == "d" or (self.size == other.size and same_time)


Manifest = Mapping[str, Entry]
"""Relative POSIX path to what lies there. Undecodable bytes are lone surrogates, as os.fsdecode
gives them."""


def text_of(name: bytes) -> str:
    """A path as Python names it."""
    return name.decode("utf-8", "surrogateescape")


def bytes_of(path: str) -> bytes:
    """A path as the file system names it."""
    return path.encode("utf-8", "surrogateescape")


def is_safe(path: str) -> bool:
    """Whether a path from elsewhere stays below the root that it is joined to."""
    parts = path.split("/")
    return "\0" not in path and all(part not in {"", ".", ".."} for part in parts)


def parents(path: str) -> Iterator[str]:
    """The folders above a path, the topmost first."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)


def read_listing(listing: bytes) -> dict[str, Entry]:
    """Read what the far `look.sh` lists: fields by tabs, the path and a link's target by NUL.

    Raises ValueError for what is no such listing. Paths that would leave the place are left out.
    """
    fields = listing.split(b"\0")
    found: dict[str, Entry] = {}
    if fields[-1]:
        raise ValueError
    for head, target in zip(fields[0::2], fields[1::2], strict=False):
        kind, mode, size, mtime, name = head.split(b"\t", 4)
        path = text_of(name.removeprefix(b"./"))
        if kind in {b"f", b"d", b"l"} and is_safe(path):
            found[path] = Entry(
                kind=kind.decode("ascii"),  # type: ignore[arg-type]
                mode=int(mode, 8) & 0o777,
                size=int(size),
                mtime=_nanoseconds(mtime),
                target=text_of(target),
            )
    return found


_KINDS: Mapping[int, Kind] = {stat.S_IFREG: "f", stat.S_IFDIR: "d", stat.S_IFLNK: "l"}


def read_plain_listing(listing: bytes) -> dict[str, Entry]:
    """Read what it lists where find has no -printf: handfuls of stat's lines, then the names.

    Raises ValueError for what is no such listing, and where a file went away meanwhile.
    """
    fields = listing.split(b"\0")
    found: dict[str, Entry] = {}
    at = 0
    while at < len(fields) and fields[at]:
        lines = fields[at].splitlines()
        names = fields[at + 1 : at + 1 + 2 * len(lines)]
        at += 1 + 2 * len(lines)
        for line, name, target in zip(lines, names[0::2], names[1::2], strict=True):
            mode, size, mtime = line.split()
            kind = _KINDS.get(stat.S_IFMT(int(mode, 16)))
            path = text_of(name.removeprefix(b"./"))
            if kind and is_safe(path):
                link = text_of(target.removesuffix(b"\n"))
                found[path] = Entry(
                    kind, int(mode, 16) & 0o777, int(size), int(mtime) * SECOND, link
                )
    return found


def _nanoseconds(text: bytes) -> int:
    whole, _, part = text.partition(b".")
    return int(whole) * SECOND + int(part[:9].ljust(9, b"0") or 0)


def to_json(manifest: Manifest) -> str:
    """A manifest as text, for the cache."""
    rows = {
        path: [one.kind, one.mode, one.size, one.mtime, one.target]
        for path, one in manifest.items()
    }
    return json.dumps(rows, separators=(",", ":"))


def from_json(rows: Mapping[str, tuple[Kind, int, int, int, str]]) -> dict[str, Entry]:
    """The manifest of such a text's rows. Raises TypeError for what is none."""
    return {path: Entry(*row) for path, row in rows.items()}
