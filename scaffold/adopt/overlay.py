"""Files that are copied unchanged: their list, and those that may be secrets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scaffold.adopt.file_tree import FileEntry, ancestors
from scaffold.adopt.sorting import EARLY
from scaffold.container.saving import suspected_files, suspected_text

ROOT = "rootfs"
LIST = "rootfs.list"

TEXT_BYTES = 1 << 20
"""Files up to this size are kept in memory to search them for secrets."""

_HEAD = """\
# What place.sh creates or deletes: kind, step, mode, owner, path, link target.
# Kinds: file (from rootfs/), dir, link, gone. Git does not keep owners and modes; this list does.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlay:
    """Files to copy: `entries`, and `folders`, their parent folders.

    `secret` and `odd` are not copied: suspected secrets, and what no Dockerfile can create.
    `first` are folders into which a user other than root installs packages.
    """

    entries: tuple[FileEntry, ...] = ()
    folders: tuple[FileEntry, ...] = ()
    deleted: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    first: frozenset[str] = field(default_factory=frozenset)

    @property
    def size(self) -> int:
        """Total size in bytes."""
        return sum(entry.size for entry in self.entries)

    @property
    def anything(self) -> bool:
        """Whether anything has to be copied or deleted."""
        return bool(self.entries or self.folders or self.deleted)

    @property
    def early(self) -> bool:
        """Whether package installers need any of it."""
        return bool(self.first) or any(EARLY.fullmatch(entry.path) for entry in self.entries)

    @property
    def late(self) -> bool:
        """Whether anything is copied after the packages."""
        entries = (*self.entries, *self.folders)
        return any(not EARLY.fullmatch(entry.path) for entry in entries)


def make_overlay(
    read: Mapping[str, FileEntry],
    contents: Mapping[str, bytes],
    real: Iterable[str],
    deleted: Iterable[str],
    include: Iterable[str] = (),
    first: Iterable[str] = (),
) -> Overlay:
    """Select entries to copy; `contents` are those of small files."""
    included = set(include)
    entries, secret, odd = [], [], []
    for path in sorted(real):
        entry = read.get(path)
        if entry is None:
            continue
        if entry.kind == "other" or not (path + entry.target).isprintable():
            odd.append(path)
        elif _secret(path, contents.get(path, b"")) and path not in included:
            secret.append(path)
        else:
            entries.append(entry)
    carried = {entry.path for entry in entries}
    first = frozenset(path for path in first if path in read and path not in carried)
    named = (*carried, *secret, *odd)
    on_the_way = {*first, *(folder for path in named for folder in ancestors(path))} - carried
    folders = [read[path] for path in sorted(on_the_way) if path in read]
    gone = [path for path in deleted if path.isprintable()]
    return Overlay(
        entries=tuple(entries),
        folders=tuple(folders),
        deleted=tuple(gone),
        secret=tuple(secret),
        odd=tuple(odd),
        first=first,
    )


def _secret(path: str, content: bytes) -> bool:
    if suspected_files([path]) and b"-----BEGIN CERTIFICATE" not in content:
        return True
    return b"\0" not in content and suspected_text(content.decode("utf-8", "replace"))


def list_content(overlay: Overlay) -> str:
    """The list for place.sh: tab-separated, parents before children."""
    lines = [f"gone\tgone\t-\t-\t{path}\t-" for path in overlay.deleted]
    steps = {path: "early" for entry in overlay.entries if EARLY.fullmatch(path := entry.path)}
    early = {*overlay.first, *(folder for path in steps for folder in ancestors(path))}
    for entry in sorted((*overlay.folders, *overlay.entries), key=lambda one: one.path):
        step = "early" if entry.path in steps or entry.path in early else "late"
        mode = f"{entry.mode:04o}"
        target = entry.target or "-"
        lines.append(f"{entry.kind}\t{step}\t{mode}\t{entry.owner}\t{entry.path}\t{target}")
    return _HEAD + "".join(f"{line}\n" for line in lines)
