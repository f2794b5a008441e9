"""Results come back, whole or not at all, and never over what is newer here."""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.commands.sync.pull import list_remote_changes
from scaffold.commands.sync.requests import PullRequest
from scaffold.errors import InputError, TargetError
from tests.lab.support.host_view import Program
from tests.lab.support.relay import Cut, relaying
from tests.lab.support.syncing import BUSYBOX, VIEW, Desk, desk_on, tree, write

ENDS = {"gnu": {}, "busybox": BUSYBOX}


@pytest.fixture
def ends() -> str:
    return "gnu"


@pytest.fixture
def desk(ends, tmp_path, keys, monkeypatch) -> Iterator[Desk]:
    with desk_on({**VIEW, **ENDS[ends]}, tmp_path, keys, monkeypatch) as found:
        write(found.root, {".gitignore": "runs/\n", "src/a.py": "1"})
        found.push()
        write(found.there, {"runs/1/best é.pt": "weights", "runs/1/new\nline": "x", "note": "n"})
        os.link(found.there / "note", found.there / "runs/1/same")
        (found.there / "runs/latest").symlink_to("1")
        (found.there / "runs/empty").mkdir()
        yield found


@pytest.fixture
def plain(tmp_path, keys, monkeypatch) -> Iterator[Desk]:
    with desk_on(VIEW, tmp_path, keys, monkeypatch) as found:
        found.write(a="1")
        found.push()
        yield found


@pytest.mark.parametrize("ends", list(ENDS))
def test_ignored_results_come_back_as_they_are(desk: Desk):
    pulled = desk.pull("runs", "note")
    assert tree(desk.root) == tree(desk.there)
    assert (pulled.skipped, len(pulled.files)) == ((), 5)
    assert pulled.size == len("weights") + 1 + 1 + 1
    assert desk.pull("runs").files == ()
    assert desk.push().files == ("note",) or desk.push().files == ()


def test_without_a_name_what_is_new_is_shown_and_nothing_comes(desk: Desk):
    request = PullRequest(ssh_config=desk.client.config)
    found = list_remote_changes(desk.root, desk.place, request, desk.attendant)
    assert {(one.path, one.is_ignored) for one in found} == {
        ("note", False),
        ("runs/1/best é.pt", True),
        ("runs/1/new\nline", True),
        ("runs/1/same", True),
        ("runs/latest", True),
    }
    with pytest.raises(InputError, match="no path is given"):
        desk.pull()
    assert "note" not in tree(desk.root)


def test_all_stands_for_what_is_new_and_not_ignored(desk: Desk):
    assert desk.pull(everything=True, dry_run=True).files == ("note",)
    assert "note" not in tree(desk.root)
    assert desk.pull(everything=True).files == ("note",)


def test_what_changed_here_is_replaced_only_with_consent_and_kept_beside(desk: Desk):
    desk.pull("runs")
    result = desk.root / "runs/1/best é.pt"
    result.write_text("mine, and longer")
    write(desk.there, {"runs/1/best é.pt": "better weights"})
    pulled = desk.pull("runs")
    assert [one.path for one in pulled.skipped] == ["runs/1/best é.pt"]
    assert result.read_text() == "mine, and longer"
    desk.pull("runs", overwrite=True)
    assert result.read_text() == "better weights"
    assert result.with_name("best é.pt.bak1").read_text() == "mine, and longer"
    # What came from there and was not touched here since may be replaced by a newer one.
    write(desk.there, {"runs/1/best é.pt": "the best weights"})
    assert desk.pull("runs/1/best é.pt").files == ("runs/1/best é.pt",)
    assert result.read_text() == "the best weights"


def test_what_is_the_same_by_content_is_not_asked_about(plain: Desk):
    write(plain.there, {"b": "same"})
    write(plain.root, {"b": "same"})
    os.utime(plain.root / "b", (5, 5))
    pulled = plain.pull("b")
    assert (pulled.files, pulled.skipped) == ((), ())


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("../x", "leaves the workspace"),
        ("/etc/passwd", "leaves the workspace"),
        ("nothing", "is not at"),
        (".git/config", "files of .git are not pulled"),
    ],
)
def test_names_that_cannot_be_pulled_are_refused(path, told, plain: Desk):
    with pytest.raises(InputError, match=told):
        plain.pull(path)


def listing(*rows: tuple[str, str, str]) -> str:
    """A find that lists these (kind, path, target), whatever is there."""
    texts = (f"printf '{kind}\\t644\\t4\\t9.0\\t{path}\\0{to}\\0'" for kind, path, to in rows)
    return "case $* in *maxdepth*) exit 0 ;; esac\n" + "\n".join(texts)


def sending(*members: tuple[str, bytes | str]) -> str:
    """A tar that sends these: a content, or a link's target."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    text = "".join(f"\\{byte:03o}" for byte in packed.getvalue())
    return f"printf '{text}'"


HOSTILE = {
    "a name above": ([("f", "./../evil", "")], [("../evil", b"evil")]),
    "an absolute name": ([("f", "/tmp/evil", "")], [("/tmp/evil", b"evil")]),
    "a name that nobody asked for": ([("f", "./out", "")], [("./../evil", b"evil")]),
    "a link that leads out": ([("l", "./out", "/tmp"), ("f", "./out/evil", "")], []),
    "a file below a link": (
        [("l", "./out", "sub"), ("f", "./out/evil", "")],
        [("./out", "../.."), ("./out/evil", b"evil")],
    ),
    "a link where a file was listed": ([("f", "./out", "")], [("./out", "/etc/passwd")]),
}


@pytest.mark.parametrize(("rows", "members"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_host_writes_nothing_outside(rows, members, tmp_path, keys, monkeypatch):
    hostile = {
        "/usr/bin/find": Program(listing(*rows)),
        "/usr/bin/tar": Program(sending(*members)),
    }
    with desk_on({**VIEW, **hostile}, tmp_path, keys, monkeypatch) as desk:
        desk.there.mkdir()
        before = {path for path in tmp_path.rglob("*") if "evil" in path.name}
        try:
            pulled = desk.pull("out")
        except (InputError, TargetError):
            pulled = None
        after = {path for path in tmp_path.rglob("*") if "evil" in path.name}
        assert after == before
        assert not Path("/tmp/evil").exists()
        assert pulled is None or pulled.files == ()


def test_a_link_here_is_never_followed_out(plain: Desk, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (plain.root / "runs").symlink_to(elsewhere)
    write(plain.there, {"runs/1/x": "result"})
    pulled = plain.pull("runs/1/x")
    assert [one.path for one in pulled.skipped] == ["runs"]
    assert list(elsewhere.iterdir()) == []


def test_a_cut_connection_leaves_no_half_file(plain: Desk):
    content = os.urandom(3_000_000)
    write(plain.there, {"small": "s", "z-large": content})
    config = plain.client.config.read_text()
    with relaying(plain.host.port, cut=Cut("down", 1_000_000)) as relay:
        plain.client.config.write_text(config.replace(str(plain.host.port), str(relay.port)))
        plain.client.trusts(relay.port)
        with pytest.raises(TargetError, match="was lost"):
            plain.pull("small", "z-large")
    assert sorted(tree(plain.root)) == ["a", "small"]
    plain.client.config.write_text(config)
    assert plain.pull("small", "z-large").files == ("z-large",)
    assert (plain.root / "z-large").read_bytes() == content


def test_a_full_disk_here_leaves_no_half_file(plain: Desk):
    write(plain.there, {"large": b"x" * 3_000_000})
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "lab", str(plain.root)], check=True)
    try:
        with pytest.raises(TargetError, match="No space left"):
            plain.pull("large")
        assert tree(plain.root) == {}
    finally:
        subprocess.run(["umount", "--lazy", str(plain.root)], check=True)


def test_a_place_that_is_not_there_is_told(tmp_path, keys, monkeypatch):
    with (
        desk_on(VIEW, tmp_path, keys, monkeypatch) as desk,
        pytest.raises(InputError, match="does not exist"),
    ):
        desk.pull("x")
