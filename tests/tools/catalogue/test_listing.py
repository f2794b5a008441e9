"""Listings: which Pythons and platforms a file name means, and what is not a listing."""

import pytest

from tests.tools.catalogue import wheels
from tests.tools.catalogue.web import Web
from tools.catalogue.listing import Index, make_file, read_html, read_json
from tools.catalogue.source import Source, SourceError

NAMES = [
    ("torch-2.7.1-cp39-cp39-manylinux_2_28_x86_64.whl", "", "3.9 on x86_64"),
    ("torch-1.7.1-cp37-cp37m-manylinux1_x86_64.whl", "", "3.7 on x86_64"),
    ("torch-2.9.0-cp314-cp314t-manylinux_2_28_x86_64.whl", "", "nothing on x86_64"),
    ("torch-2.9.0-cp314-cp314-manylinux_2_28_aarch64.whl", "", "3.14 on aarch64"),
    ("torch-2.9.0-cp314-cp314-macosx_11_0_arm64.whl", "", "3.14 on nothing"),
    ("torch-2.9.0-cp314-cp314-win_amd64.whl", "", "3.14 on nothing"),
    ("torch-2.9.0-cp312-abi3-manylinux2014_x86_64.linux_x86_64.whl", "<3.13", "3.12 on x86_64"),
    ("torch-2.9.0-cp399-abi3-manylinux2014_x86_64.whl", "", "nothing on x86_64"),
    ("torch-2.9.0-py3-none-any.whl", ">=3.14", "3.14 3.15 3.16 on x86_64 aarch64"),
    ("torch-2.9.0-py2.py3-none-linux_x86_64.whl", "<3.7", "3.6 on x86_64"),
    ("torch-2.9.0-cp312-none-linux_x86_64.whl", "", "3.12 on x86_64"),
    ("torch-2.9.0.tar.gz", ">=3.15", "3.15 3.16 on x86_64 aarch64"),
    ("torch-2.9.0.zip", ">=3.15,<3.16", "3.15 on x86_64 aarch64"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "requires", "meaning"), NAMES, ids=[row[0] for row in NAMES])
def test_name_says_pythons_and_platforms(name: str, requires: str, meaning: str) -> None:
    file = make_file("torch", name, "u", "d", 1, requires)
    assert file
    pythons, archs = " ".join(file.pythons) or "nothing", " ".join(file.archs) or "nothing"
    assert f"{pythons} on {archs}" == meaning


@pytest.mark.parametrize(
    "name",
    ["torch-2.9.0.exe", "torch-x.whl", "torchvision-0.1.0-py3-none-any.whl", "torch.tar.gz"],
)
def test_file_of_another_kind_or_project_is_left_out(name: str) -> None:
    assert make_file("torch", name, "u", "d", 1, "") is None


def test_requirement_on_python_that_cannot_be_read_leaves_the_file_out() -> None:
    assert make_file("torch", "torch-2.9.0.tar.gz", "u", "d", 1, "3.8 or so") is None


LISTED = b'{"name": "torch", "files": [{"url": "u", "filename": %b}]}'
LIES = [
    ("no JSON", b"<html>"),
    ("no object", b"[]"),
    ("no files", b'{"name": "torch"}'),
    ("files that are no list", b'{"name": "torch", "files": {}}'),
    ("a file that is no object", b'{"name": "torch", "files": [1]}'),
    ("a name of another type", LISTED % b'1, "size": 1, "hashes": {}'),
    ("hashes of another type", LISTED % b'"a", "size": 1, "hashes": 1'),
    ("a size of another type", LISTED % b'"a", "size": "1", "hashes": {}'),
    ("another project", b'{"name": "numpy", "files": []}'),
    ("too many files", b'{"name": "torch", "files": [' + b"1," * 10_000 + b"1]}"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "body"), LIES, ids=[row[0] for row in LIES])
def test_what_is_no_listing_is_refused(sentence: str, body: bytes) -> None:
    with pytest.raises(SourceError):
        read_json(body, "torch")


def test_html_listing_of_a_variant_index() -> None:
    body = (
        b'<a href="/whl/cu126/torch-2.9.1%2Bcu126-cp311-cp311-manylinux_2_28_x86_64.whl#sha256=ab"'
        b' data-requires-python="&gt;=3.10">x</a><a name="n">y</a>'
        b'<a href="torch-2.9.0%2Bcu126-cp311-cp311-linux_x86_64.whl" data-yanked="">z</a>'
        b'<a href="torch-2.8.0%2Bcu126-cp311-cp311-linux_x86_64.whl#md5=1">w</a>'
    )
    first, second = read_html(body, "torch", "https://host/whl/cu126/torch/")
    assert (first.public, first.version.local, first.sha256) == ("2.9.1", "cu126", "ab")
    assert first.url == (
        "https://host/whl/cu126/torch-2.9.1%2Bcu126-cp311-cp311-manylinux_2_28_x86_64.whl"
    )
    assert (second.public, second.sha256) == ("2.8.0", "")


def test_html_of_too_many_files_is_refused() -> None:
    with pytest.raises(SourceError, match="more than"):
        read_html(b'<a href="x">' * 10_001, "torch", "https://host/")


def test_index_asks_once_and_sorts_final_releases(web: Web, source: Source) -> None:
    names = ["2.10.0", "2.9.0", "2.11.0rc1"]
    files = {f"torch-{name}-cp311-cp311-linux_x86_64.whl": b"x" for name in names}
    wheels.publish(web, "torch", files)
    index = Index(source, web.base)
    assert list(index.releases("Torch")) == ["2.9.0", "2.10.0"]
    assert index.pythons("torch", "2.9.0", "x86_64") == ("3.11",)
    assert index.pythons("torch", "2.9.0", "aarch64") == ()
    assert index.pythons("torch", "1.0", "x86_64") is None
    assert web.asked == ["/simple/torch/"]


def test_yanked_file_is_left_out(web: Web, source: Source) -> None:
    wheels.publish(web, "torch", {"torch-2.9.0.tar.gz": b"x"}, yanked="broken")
    index = Index(source, web.base)
    assert index.releases("torch") == {}
    assert [file.yanked for file in index.releases("torch", yanked=True)["2.9.0"]] == [True]
