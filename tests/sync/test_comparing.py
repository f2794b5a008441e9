"""What a send does with a path, by what is here, what is there, and what was sent last."""

import pytest

from scaffold.sync.comparing import SkipReason, SyncState, agreed_after, compare, twins_of
from scaffold.sync.manifest import SECOND, ManifestEntry

OLD, NEW, OTHER = (
    ManifestEntry(kind="f", mode=0o644, size=size, mtime=time * SECOND)
    for size, time in ((1, 10), (2, 20), (3, 5))
)
SAME_SECOND = ManifestEntry(kind="f", mode=0o644, size=1, mtime=10 * SECOND + 1)
RUNS = ManifestEntry(kind="f", mode=0o755, size=1, mtime=10 * SECOND)
RUNS_LATER = ManifestEntry(kind="f", mode=0o644, size=1, mtime=77 * SECOND)
FOLDER = ManifestEntry(kind="d", mode=0o755, size=0, mtime=0)
LINK, LINK_ELSEWHERE = (
    ManifestEntry(kind="l", mode=0o777, size=1, mtime=0, target="a"),
    ManifestEntry(kind="l", mode=0o777, size=1, mtime=0, target="b"),
)

SITUATIONS = {
    "new here": (OLD, None, None, "send"),
    "sent and untouched": (OLD, OLD, OLD, "same"),
    "there by another way, the same": (OLD, OLD, None, "same"),
    "there by another way, in whole seconds": (SAME_SECOND, OLD, None, "same"),
    "there by another way, other permissions": (RUNS, OLD, None, "send"),
    "edited here": (NEW, OLD, OLD, "send"),
    "edited here within the second": (SAME_SECOND, OLD, OLD, "send"),
    "made executable here": (RUNS, OLD, OLD, "send"),
    "edited here, with an older time": (OTHER, OLD, OLD, "send"),
    "deleted there": (OLD, None, OLD, "send"),
    "edited there": (OLD, NEW, OLD, SkipReason.EDITED_ON_REMOTE),
    "edited there, with an older time": (OLD, OTHER, OLD, SkipReason.EDITED_ON_REMOTE),
    "edited on both sides": (NEW, OTHER, OLD, SkipReason.EDITED_BOTH),
    "something else there, never sent": (OLD, NEW, None, SkipReason.UNKNOWN),
    "a folder there": (OLD, FOLDER, None, SkipReason.KIND),
    "a file there for a folder": (FOLDER, OLD, None, SkipReason.KIND),
    "a link there for a file": (OLD, LINK, OLD, SkipReason.KIND),
    "folders": (FOLDER, ManifestEntry(kind="d", mode=0o700, size=0, mtime=5), None, "same"),
    "a link that leads elsewhere now": (LINK, LINK_ELSEWHERE, LINK_ELSEWHERE, "send"),
    "a link that was changed there": (LINK, LINK_ELSEWHERE, LINK, SkipReason.EDITED_ON_REMOTE),
}


@pytest.mark.parametrize(("mine", "theirs", "was", "expected"), SITUATIONS.values(), ids=SITUATIONS)
def test_each_situation_has_one_outcome(mine, theirs, was, expected):
    known = SyncState({"p": was} if was else {})
    found = compare({"p": mine}, {"p": theirs} if theirs else {}, known, lambda _: False)
    outcome = "send" if found.send else "same" if found.same else found.skipped["p"]
    assert outcome == expected
    assert len(found.send) + len(found.same) + len(found.skipped) == 1


def test_what_a_killed_run_sent_is_known_as_ours():
    known = SyncState({"p": OLD}, {"p": NEW})
    newer = ManifestEntry(kind="f", mode=0o644, size=9, mtime=90 * SECOND)
    for theirs in (OLD, NEW):
        assert compare({"p": newer}, {"p": theirs}, known, lambda _: False).send == ["p"]
    assert "p" in compare({"p": newer}, {"p": OTHER}, known, lambda _: False).skipped


def test_below_what_is_something_else_there_nothing_is_sent():
    mine = {"data": FOLDER, "data/a": OLD, "data/b/c": OLD, "data2": OLD}
    found = compare(mine, {"data": LINK}, SyncState(), lambda _: False)
    assert (found.skipped, found.send) == ({"data": SkipReason.KIND}, ["data2"])


def test_gone_is_only_what_was_sent_untouched_there_and_not_left_out():
    known = SyncState({"sent": OLD, "edited": OLD, "ignored": OLD, "away": OLD})
    theirs = {"sent": OLD, "edited": NEW, "ignored": OLD, "runs/best": NEW}
    found = compare({}, theirs, known, lambda path: path == "ignored")
    assert found.gone == ["sent"]


def test_equal_contents_settle_doubts_and_overwriting_the_rest():
    mine = {"a": OLD, "b": OLD, "c": NEW, "d": OLD}
    theirs = {
        "a": ManifestEntry(kind="f", mode=0o644, size=1, mtime=99),
        "b": ManifestEntry(kind="f", mode=0o644, size=1, mtime=99),
        "c": OLD,
        "d": LINK,
    }
    found = compare(mine, theirs, SyncState(), lambda _: False)
    assert found.doubtful(mine, theirs) == ["a", "b"]
    found.settle({"a"})
    assert found.same == ["a"]
    assert found.overwrite(mine) == ["b", "c", "d"]
    assert (found.send, found.skipped) == (["b", "c", "d"], {})


GIT = {
    "only the index is new there": (".git/index", "send"),
    "a commit there": (".git/refs/heads/main", "moved"),
    "the log of a branch": (".git/logs/refs/heads/main", "moved"),
    "an object of another size there": (".git/objects/aa/bb", "same"),
    "a setting there": (".git/config", "skipped"),
    "a copy of another repository's branch": (".git/refs/remotes/origin/main", "send"),
}


@pytest.mark.parametrize(("path", "outcome"), GIT.values(), ids=GIT)
def test_a_file_of_git_is_compared_by_its_meaning(path, outcome):
    folders = dict.fromkeys((".git", ".git/objects"), FOLDER)
    known = SyncState({path: OLD})
    mine = {**folders, ".git/HEAD": OLD, path: OTHER, ".git/index.lock": OLD}
    found = compare(mine, {**folders, path: NEW}, known, lambda _: False)
    assert path in getattr(found, outcome)
    assert ".git/index.lock" not in [*found.send, *found.same, *found.moved, *found.skipped]


def test_a_ref_that_changed_within_the_second_is_not_taken_for_ours():
    later = ManifestEntry(kind="f", mode=0o644, size=1, mtime=10 * SECOND + 5)
    path = ".git/refs/heads/main"
    found = compare({path: OLD}, {path: later}, SyncState({path: OLD}), lambda _: False)
    assert found.moved == [path]


CUT = {"exactly": 123_456_789, "by NTFS": 123_456_700, "by exFAT": 120_000_000, "by tar": 0}


@pytest.mark.parametrize("rest", CUT.values(), ids=CUT)
def test_a_time_that_was_cut_on_its_way_is_still_ours(rest):
    mine, theirs = (
        ManifestEntry(kind="f", mode=0o644, size=1, mtime=10 * SECOND + part)
        for part in (123_456_789, rest)
    )
    assert compare({"a": mine}, {"a": theirs}, SyncState({"a": mine}), lambda _: False).same


def test_equal_contents_with_another_time_are_compared_once():
    known = SyncState({"a": OLD}, twins=twins_of(["a"], {"a": OLD}, {"a": RUNS_LATER}))
    assert compare({"a": OLD}, {"a": RUNS_LATER}, known, lambda _: False).same == ["a"]
    assert compare({"a": NEW}, {"a": RUNS_LATER}, known, lambda _: False).send == ["a"]
    assert compare({"a": OLD}, {"a": OTHER}, known, lambda _: False).skipped


def test_what_both_agree_on_afterwards():
    known = SyncState({"sent": OLD, "kept": OLD, "deleted": OLD, "away": OLD, "pulled": NEW})
    mine = {"sent": NEW, "kept": NEW}
    theirs = {"sent": OLD, "kept": OTHER, "deleted": OLD}
    agreed = agreed_after(mine, theirs, known, {"sent"}, {"deleted"}, lambda path: path == "pulled")
    assert agreed == {"sent": NEW, "kept": OLD, "pulled": NEW}
