"""What comes from the far side is read strictly, and names of it are never trusted."""

import contextlib
import gzip

import pytest

from scaffold.sync.comparing import SyncState
from scaffold.sync.holder import Holder, read_holder
from scaffold.sync.manifest import (
    SECOND,
    ManifestEntry,
    from_json,
    is_safe,
    parents,
    read_listing,
    read_plain_listing,
    to_json,
)
from scaffold.sync.pull_plan import (
    KeepReason,
    expand_paths,
    leaves_workspace,
    plan_pull,
    relative_path,
)
from scaffold.sync.replies import CutShortError, entries_of, listing_with, read_reply
from scaffold.sync.scripts import (
    LINE_BYTES,
    batches,
    commands,
    delete_commands,
    move_commands,
    quoted,
)
from scaffold.sync.target import SyncTarget

FILE = ManifestEntry(kind="f", mode=0o644, size=3, mtime=5 * SECOND)
FOLDER = ManifestEntry(kind="d", mode=0o755, size=0, mtime=0)
GNU = b"f\t644\t3\t5.0000000000\t./a\tb\nc\0\0l\t777\t1\t6.5\t./l\0a\0d\t755\t0\t7\t./d\0\0"


def test_a_listing_is_read_with_odd_names():
    found = read_listing(GNU + b"s\t600\t0\t1\t./socket\0\0f\t600\t0\t1\t./\xe9\0\0")
    assert found["a\tb\nc"] == FILE
    assert found["l"] == ManifestEntry(
        kind="l", mode=0o777, size=1, mtime=6_500_000_000, target="a"
    )
    assert set(found) == {"a\tb\nc", "l", "d", "\udce9"}


def test_a_plain_listing_is_read_in_handfuls():
    first = b"81a4 3 5\na1ff 1 6\n\0./a\tb\0\0./l\0a\n\n\0"
    second = b"41ed 0 7\nc1ed 0 7\n\0./d\0\0./socket\0\0"
    found = read_plain_listing(first + second)
    assert found == {
        "a\tb": FILE,
        "l": ManifestEntry(kind="l", mode=0o777, size=1, mtime=6 * SECOND, target="a\n"),
        "d": ManifestEntry(kind="d", mode=0o755, size=0, mtime=7 * SECOND),
    }


@pytest.mark.parametrize("path", ["../x", "/x", "a/../b", "", ".", "a//b", "a/.", "a\0b", "a/"])
def test_names_that_leave_or_cannot_be_are_unsafe(path):
    assert not is_safe(path)
    assert "\0" in path or path not in read_listing(f"f\t644\t1\t1\t{path}".encode() + b"\0\0")


def test_a_manifest_outlives_its_text():
    import json

    manifest = {
        "a\udce9\n": FILE,
        "l": ManifestEntry(kind="l", mode=0o777, size=1, mtime=-5, target="\udcff"),
    }
    assert from_json(json.loads(to_json(manifest))) == manifest


def test_parents_are_named_from_the_top():
    assert list(parents("a/b/c")) == ["a", "a/b"]


def answer(listing: bytes, pack: str) -> bytes:
    packed = gzip.compress(listing) if pack == "gzip -1" else listing
    return b"Welcome\nn begin\nn clock 5\nn list as_gnu " + pack.encode() + b"\n" + packed


@pytest.mark.parametrize("pack", ["cat", "gzip -1"])
def test_a_listing_counts_only_when_it_is_whole(pack):
    reply = read_reply(answer(GNU + b"\0n\0", pack), "n")
    assert reply.begun and reply.noise == b"Welcome" and reply.words["clock"] == "5"
    assert len(entries_of(reply.unpacked("n"))) == 3
    for cut in (answer(GNU, pack), answer(GNU + b"\0n\0", pack)[:-9], answer(b"x\0n\0", pack)):
        with pytest.raises(CutShortError):
            entries_of(read_reply(cut, "n").unpacked("n"))


NEW = ManifestEntry(kind="f", mode=0o755, size=9, mtime=7 * SECOND + 5)
AT = b"f\t644\t1\t9.0000000000\t./"
LISTED = AT + b"a\0\0" + AT + b"b/a\0\0l\t777\t1\t9.0000000000\t./l\0x\t./q\0"
AFTER = {
    "nothing sent": ({}, True, LISTED),
    "the first": ({"a": NEW}, True, LISTED.replace(AT + b"a", b"f\t755\t9\t7.0000000000\t./a")),
    "with its whole time": (
        {"b/a": NEW},
        False,
        LISTED.replace(AT + b"b", b"f\t755\t9\t7.0000000050\t./b"),
    ),
    "a new file": ({"c": NEW}, True, None),
    "one of two is new": ({"a": NEW, "a/b": NEW}, True, None),
    "a link is there": ({"l": NEW}, True, None),
    "the end of a link's target": ({"q": NEW}, True, None),
    "a folder": ({"a": FOLDER}, True, None),
    "a time before 1970": ({"a": NEW._replace(mtime=-1)}, True, None),
    "very many": (dict.fromkeys(map(str, range(101)), NEW), True, None),
}


@pytest.mark.parametrize(("sent", "in_seconds", "expected"), AFTER.values(), ids=AFTER)
def test_the_listing_after_an_upload_is_told_for_files_that_were_there(sent, in_seconds, expected):
    found = listing_with(b"as_gnu\n" + LISTED, sent, in_seconds=in_seconds)
    assert found == (b"" if expected is None else b"as_gnu\n" + expected)
    if expected and sent:
        entries = entries_of(found)
        assert {path: entries[path].size for path in sent} == dict.fromkeys(sent, 9)


def test_another_form_of_listing_is_not_told():
    assert listing_with(b"plainly\n81a4 1 9\n\0./a\0\0", {"a": NEW}, in_seconds=True) == b""


def test_what_is_no_answer_has_not_begun():
    assert not read_reply(b"This account is a menu\n", "n").begun
    assert read_reply(b"n begin\nn fail no room\n", "n").failure == "no room"
    assert read_reply(b"n begin\nn sum aa\nn sum bb\nn don", "n").sums == ("aa", "bb")


def test_a_holder_is_read_back_and_a_broken_one_is_somebody():
    holder = Holder("1", "ada@lap", "/home/ä", "today")
    assert read_holder(holder.to_line()) == holder
    assert read_holder("") is None
    assert str(read_holder("{")) == "someone, from an unknown folder, since an unknown time"


def test_a_place_names_itself():
    assert str(SyncTarget(host="gpu01", path="/p")) == "gpu01:/p"
    assert str(SyncTarget(host="gpu01", volume="v")) == "the volume v on gpu01"
    assert str(SyncTarget(host="", volume="v")) == "the volume v"


def test_moves_take_new_folders_whole_and_files_by_their_folder():
    mine = {"a": FILE, "src": FOLDER, "src/b": FILE, "new": FOLDER, "new/c": FILE, "src/d e": FILE}
    folders = {"src"}
    script = move_commands(["a", "new", "new/c", "src/b", "src/d e"], mine, folders)
    assert script.splitlines() == [
        "set -e",
        "mv -f -- ./a ./new ../../",
        "mv -f -- ./src/b './src/d e' ../../src/",
    ]
    assert folders == {"src", "new"}


def test_long_lists_become_several_commands():
    paths = [f"{number:05}" + "x" * 995 for number in range(100)]
    lines = list(commands("rm --", paths))
    assert len(lines) == 2 and all(len(line) < LINE_BYTES + 2000 for line in lines)
    assert list(commands("rm --", [])) == []
    assert quoted("-rf $x") == "'./-rf $x'"


def test_folders_are_removed_after_files_the_deepest_first():
    script = delete_commands(["d", "d/e", "d/e/f"], {"d": FOLDER, "d/e": FOLDER, "d/e/f": FILE})
    assert script.splitlines()[1:3] == ["remove ./d/e/f", "remove_folders ./d/e ./d"]


def test_streams_end_by_size_and_by_number():
    mine = {str(number): FILE for number in range(7)}
    assert [len(one) for one in batches(list(mine), mine, 7, 100)] == [2, 2, 2, 1]
    assert [len(one) for one in batches(list(mine), mine, 1000, 3)] == [3, 3, 1]
    assert list(batches([], mine, 1, 1)) == []


LINKS = {
    "absolute": ("a", "/etc", True),
    "above": ("a", "..", True),
    "above, by a detour": ("a/b", "../../x", True),
    "beside": ("a/b", "../x", False),
    "below": ("a", "b/c", False),
}


@pytest.mark.parametrize(("path", "target", "expected"), LINKS.values(), ids=LINKS)
def test_links_that_lead_out_are_known(path, target, expected):
    assert leaves_workspace(path, target) is expected


NEWER = ManifestEntry(kind="f", mode=0o644, size=4, mtime=9 * SECOND)
PULLS = {
    "new there": (FILE, None, None, "bring"),
    "the same": (FILE, FILE, None, "same"),
    "newer there, here as it was last the same": (NEWER, FILE, FILE, "bring"),
    "changed here too": (NEWER, ManifestEntry(kind="f", mode=0o644, size=5, mtime=1), FILE, "ask"),
    "here otherwise, nobody knows since when": (NEWER, FILE, None, "ask"),
    "a folder here": (FILE, FOLDER, None, KeepReason.KIND),
    "a link that leads out": (
        ManifestEntry(kind="l", mode=0o777, size=1, mtime=0, target="/x"),
        None,
        None,
        KeepReason.LEAVES,
    ),
}


@pytest.mark.parametrize(("theirs", "here", "was", "expected"), PULLS.values(), ids=PULLS)
def test_a_pull_replaces_only_what_it_may(theirs, here, was, expected):
    known = SyncState({"p": was} if was else {})
    found = plan_pull(["p"], {"p": theirs}, {"p": here} if here else {}, known)
    lists = {"bring": found.download, "ask": found.ask, "same": found.same}
    assert (lists[expected] == ["p"]) if expected in lists else found.skipped == {"p": expected}


def test_below_what_stays_nothing_is_brought():
    theirs = {"d": FOLDER, "d/x": FILE, "sub/.git": FOLDER, "sub/.git/config": FILE}
    found = plan_pull(list(theirs), theirs, {"d": FILE}, SyncState())
    assert found.download == []
    assert found.skipped == {"d": KeepReason.KIND, "sub/.git": KeepReason.GIT}


def test_names_stand_for_what_is_below_them():
    theirs = {"runs": FOLDER, "runs/1": FOLDER, "runs/1/a": FILE, "runs2": FILE}
    assert expand_paths(["runs/1"], theirs) == (["runs", "runs/1", "runs/1/a"], [])
    assert expand_paths(["run"], theirs) == ([], ["run"])
    assert [relative_path(path) for path in ("runs/", "./runs//1", ".", "../x", "/x")] == [
        *("runs", "runs/1", ""),
        *(None, None),
    ]


@pytest.mark.parametrize(
    "listing",
    [
        b"f" * 40 + b" 1 1\0./a\0\0",
        b"81a4 99999999999999999999999 1\0./a\0\0",
        b"81a4 1 -99999999999999999999999\0./a\0\0",
        b"81a4 " + b"9" * 5000 + b" 1\0./a\0\0",
    ],
)
def test_numbers_that_no_system_takes_are_no_listing(listing):
    with contextlib.suppress(ValueError):
        found = read_plain_listing(listing)
        assert all(0 <= one.size < 1 << 63 for one in found.values())
