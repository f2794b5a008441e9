"""Wheels are read in place: only what is asked for is fetched."""

import io
import struct

import pytest
from packaging.version import Version

from tests.tools.catalogue import wheels
from tests.tools.catalogue.web import Web
from tools.catalogue import code, fatbin
from tools.catalogue import wheel as module
from tools.catalogue.fatbin import capabilities, capability
from tools.catalogue.listing import File, Index
from tools.catalogue.source import Source, SourceError
from tools.catalogue.wheel import RemoteFile, Wheel, sdist_requirements


def published(web: Web, source: Source, name: str, body: bytes) -> File:
    wheels.publish(web, "torch", {name: body})
    return Index(source, web.base).files("torch")[0]


WHEEL = "torch-2.9.0-cp311-cp311-linux_x86_64.whl"


def test_metadata_and_members_by_ranges(
    web: Web, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TAIL", 200)
    body = wheels.wheel({"torch/version.py": "cuda = '12.6'\n" * 500, "b.so": b"b"}, ["numpy"])
    read = Wheel(source, published(web, source, WHEEL, body))
    assert read.metadata().get_all("Requires-Dist") == ["numpy"]
    assert read.read("torch/version.py").startswith(b"cuda")
    assert read.names(lambda name: name.endswith(".so")) == ["b.so"]


def test_file_that_is_no_wheel(web: Web, source: Source) -> None:
    with pytest.raises(SourceError, match="not a wheel"):
        Wheel(source, published(web, source, WHEEL, b"nothing like a zip file"))


def test_wheel_whose_size_nobody_says(source: Source) -> None:
    file = File(WHEEL, "http://127.0.0.1:9/", "", 0, Version("2.9.0"), True, (), ())
    with pytest.raises(SourceError, match="does not say its size"):
        Wheel(source, file)


def test_member_that_is_not_there_or_too_large(
    web: Web, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Wheel(source, published(web, source, WHEEL, wheels.wheel({"a": b"1234"})))
    with pytest.raises(SourceError, match="cannot be read"):
        read.read("b")
    monkeypatch.setattr(module, "MEMBER_BYTES", 2)
    with pytest.raises(SourceError, match="too large"):
        read.read("a")


def test_wheel_without_metadata(web: Web, source: Source) -> None:
    body = wheels.wheel({"a": b"1"}).replace(b"METADATA", b"NOTADATA")
    with pytest.raises(SourceError, match="no METADATA"):
        Wheel(source, published(web, source, WHEEL, body)).metadata()


def test_remote_file_is_seekable_from_all_ends(web: Web, source: Source) -> None:
    web["/file"] = b"0123456789"
    file = RemoteFile(source, f"{web.base}/file", 10)
    assert (file.readable(), file.seekable()) == (True, True)
    assert (file.seek(-2, 2), file.read(), file.read()) == (8, b"89", b"")
    assert (file.seek(1), file.seek(2, 1), file.tell(), file.read(3)) == (1, 3, 3, b"345")


def test_sdist_says_its_requirements(web: Web, source: Source) -> None:
    file = published(web, source, "torch-2.9.0.tar.gz", wheels.sdist("numpy\n[cpu]\njaxlib\n"))
    assert sdist_requirements(source, file) == "numpy\n[cpu]\njaxlib\n"


def test_sdist_that_says_nothing_or_is_no_archive(web: Web, source: Source) -> None:
    body = wheels.sdist("x", name="PKG-INFO")
    assert sdist_requirements(source, published(web, source, "torch-2.9.0.tar.gz", body)) == ""
    file = published(web, source, "torch-2.8.0.tar.gz", b"no archive")
    with pytest.raises(SourceError, match="not an archive"):
        sdist_requirements(source, file)


def test_damaged_member(web: Web, source: Source) -> None:
    body = bytearray(wheels.wheel({"a": b"1234" * 100}))
    at = body.index(b"a", 30) + 5  # behind the header, whose time may hold the byte
    body[at : at + 6] = b"\xff" * 6
    with pytest.raises(SourceError, match="cannot be read"):
        Wheel(source, published(web, source, WHEEL, bytes(body))).read("a")


OLD = wheels.fat_binary([(2, 70)])
CODE = [
    ("binary code and PTX", wheels.fat_binary([(2, 70), (2, 86), (1, 86)]), ("7.0", "8.6"), "8.6"),
    ("two containers", OLD + wheels.fat_binary([(2, 120)]), ("7.0", "12.0"), ""),
    ("after other bytes", b"\x7fELF" * 7 + wheels.fat_binary([(2, 90)]), ("9.0",), ""),
    ("an ordinary library", b"\x7fELF" * 100, (), ""),
    ("the magic number alone", b"\x50\xed\x55\xba", (), ""),
    ("a container of another version", OLD.replace(b"\x01\0\x10\0", b"\x02\0\x10\0"), (), ""),
    ("an entry of an unknown kind", wheels.fat_binary([(7, 70)]), (), ""),
    ("an entry cut short", wheels.fat_binary([(2, 70), (2, 80)])[:-90], ("7.0",), ""),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "data", "binary", "ptx"), CODE, ids=[row[0] for row in CODE])
def test_fat_binaries(sentence: str, data: bytes, binary: tuple[str, ...], ptx: str) -> None:
    assert capabilities(io.BytesIO(data)) == (binary, ptx)


@pytest.mark.parametrize("block", [16, 20, 64, 100, 1000])
def test_fat_binaries_across_blocks(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fatbin, "BLOCK", block)
    data = b"\x7fELF" * 37 + OLD + b"x" * 91 + wheels.fat_binary([(2, 86), (1, 90)]) + b"end"
    assert capabilities(io.BytesIO(data)) == (("7.0", "8.6"), "9.0")


def test_code_of_each_object_of_a_wheel(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    members = {
        "a/cuda.so": b"\0" * 200_000 + OLD,
        "a/more.so.1": wheels.fat_binary([(1, 90)]),
        "a/plain.so": b"\x7fELF",
        "a/b.py": OLD,
    }
    wheels.publish(web, "torch", {WHEEL: wheels.wheel(members)})
    assert code.main(["torch", "2.9.0", "x86_64"], web.base) == 0
    assert capsys.readouterr().out == "a/cuda.so: 7.0\na/more.so.1:  and PTX 9.0\n"
    assert code.main(["torch", "2.9.0", "aarch64"], web.base) == 1
    assert "no wheel for aarch64" in capsys.readouterr().err
    body = bytearray(wheels.wheel({"a.so": bytes(range(256)) * 90}))
    body[60:90] = b"\xff" * 30
    wheels.publish(web, "torch", {WHEEL: bytes(body)})
    assert code.main(["torch", "2.9.0", "x86_64"], web.base) == 1


def test_architecture_numbers() -> None:
    assert [capability(number) for number in (35, 86, 100, 121)] == ["3.5", "8.6", "10.0", "12.1"]


def test_code_for_one_architecture_alone_is_told_apart() -> None:
    def cubin(flags: int) -> bytes:
        return (b"\x7fELF".ljust(48, b"\0") + struct.pack("<I", flags)).ljust(64, b"\0")

    entries = [(90, cubin(0x005A055A)), (90, cubin(0x005A0D5A)), (80, cubin(0x00500550))]
    body = b""
    for architecture, binary in entries:
        head = struct.pack("<HHIQ", fatbin.BINARY, 0, 64, len(binary)).ljust(28, b"\0")
        body += (head + struct.pack("<I", architecture)).ljust(64, b"\0") + binary
    container = struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(body)) + body
    assert capabilities(io.BytesIO(container)) == (("8.0", "9.0", "9.0a"), "")


@pytest.mark.parametrize(
    ("name", "text"),
    [("sm_90a", "9.0a"), ("sm_120", "12.0"), ("compute_86", "8.6"), ("8.0", "8.0")],
)
def test_architecture_is_named_with_its_suffix(name: str, text: str) -> None:
    assert fatbin.capability_of(name) == text
