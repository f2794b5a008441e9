"""What a send does with a path, by what is here, what is there, and what was sent last."""

import pytest

from scaffold.sync.comparing import SkipReason, SyncState, agreed_after, compare
from scaffold.sync.manifest import SECOND, ManifestEntry

OLD, NEW, OTHER = (
    ManifestEntry(kind="f", mode=0o644, size=size, mtime=time * SECOND)
    for size, time in ((1, 10), (2, 20), (3, 5))
)
SAME_SECOND = ManifestEntry(kind="f", mode=0o644, size=1, mtime=10 * SECOND + 1)
RUNS = ManifestEntry(kind="f", mode=0o755, size=1, mtime=10 * SECOND)
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
    assert found.overwrite() == ["b", "c"]
    assert (found.send, found.skipped) == (["b", "c"], {"d": SkipReason.KIND})


GIT = {
    "only the index is new there": ({".git/index": NEW}, []),
    "a commit there": ({".git/refs/heads/main": NEW, ".git/index": NEW}, [".git"]),
    "an object of another size there": ({".git/objects/aa/bb": NEW}, []),
}


@pytest.mark.parametrize(("there", "kept"), GIT.values(), ids=GIT)
def test_a_repository_is_sent_whole_or_left(there, kept):
    names = (".git/index", ".git/refs/heads/main", ".git/objects/aa/bb", ".git/HEAD")
    known = SyncState(dict.fromkeys(names, OLD) | {".git/packed-refs": OLD, "a": OLD})
    mine = {**known.agreed, ".git/HEAD": NEW, "a": NEW, ".git/index.lock": OLD}
    del mine[".git/packed-refs"]
    found = compare(mine, {**known.agreed, **there}, known, lambda _: False)
    found.skip_repositories()
    assert list(found.skipped) == kept
    assert found.send == (["a"] if kept else [".git/HEAD", "a"])
    assert found.gone == ([] if kept else [".git/packed-refs"])


def test_what_both_agree_on_afterwards():
    known = SyncState({"sent": OLD, "kept": OLD, "deleted": OLD, "away": OLD, "pulled": NEW})
    mine = {"sent": NEW, "kept": NEW}
    theirs = {"sent": OLD, "kept": OTHER, "deleted": OLD}
    agreed = agreed_after(mine, theirs, known, {"sent"}, {"deleted"}, lambda path: path == "pulled")
    assert agreed == {"sent": NEW, "kept": OLD, "pulled": NEW}
