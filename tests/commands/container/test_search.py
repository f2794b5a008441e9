"""The search for secrets in the files of a container, in few requests."""

import io
import tarfile
from base64 import b64encode
from contextlib import contextmanager
from posixpath import dirname, relpath

import pytest

from scaffold.adopt.file_tree import below
from scaffold.commands.container.search import MANY, _in_few_requests, search
from tests.container.raw_container import inspect


def test_folder_with_many_changed_files_is_read_whole_unless_something_is_mounted_in_it():
    many = [f"/srv/{number}" for number in range(MANY + 1)]
    mounted = [f"/data/{number}" for number in range(MANY + 1)]
    single = [*many, *mounted, "/root/x", "/srv/new/deep"]
    whole, rest = _in_few_requests(["/srv/new", "/opt/new"], single, ["/data/volume"])
    assert whole == ["/opt/new", "/srv"]
    assert rest == [*mounted, "/root/x"]


class Files:
    """An engine with the archive of one container, whose files are in memory."""

    def __init__(self, contents: dict[str, bytes], links: dict[str, str]) -> None:
        self._contents, self._links = contents, links

    def image(self, _name: str) -> dict:
        return {"Config": {}}

    def history(self, _name: str) -> list:
        return []

    def changes(self, _name: str) -> list:
        paths = {*self._contents, *self._links}
        return [{"Path": path, "Kind": 1} for path in (*paths, "/srv")]

    @contextmanager
    def archive(self, _name: str, root: str):
        """As the engine packs it: the second name of a file in a folder is a hard link."""
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w") as archive:
            for path, content in self._contents.items():
                if below(path, [root]):
                    _add(archive, root, path, content, "")
            for path, first in self._links.items():
                content = self._contents[first]
                if path == root:
                    _add(archive, root, path, content, "")
                elif below(path, [root]):
                    _add(archive, root, path, b"", first)
        made.seek(0)
        yield made


def _add(archive: tarfile.TarFile, root: str, path: str, content: bytes, first: str) -> None:
    parent = dirname(root)
    info = tarfile.TarInfo(relpath(path, parent))
    info.size = len(content)
    if first:
        info.type, info.linkname = tarfile.LNKTYPE, relpath(first, parent)
    archive.addfile(info, io.BytesIO(content))


KEY = b"\0 key"
ENV = b"DB_PASSWORD=Xk29-sommer-77\n"


@pytest.mark.parametrize(
    ("situation", "contents", "links", "found"),
    [
        ("value of a secret file in a text", {"/srv/a.txt": b"use Xk29-sommer-77 here"}, {}, 1),
        ("value in base64, in a binary file", {"/srv/a": b"\0 " + b64encode(ENV[12:])}, {}, 1),
        ("value after a megabyte", {"/srv/a": b"x\n" * 600_000 + b" Xk29-sommer-77"}, {}, 1),
        ("a copy of the same content", {"/srv/a": ENV}, {}, 1),
        ("nothing", {"/srv/a": b"use it here"}, {}, 0),
        ("empty files", {"/srv/a": b""}, {}, 0),
    ],
)
def test_values_of_a_suspected_file_are_found_in_other_files(situation, contents, links, found):
    engine = Files({"/root/.env": ENV, **contents}, links)
    secrets = search(engine, inspect())
    assert secrets.files == ("/root/.env", *contents)[: 1 + found]
    assert "Xk29-sommer-77" in secrets.values
    assert "Xk29" not in repr(secrets)


def test_value_of_a_file_that_is_suspected_by_its_text_is_found_in_files_read_before():
    engine = Files({"/srv/a": b"use Xk29-sommer-77", "/srv/b.ini": ENV, "/srv/c": b"nothing"}, {})
    secrets = search(engine, inspect())
    assert secrets.files == ("/srv/a", "/srv/b.ini")
    assert "Xk29-sommer-77" in secrets.values


def test_included_file_gives_no_values_away():
    engine = Files({"/root/.env": ENV, "/srv/a": b"use Xk29-sommer-77"}, {})
    assert search(engine, inspect(), (), {"/root/.env"}).files == ("/root/.env",)
    engine = Files({"/srv/b.ini": ENV, "/srv/a": b"use Xk29-sommer-77"}, {})
    assert search(engine, inspect(), (), {"/srv/b.ini"}).files == ("/srv/b.ini",)


@pytest.mark.parametrize(
    ("situation", "contents", "links"),
    [
        ("the second name is one of secrets", {"/srv/notes": KEY}, {"/srv/x.kdbx": "/srv/notes"}),
        ("the first name is one of secrets", {"/srv/a.kdbx": KEY}, {"/srv/notes": "/srv/a.kdbx"}),
        ("names in two folders", {"/opt/a.kdbx": KEY}, {"/srv/notes": "/opt/a.kdbx"}),
        ("the first name holds a secret", {"/srv/a": ENV}, {"/srv/b": "/srv/a"}),
        ("all names hold a key", {"/srv/a.kdbx": KEY}, {"/srv/b.kdbx": "/srv/a.kdbx"}),
    ],
)
def test_every_name_of_a_file_is_suspected_if_one_is(situation, contents, links):
    engine = Files({"/srv/other": b"x", **contents}, links)
    assert search(engine, inspect()).files == tuple(sorted({*contents, *links}))
