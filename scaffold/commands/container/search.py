"""Search what `save` would put into an image for secrets: all changed files, of any size."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from hashlib import sha256
from posixpath import dirname
from typing import IO

from scaffold.adapters.docker.container_files import list_tree, made_of, read_each
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt.base_image import committed
from scaffold.adopt.file_tree import ChangeKind, below, read_changes
from scaffold.adopt.sorting import SortedChanges, whole_folders
from scaffold.container.engine_json import Raw
from scaffold.container.facts import read_mounts
from scaffold.container.known_secrets import spellings, values_of_text
from scaffold.container.saving import suspected_files
from scaffold.container.secret_search import holds_secret
from scaffold.records import dataclass

PIECE = 1 << 18

MANY = 16
"""Single files of one folder, from which one request for the folder costs less."""

VALUES_BYTES = 1 << 16
"""The beginning of a suspected file, in which its values are found."""

PACKAGES = ("/site-packages/", "/dist-packages/", "/node_modules/", "/pkgs/", "/conda-meta/")
"""Folders of installed packages: published by others, and full of test keys."""


@dataclass(frozen=True, slots=True)
class FoundSecrets:
    """The suspected files, and why not everything could be searched; empty if it was.

    `values` are the secrets in the files, to be found in settings.
    """

    files: tuple[str, ...] = ()
    unread: str = ""
    values: tuple[str, ...] = ()


def search(
    engine: DockerEngine,
    inspect: Raw,
    known: Collection[str] = (),
    included: Collection[str] = (),
) -> FoundSecrets:
    """Search the changed files of a container, and those of earlier commits it is based on.

    `known` are secret values of its settings; what is in `included` files may be elsewhere too.
    """
    image = engine.image(str(inspect["Image"])) or {}
    history = engine.history(str(inspect["Image"]))
    base, unread = _below_commits(engine, image, committed(history))
    changes = read_changes(engine.changes(inspect["Id"]))
    if base:
        changes = {**_differences(engine, str(inspect["Id"]), base), **changes}
    mounts = [mount.target for mount in read_mounts(inspect)]
    paths = [path for path, how in changes.items() if how != "deleted" and not below(path, mounts)]
    files = _Files(engine, str(inspect["Id"]), changes, paths, mounts)
    found, values = files.secrets(known, set(included))
    return FoundSecrets(tuple(sorted(found)), unread, values)


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


class _Files:
    """The changed files of a container, in the few requests that read them all."""

    def __init__(
        self,
        engine: DockerEngine,
        name: str,
        changes: dict[str, ChangeKind],
        paths: list[str],
        mounts: list[str],
    ) -> None:
        self._engine, self._name, self._paths = engine, name, paths
        self._wanted = {path for path in paths if not any(folder in path for folder in PACKAGES)}
        whole, single = whole_folders(SortedChanges(real=tuple(sorted(self._wanted))), changes)
        self._whole, self._single = _in_few_requests(whole, single, mounts)
        self._links: dict[str, str] = {}
        self._digests: dict[str, str] = {}

    def secrets(
        self, known: Collection[str], included: set[str]
    ) -> tuple[set[str], tuple[str, ...]]:
        """The suspected files, and the values in them, which make other files suspect too."""
        found = set(suspected_files(self._paths))
        values = self._values_of(found - included)
        more = self._search({*known, *spellings(values)})
        if added := self._values_of(more - found - included) - values:
            more |= self._search(spellings(added))
        every = found | more
        return every | self._same(every - included), spellings(values | added)

    def _search(self, known: Collection[str]) -> set[str]:
        found = set()
        for entry, content in read_each(self._engine, self._name, self._whole, self._single):
            if content is None:
                self._links[entry.path] = entry.target
                continue
            if entry.path not in self._wanted or not entry.size:
                continue
            digest = sha256()
            if holds_secret(_pieces(content, digest.update), known):
                found.add(entry.path)
            self._digests.setdefault(entry.path, digest.hexdigest())
        return found

    def _values_of(self, paths: set[str]) -> set[str]:
        values: set[str] = set()
        # Installed packages are full of keys for their tests.
        for _, content in read_each(self._engine, self._name, (), paths & self._wanted):
            text = content.read(VALUES_BYTES) if content else b""
            values |= values_of_text(text.decode("utf-8", "surrogateescape"))
        return values

    def _same(self, found: set[str]) -> set[str]:
        """The files, and every other name and copy of them."""
        same = {self._digests[path] for path in found if path in self._digests}
        every = found | {path for path, digest in self._digests.items() if digest in same}
        for path, target in self._links.items():
            if every & {path, target}:
                every |= {path, target}
        return every


def _in_few_requests(
    whole: list[str], single: list[str], mounts: list[str]
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


def _pieces(content: IO[bytes], seen: Callable[[bytes], None]) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        seen(piece)
        yield piece
