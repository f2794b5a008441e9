"""Which changed files are left out of a saved image, in few requests for many files."""

import io
import tarfile
from contextlib import contextmanager

import pytest

from scaffold.commands.container.save import plan_save
from scaffold.commands.container.search import MANY, _in_few_requests, search

TOKEN = "q8Zr2LkV0xTn5WbY7c"
KEY = b"\x00\x01binary key\xff" * 9
LINKED = {"/work/b": "/work/a"}


def test_folder_with_many_changed_files_is_read_whole_unless_something_is_mounted_in_it():
    many = [f"/srv/{number}" for number in range(MANY + 1)]
    mounted = [f"/data/{number}" for number in range(MANY + 1)]
    single = [*many, *mounted, "/root/x", "/srv/new/deep"]
    whole, rest = _in_few_requests(["/srv/new", "/opt/new"], single, ["/data/volume"])
    assert whole == ["/opt/new", "/srv"]
    assert rest == [*mounted, "/root/x"]


class Files:
    """An engine with one container; a file whose content is a path is a hard link to it."""

    def __init__(self, files, **config):
        self.files = dict(sorted(files.items()))
        self.config = config

    def inspect(self, _name, *, size=False):
        config = {"Env": [], "Labels": {}, **self.config}
        return {"Id": "1", "Name": "/box", "Image": "i", "Config": config, "Mounts": []}

    def image(self, name):
        return {"Id": "i", "Config": {}} if name == "i" else None

    def history(self, _name):
        return [{"CreatedBy": f"RUN echo {TOKEN}"}]

    def info(self):
        return {}

    def changes(self, _name):
        folders = sorted({f"/{path.split('/')[1]}" for path in self.files})
        added = [{"Kind": 1, "Path": path} for path in self.files]
        return [*({"Kind": 1, "Path": folder} for folder in folders), *added]

    @contextmanager
    def archive(self, _name, path):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for one, content in self.files.items():
                if one == path or one.startswith(f"{path}/"):
                    self._add(archive, path, one, content)
        yield io.BytesIO(out.getvalue())

    def _add(self, archive, root, path, content):
        above = root.rpartition("/")[0]
        member = tarfile.TarInfo(path[len(above) + 1 :])
        if isinstance(content, str) and path != root:
            member.type, member.linkname = tarfile.LNKTYPE, content[len(above) + 1 :]
            archive.addfile(member)
            return
        data = self.files[content] if isinstance(content, str) else content
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))


NETRC = f"machine h login ada password {TOKEN}\n".encode()
CASES = {
    "only a plain file": ({"/work/a": b"x"}, set()),
    "an empty file by the name of a secret": (
        {"/root/.netrc": b"", "/work/a": b""},
        {"/root/.netrc"},
    ),
    "the value of a file by name, in another": (
        {"/root/.netrc": NETRC, "/work/a": f"note {TOKEN} for me".encode()},
        {"/root/.netrc", "/work/a"},
    ),
    "the value of a file by its content, in another": (
        {"/work/b": f"api_token: {TOKEN}\n".encode(), "/work/a": f"note {TOKEN}".encode()},
        {"/work/a", "/work/b"},
    ),
    "a copy of a key without a text": (
        {"/root/id_rsa": KEY, "/work/a": KEY},
        {"/root/id_rsa", "/work/a"},
    ),
    "a hard link of a key in the same folder": (
        {"/root/a": KEY, "/root/id_rsa": "/root/a", "/root/z": "/root/a"},
        {"/root/a", "/root/id_rsa", "/root/z"},
    ),
    "a hard link of a file with a secret": (
        {"/work/a": f"api_token: {TOKEN}\n".encode(), "/work/b": "/work/a"},
        {"/work/a", "/work/b"},
    ),
    "the value of an installed package's test key": (
        {"/opt/site-packages/id_rsa": NETRC, "/work/a": f"note {TOKEN}".encode()},
        {"/opt/site-packages/id_rsa"},
    ),
}


@pytest.mark.parametrize(("files", "found"), CASES.values(), ids=CASES)
def test_suspected_files_their_names_and_their_values(files, found):
    assert set(search(Files(files), Files(files).inspect("box")).files) == found


def test_what_the_user_includes_may_be_elsewhere():
    files = {"/root/.netrc": NETRC, "/root/copy": "/root/.netrc", "/work/a": TOKEN.encode()}
    found = search(Files(files), Files(files).inspect("box"), (), {"/root/.netrc"})
    assert (set(found.files) & {"/work/a"}, found.values) == (set(), ())


def test_values_of_files_are_left_out_of_settings():
    engine = Files(
        {"/root/.netrc": NETRC},
        Env=[f"NOTE=see {TOKEN}", "PLAIN=1"],
        Labels={"note": TOKEN},
        Cmd=["run", TOKEN],
    )
    saving = plan_save(engine, "box", "a:b")
    assert saving.variables == ("NOTE",)
    assert set(saving.settings) == {"command", "note"}
    assert saving.layers == ("RUN echo …",)
