"""Files for the image of an adopted container: none with a value of a suspected one."""

import hashlib
from pathlib import Path

import pytest

from scaffold.adapters.docker.container_files import FileStore, ReadFiles
from scaffold.adopt.file_tree import FileEntry
from scaffold.adopt.overlay import TEXT_BYTES
from scaffold.adopt.sorting import SortedChanges
from scaffold.commands.adopt.copying import copied_files

LONG = b"step 1 loss 0.5\n" * (TEXT_BYTES // 8)
ENV = b"DB_PASSWORD=Xk29-sommer-77\n"
BOTH = b"TOKEN=tr0ub4dor-9\nXk29-sommer-77" + LONG


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path, 1 << 30)


def taken(store: FileStore, files: dict[str, bytes], secret: set[str]) -> ReadFiles:
    """What is in the store after reading; `secret` are large files with a secret."""
    read = ReadFiles(secret=secret)
    for path, content in files.items():
        digest = hashlib.sha256(content).hexdigest()
        store.path(digest).write_bytes(content)
        size = len(content)
        read.entries[path] = FileEntry(
            path=path, kind="file", mode=0o644, uid=0, gid=0, size=size, digest=digest
        )
        if size <= TEXT_BYTES:
            read.contents[path] = content
    return read


@pytest.mark.parametrize(
    ("situation", "files", "secret", "left"),
    [
        ("value in a large file", {"/a.log": LONG + b"Xk29-sommer-77", "/b/.env": ENV}, (), ()),
        ("value in no other file", {"/a.log": LONG, "/b/.env": ENV}, (), ("/a.log",)),
        ("value of a large file", {"/a.ini": ENV + LONG, "/b": b"Xk29-sommer-77"}, ("/a.ini",), ()),
        ("value by way of another's", {"/a": BOTH, "/b/.env": ENV, "/c": b"tr0ub4dor-9"}, (), ()),
    ],
)
def test_large_files_are_searched_for_values_of_suspected_ones(
    store, situation, files, secret, left
):
    read = taken(store, files, set(secret))
    found = copied_files(read, SortedChanges(real=tuple(files)), (), (), store)
    assert tuple(one.path for one in found.entries) == left


def test_included_large_file_is_copied(store):
    files = {"/a.log": LONG + b"Xk29-sommer-77", "/b/.env": ENV}
    read = taken(store, files, set())
    found = copied_files(read, SortedChanges(real=tuple(files)), ["/a.log"], (), store)
    assert [one.path for one in found.entries] == ["/a.log"]
