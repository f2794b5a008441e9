"""Files of ~/.ssh, and saved facts, that are huge or no files at all: bounded, and said."""

import os

import pytest

from scaffold.adapters.probe.local import load
from scaffold.adapters.ssh import alias_files, auth, config, key_pair, trust
from scaffold.adapters.ssh.config import SshTarget
from scaffold.errors import InputError

SIZE = 20 << 30


def sparse(path):
    with path.open("wb") as file:
        file.truncate(SIZE)


KINDS = {
    "a sparse file of 20 GB": (sparse, "is larger than 16 MiB"),
    "a link to a file of 20 GB": (
        lambda path: (sparse(path.with_name("big")), path.symlink_to("big")),
        "is larger than 16 MiB",
    ),
    "a link to /dev/zero": (lambda path: path.symlink_to("/dev/zero"), "is a device"),
    "a pipe": (os.mkfifo, "is a pipe"),
    "a folder": (lambda path: path.mkdir(), "is a folder"),
}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def odd(request, tmp_path):
    """A path, and what is wrong with it."""
    make, words = request.param
    path = tmp_path / "id_x.pub"
    make(path)
    return path, words


def target(**settings):
    return SshTarget(name="gpu01", hostname="h", user="ada", port=22, **settings)


def test_saved_facts_and_public_keys_say_what_is_wrong(odd):
    path, words = odd
    for read in (load, lambda path: key_pair.public_line(path.with_suffix(""))):
        with pytest.raises(InputError) as raised:
            read(path)
        assert words in raised.value.message


@pytest.mark.parametrize("read", [config._included, lambda path: [*trust.read_entries(path)]])
def test_lines_of_regular_files_are_limited_and_no_others_are_read(odd, read):
    path, words = odd
    asked = target(known_hosts=(path,)) if read is not config._included else path
    if "MiB" not in words:
        assert read(asked) == []
        return
    with pytest.raises(InputError, match=words):
        read(asked)


def test_keys_that_cannot_be_read_are_not_used(odd):
    path, _ = odd
    assert auth._public(path.with_suffix("")) is None
    assert auth._load(path, lambda _question: "") is None
    assert not key_pair._is_open(path)
    assert not alias_files.is_empty(path)


def test_the_last_line_of_a_file_without_end_is_cut(tmp_path):
    path = tmp_path / "known_hosts"
    for content, cut in ((b"", False), (b"a\n", False), (b"a", True)):
        path.write_bytes(content)
        assert trust._is_cut(path) == cut


@pytest.mark.parametrize("text", ["", "ssh-ed25519", "\n \n"])
def test_a_public_key_file_without_a_key_is_named(tmp_path, text):
    (tmp_path / "k.pub").write_text(text)
    with pytest.raises(InputError, match="has no public key"):
        key_pair.public_line(tmp_path / "k")
