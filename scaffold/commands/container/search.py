"""Search what `save` would put into an image for secrets: all changed files, of any size."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from posixpath import dirname
from typing import IO

from scaffold.adapters.docker.container_files import list_tree, made_of, pieces, read_each
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt.base_image import committed
from scaffold.adopt.file_tree import ChangeKind, FileEntry, below, read_changes
from scaffold.adopt.sorting import SortedChanges, whole_folders
from scaffold.container.engine_json import Raw
from scaffold.container.facts import read_mounts
from scaffold.container.known_secrets import spellings
from scaffold.container.saving import suspected_files
from scaffold.container.secret_search import HEAD, SecretSearch, holds_secret, values_of_file
from scaffold.records import dataclass

MANY = 16
"""Single files of one folder, from which one request for the folder costs less."""

PACKAGES = ("/site-packages/", "/dist-packages/", "/node_modules/", "/pkgs/", "/conda-meta/")
"""Folders of installed packages: published by others, and full of test keys."""


@dataclass(frozen=True, slots=True)
class FoundSecrets:
    """The suspected files, and why not everything could be searched; empty if it was.

    `values` are the secrets that the files hold, in all spellings.
    """

    files: tuple[str, ...] = ()
    unread: str = ""
    values: tuple[str, ...] = field(default=(), repr=False)


def search(
    engine: DockerEngine,
    inspect: Raw,
    known: Collection[str] = (),
    included: Collection[str] = (),
) -> FoundSecrets:
    """Search the changed files of a container, and those of earlier commits it is based on.

    `known` are secret values of its settings; files that are `included` give no values away.
    """
    image = engine.image(str(inspect["Image"])) or {}
    history = engine.history(str(inspect["Image"]))
    base, unread = _below_commits(engine, image, committed(history))
    changes = read_changes(engine.changes(inspect["Id"]))
    if base:
        changes = {**_differences(engine, str(inspect["Id"]), base), **changes}
    mounts = [mount.target for mount in read_mounts(inspect)]
    paths = [path for path, how in changes.items() if how != "deleted" and not below(path, mounts)]
    found = set(suspected_files(paths))
    wanted = {path for path in paths if not any(folder in path for folder in PACKAGES)}
    files = ChangedFiles(engine, str(inspect["Id"]), changes, tuple(mounts))
    more, values = _with_contents(files, wanted, found & wanted, known, included)
    return FoundSecrets(tuple(sorted(found | more)), unread, values)


def _below_commits(engine: DockerEngine, image: Raw, count: int) -> tuple[str, str]:
    """The image that the committed layers lie on, empty without any; and why it is unknown."""
    identity = ""
    for _ in range(count):
        identity = str(image.get("Parent") or "")
        found = engine.image(identity) if identity else None
        if found is None:
            return "", "the image was committed by hand, and its base is not on this engine"
        image = found
    return identity, ""


def _differences(engine: DockerEngine, name: str, base: str) -> dict[str, ChangeKind]:
    """Paths that a container has otherwise than an image, by size, time and mode."""
    with made_of(engine, base) as made:
        before = list_tree(engine, made)
    now = list_tree(engine, name)
    found: dict[str, ChangeKind] = {}
    for path, header in now.items():
        if path not in before:
            found[path] = "added"
        elif before[path] != header:
            found[path] = "modified"
    return found


@dataclass(frozen=True, slots=True)
class ChangedFiles:
    """The changed files of a container, with its mounts, in which nothing is read."""

    engine: DockerEngine
    name: str
    changes: Mapping[str, ChangeKind]
    mounts: tuple[str, ...]

    def read(self, paths: set[str]) -> Iterator[tuple[FileEntry, IO[bytes] | None]]:
        """Each of these files with its content, in few requests."""
        whole, single = whole_folders(SortedChanges(real=tuple(sorted(paths))), self.changes)
        whole, single = _in_few_requests(whole, single, self.mounts)
        for entry, content in read_each(self.engine, self.name, whole, single):
            if entry.path in paths:
                yield entry, content


def _with_contents(
    files: ChangedFiles,
    wanted: set[str],
    named: set[str],
    known: Collection[str],
    included: Collection[str],
) -> tuple[set[str], tuple[str, ...]]:
    """The files that hold a secret, a value of a suspected file, or the same as one; the values.

    `named` are suspected by their names.
    """
    found = set[str]()
    values, copies = _of_named(files, named - {*included}, found)
    later = set[str]()
    first = (*known, *spellings(values))
    for entry, content in files.read(wanted - named):
        search, digest, head = SecretSearch(first), hashlib.sha256(), b""
        if content is None:
            search.found = entry.target in found | named
        for piece in pieces(content) if content else ():
            head = head or piece
            if copies:
                digest.update(piece)
            search.feed(piece)
        if search.found or digest.digest() in copies:
            found.add(entry.path)
            later |= set() if entry.path in included else values_of_file(head)
    # Files that were read before the one with the value.
    if again := spellings(later - values):
        for entry, content in files.read(wanted - named - found):
            if content and holds_secret(pieces(content), again, rules=False):
                found.add(entry.path)
    return found, (*first[len(known) :], *again)


def _of_named(files: ChangedFiles, named: set[str], found: set[str]) -> tuple[set[str], set[bytes]]:
    """The values in files with suspected names, and the digests by which copies are found.

    The other name of a hard link is `found` as well.
    """
    values, copies = set[str](), set[bytes]()
    for entry, content in files.read(named) if named else ():
        if content is None:
            found.add(entry.target)
        elif entry.size:
            head = content.read(HEAD)
            values |= values_of_file(head)
            digest = hashlib.sha256(head)
            for piece in pieces(content):
                digest.update(piece)
            copies.add(digest.digest())
    return values, copies


def _in_few_requests(
    whole: list[str], single: list[str], mounts: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Read a folder whole if many single paths are in it, and no mount."""
    counts = Counter(dirname(path) for path in single)
    many = [
        folder
        for folder, count in counts.items()
        if count > MANY and folder != "/" and not any(below(mount, [folder]) for mount in mounts)
    ]
    folders = [path for path in {*whole, *many} if not below(dirname(path), {*whole, *many})]
    return sorted(folders), [path for path in single if not below(path, folders)]
