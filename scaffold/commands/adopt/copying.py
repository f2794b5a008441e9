"""The files that `adopt` copies, without suspected secrets."""

from collections.abc import Collection

from scaffold.adapters.docker.container_files import FileStore, ReadFiles, large_files_with
from scaffold.adopt.overlay import Overlay, ReadContents, make_overlay
from scaffold.adopt.sorting import SortedChanges
from scaffold.container.secret_search import HEAD


def copied_files(
    read: ReadFiles,
    found: SortedChanges,
    included: Collection[str],
    first: Collection[str],
    store: FileStore,
) -> Overlay:
    """The files to copy; large ones are searched for the values of suspected files as well."""
    secret = set(read.secret)
    while True:
        small = {**read.contents, **_heads(read, secret, store)}
        contents = ReadContents(small, secret, store.known)
        overlay = make_overlay(read.entries, contents, found.real, found.deleted, included, first)
        entries = (one for one in overlay.entries if one.path not in included)
        more = large_files_with(store, entries, overlay.values)
        if not more:
            return overlay
        secret |= more


def _heads(read: ReadFiles, paths: Collection[str], store: FileStore) -> dict[str, bytes]:
    """The beginnings of stored files that are too large for memory."""
    found = {}
    for path in paths:
        stored = store.path(read.entries[path].digest)
        if path not in read.contents and stored.exists():
            with stored.open("rb") as content:
                found[path] = content.read(HEAD)
    return found
