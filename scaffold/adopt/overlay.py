"""Files that are copied unchanged: their list, and those that may be secrets."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field

from scaffold.adopt.file_tree import FileEntry, ancestors
from scaffold.adopt.sorting import EARLY
from scaffold.container.known_secrets import holds_value, spellings
from scaffold.container.saving import suspected_files, suspected_text
from scaffold.container.secret_search import holds_secret, values_of_file
from scaffold.records import dataclass

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
    `first` are folders into which a user other than root installs packages. `values` are the
    secrets that `secret` files hold, in all spellings.
    """

    entries: tuple[FileEntry, ...] = ()
    folders: tuple[FileEntry, ...] = ()
    deleted: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    first: frozenset[str] = field(default_factory=frozenset)
    values: tuple[str, ...] = field(default=(), repr=False)

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


@dataclass(frozen=True, slots=True)
class ReadContents:
    """What was read of the files: `small` contents, and the paths of larger `secret` ones.

    `known` are secret values of the container's settings.
    """

    small: Mapping[str, bytes] = field(default_factory=dict)
    secret: Collection[str] = ()
    known: Collection[str] = ()


def make_overlay(
    read: Mapping[str, FileEntry],
    contents: ReadContents,
    real: Iterable[str],
    deleted: Iterable[str],
    included: Collection[str] = (),
    first: Iterable[str] = (),
) -> Overlay:
    """Select entries to copy, suspected secrets only if they are `included`."""
    entries, odd = [], []
    for path in sorted(real):
        entry = read.get(path)
        if entry is None:
            continue
        if entry.kind == "other" or not (path + entry.target).isprintable():
            odd.append(path)
        else:
            entries.append(entry)
    secret, values = _secrets({one.path: one for one in entries}, contents, included)
    carried = {entry.path for entry in entries} - secret
    first = frozenset(path for path in first if path in read and path not in carried)
    named = (*carried, *secret, *odd)
    on_the_way = {*first, *(folder for path in named for folder in ancestors(path))} - carried
    folders = [read[path] for path in sorted(on_the_way) if path in read]
    return Overlay(
        entries=tuple(entry for entry in entries if entry.path in carried),
        folders=tuple(folders),
        deleted=tuple(path for path in deleted if path.isprintable()),
        secret=tuple(sorted(secret)),
        odd=tuple(odd),
        first=first,
        values=values,
    )


def _secrets(
    read: Mapping[str, FileEntry], contents: ReadContents, included: Collection[str]
) -> tuple[set[str], tuple[str, ...]]:
    """The suspected files and the values in them; files with either of both are suspect too."""
    asked = set(included)
    suspects = [path for path in read if path not in asked]
    secret = {path for path in suspects if path in contents.secret or _secret(path, contents)}
    texts = (contents.small.get(path, b"") for path in sorted(secret))
    values = spellings({one for text in texts for one in values_of_file(text)})
    same = {read[path].digest for path in secret if read[path].size} - {""}
    for path in suspects:
        if read[path].digest in same or holds_value(_text(contents.small.get(path, b"")), values):
            secret.add(path)
    return secret, values


def _secret(path: str, contents: ReadContents) -> bool:
    content = contents.small.get(path, b"")
    if suspected_files([path]) and b"-----BEGIN CERTIFICATE" not in content:
        return True
    return suspected_text(path) or holds_secret([content], contents.known)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


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
