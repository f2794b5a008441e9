"""Search what `save` would put into an image for secrets: all changed files, of any size."""

from collections import Counter
from collections.abc import Collection, Iterator
from posixpath import dirname
from typing import IO

from scaffold.adapters.docker.container_files import list_tree, made_of, read_each
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt.base_image import committed
from scaffold.adopt.file_tree import ChangeKind, below, read_changes
from scaffold.adopt.sorting import SortedChanges, whole_folders
from scaffold.container.engine_json import Raw
from scaffold.container.facts import read_mounts
from scaffold.container.saving import suspected_files
from scaffold.container.secret_search import holds_secret
from scaffold.records import dataclass

PIECE = 1 << 18

MANY = 16
"""Single files of one folder, from which one request for the folder costs less."""

PACKAGES = ("/site-packages/", "/dist-packages/", "/node_modules/", "/pkgs/", "/conda-meta/")
"""Folders of installed packages: published by others, and full of test keys."""


@dataclass(frozen=True, slots=True)
class FoundSecrets:
    """The suspected files, and why not everything could be searched; empty if it was."""

    files: tuple[str, ...] = ()
    unread: str = ""


def search(engine: DockerEngine, inspect: Raw, known: Collection[str] = ()) -> FoundSecrets:
    """Search the changed files of a container, and those of earlier commits it is based on.

    `known` are secret values of its settings.
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
    found |= set(_with_contents(engine, str(inspect["Id"]), changes, paths, mounts, known))
    return FoundSecrets(tuple(sorted(found)), unread)


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


def _with_contents(
    engine: DockerEngine,
    name: str,
    changes: dict[str, ChangeKind],
    paths: list[str],
    mounts: list[str],
    known: Collection[str],
) -> Iterator[str]:
    wanted = {path for path in paths if not any(folder in path for folder in PACKAGES)}
    whole, single = whole_folders(SortedChanges(real=tuple(sorted(wanted))), changes)
    whole, single = _in_few_requests(whole, single, mounts)
    for path, content in read_each(engine, name, whole, single):
        if path in wanted and holds_secret(_pieces(content), known):
            yield path


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


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        yield piece
