"""Git is used on both sides: nothing that anybody committed is lost, and syncing goes on."""

import shlex
import subprocess

import pytest

from scaffold.cli.sync.push import hints
from tests.commands.sync.two_sides import TwoSides


@pytest.fixture
def sides(two_sides: TwoSides) -> TwoSides:
    """A repository with one commit, synced once."""
    two_sides.git("init", "--quiet")
    two_sides.commit("one", a="1\n", b="1\n")
    two_sides.push()
    return two_sides


def why(sides: TwoSides, **options) -> dict[str, str]:
    return {one.path: one.why for one in sides.push(**options).skipped}


def assert_rests(sides: TwoSides) -> None:
    """Both are whole, have one history and nothing left to upload or to say."""
    last = sides.push()
    assert (last.files, last.skipped, last.notes, last.gone) == ((), (), (), ())
    for there in (False, True):
        sides.git("fsck", "--strict", there=there)
        assert sides.git("status", "--porcelain", there=there) == ""
    assert sides.log() == sides.log(there=True)
    # `git status` renews the index.
    assert {*sides.push(dry_run=True).files} <= {".git/index"}


def test_after_the_commits_of_the_server_were_pulled_syncing_goes_on(sides: TwoSides):
    sides.commit("theirs", there=True, a="2\n", new="n\n")
    sides.commit("mine", b="2\n")
    assert "commits that are not here (main)" in why(sides)[".git"]
    assert "scaffold pull .git" in "".join(hints(sides.push()))
    pulled = sides.pull(".git")
    assert pulled.skipped == () and "main contains gpu01/main" in pulled.history
    assert {*sides.log()} >= {"one", "theirs", "mine"}
    assert sides.push().skipped == ()
    assert_rests(sides)


def test_where_we_have_no_commits_of_our_own_the_branch_only_moves_on(sides: TwoSides):
    sides.commit("theirs", there=True, a="2\n")
    sides.git("switch", "--quiet", "-c", "exp", there=True)
    sides.commit("more", there=True, a="3\n")
    sides.git("switch", "--quiet", "main", there=True)
    sides.pull(".git")
    assert (sides.log(), sides.log("exp")) == (["theirs", "one"], ["more", "theirs", "one"])
    sides.push()
    sides.git("switch", "--quiet", "main", there=True)
    sides.push()
    assert_rests(sides)


@pytest.mark.parametrize("pack", ["there", "here", "both", "neither"])
def test_packed_refs_on_either_side_hide_nothing(sides: TwoSides, pack):
    sides.git("branch", "kept", there=True)
    sides.git("branch", "other")
    sides.commit("mine", a="2\n")
    for side in ("there", "here"):
        if pack in {side, "both"}:
            sides.git("gc", "--quiet", there=side == "there")
    assert why(sides) == {}
    assert sides.log("main", there=True) == ["mine", "one"]
    assert {"kept", "other"} <= {
        *sides.git("branch", "--format=%(refname:short)", there=True).split()
    }
    sides.commit("again", b="2\n")
    sides.git("pack-refs", "--all")
    assert why(sides) == {}
    assert sides.log("main", there=True) == ["again", "mine", "one"]
    sides.git("fsck", "--strict", there=True)


def test_a_commit_on_the_server_that_was_packed_there_is_not_hidden(sides: TwoSides):
    sides.commit("theirs", there=True)
    sides.git("gc", "--quiet", there=True)
    assert "(main)" in why(sides)[".git"]
    assert sides.log("main", there=True) == ["theirs", "one"]


def test_overwriting_keeps_the_commits_of_the_server_below_backup_refs(sides: TwoSides):
    sides.commit("theirs", there=True, a="2\n")
    lost = sides.git("rev-parse", "main", there=True).strip()
    sides.commit("mine", a="3\n")
    assert why(sides, overwrite=True) == {}
    assert sides.log("main", there=True) == ["mine", "one"]
    assert (sides.there / "a").read_text() == "3\n"
    refs = sides.git("for-each-ref", "refs/scaffold-backup", there=True)
    assert lost in refs
    sides.git("gc", "--quiet", "--prune=now", there=True)
    assert sides.log(lost, there=True) == ["theirs", "one"]
    (sides.there / "a.bak1").unlink()
    sides.push()
    assert_rests(sides)


HARMLESS = {
    "status and a fetch": [("status",), ("fetch", "--quiet", ".")],
    "a new branch": [("branch", "exp")],
    "amended and put back": [
        ("commit", "--quiet", "--amend", "-m", "x"),
        ("reset", "-q", "ORIG_HEAD"),
    ],
    "garbage collection": [("gc", "--quiet")],
    "a setting": [("config", "user.name", "Ada")],
    "a switch and back": [("switch", "-qc", "exp"), ("switch", "-q", "main")],
}


@pytest.mark.parametrize("commands", HARMLESS.values(), ids=HARMLESS)
def test_what_leaves_the_history_alone_never_stops_the_repository(sides: TwoSides, commands):
    if commands[0][0] == "commit":
        sides.git("update-ref", "ORIG_HEAD", "HEAD", there=True)
        commands = [commands[0], ("reset", "-q", "HEAD@{1}")]
    for argv in commands:
        sides.git(*argv, there=True)
    for number in range(2):
        sides.commit(f"mine{number}", a=f"{number}\n")
        sent = sides.push()
        assert not sent.undecided, sent.skipped
        assert sides.log("main", there=True) == sides.log()
        assert sides.git("status", "--porcelain", there=True) == ""


def test_a_stash_on_the_server_stays(sides: TwoSides):
    (sides.there / "a").write_text("stashed\n")
    sides.git("stash", "--quiet", there=True)
    sides.commit("mine", b="2\n")
    sides.push()
    (sides.here / "b").write_text("my stash\n")
    sides.git("stash", "--quiet")
    sent = sides.push()
    assert not sent.undecided
    assert "stashed" in sides.git("stash", "show", "-p", there=True)
    assert sides.log("main", there=True) == ["mine", "one"]


def test_a_branch_that_is_checked_out_on_the_server_stays_checked_out(sides: TwoSides):
    sides.git("switch", "--quiet", "-c", "exp", there=True)
    sides.commit("theirs", there=True, a="2\n")
    sides.commit("mine", b="2\n")
    sent = sides.push()
    assert not sent.undecided
    text = " ".join(sent.notes)
    assert "exp is checked out on the remote, main locally" in text
    assert "new on the remote: exp" in text
    assert sides.log("exp", there=True) == ["theirs", "one"]
    assert sides.log("main", there=True) == ["mine", "one"]
    assert sides.git("branch", "--show-current", there=True) == "exp\n"
    assert sides.pull(".git").history
    assert sides.log("exp") == ["theirs", "one"]


def test_a_commit_without_a_branch_is_kept_and_brought(sides: TwoSides):
    sides.git("checkout", "--quiet", "--detach", there=True)
    sides.commit("theirs", there=True)
    commit = sides.git("rev-parse", "HEAD", there=True).strip()
    sides.commit("mine", a="2\n")
    sides.push()
    assert sides.git("rev-parse", "HEAD", there=True).strip() == commit
    sides.pull(".git")
    assert sides.git("rev-parse", "refs/remotes/gpu01/detached-HEAD").strip() == commit


BUSY = {
    "a merge": ("merge", "other", "MERGE_HEAD"),
    "a rebase": ("rebase", "other", "rebase-merge"),
    "a cherry-pick": ("cherry-pick", "other", "CHERRY_PICK_HEAD"),
}


@pytest.mark.parametrize(("verb", "what", "told"), BUSY.values(), ids=BUSY)
def test_what_waits_for_the_user_on_the_server_is_left_alone(sides: TwoSides, verb, what, told):
    sides.git("switch", "--quiet", "-c", "other")
    sides.commit("other", a="other\n")
    sides.git("switch", "--quiet", "main")
    sides.commit("main", a="main\n")
    sides.push()
    sides.git(verb, what, there=True, code=1)
    before = sides.git("status", there=True)
    sides.commit("mine", b="2\n")
    sent = sides.push()
    assert f"{told} is there" in sent.skipped[0].why and "abort" in hints(sent)[0]
    assert sides.git("status", there=True).splitlines()[:3] == before.splitlines()[:3]
    sides.git(verb, "--abort", there=True)
    (sides.there / "b").write_text("2\n")
    assert why(sides) == {}
    assert sides.log("main", there=True) == ["mine", "main", "one"]


def test_a_merge_of_ours_that_ended_does_not_wait_on_the_server(sides: TwoSides):
    sides.git("switch", "--quiet", "-c", "other")
    sides.commit("other", a="other\n")
    sides.git("switch", "--quiet", "main")
    sides.commit("main", a="main\n")
    sides.git("merge", "other", code=1)
    sides.push()
    assert (sides.there / ".git/MERGE_HEAD").exists()
    sides.commit("merged", a="both\n")
    sides.push()
    assert not (sides.there / ".git/MERGE_HEAD").exists()
    assert_rests(sides)


def test_a_lock_on_the_server_is_told_with_the_way_out(sides: TwoSides):
    lock = sides.there / ".git" / "index.lock"
    lock.touch()
    sides.commit("mine", a="2\n")
    sent = sides.push()
    assert "index.lock is there" in sent.skipped[0].why and ".lock file" in hints(sent)[0]
    lock.unlink()
    assert why(sides) == {}
    assert_rests(sides)


def test_a_branch_and_a_folder_of_branches_of_one_name(sides: TwoSides):
    sides.git("branch", "topic")
    sides.push()
    sides.git("branch", "-d", "topic")
    sides.git("branch", "topic/one")
    assert why(sides) == {}
    assert sides.log("topic/one", there=True) == ["one"]
    sides.git("branch", "-D", "topic/one")
    sides.git("branch", "topic")
    assert why(sides) == {}
    assert sides.log("topic", there=True) == ["one"]


def test_a_rewritten_branch_replaces_what_was_uploaded(sides: TwoSides):
    sides.git("commit", "--quiet", "--amend", "-m", "uno")
    assert why(sides) == {}
    assert sides.log("main", there=True) == ["uno"]
    assert_rests(sides)


def test_a_lost_cache_loses_no_commit(sides: TwoSides, tmp_path, monkeypatch):
    sides.commit("theirs", there=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "new"))
    assert why(sides, take_over=True)[".git"].endswith("(main)")
    sides.pull(".git")
    assert why(sides) == {}
    assert_rests(sides)


def test_a_submodule_has_a_history_of_its_own(sides: TwoSides, tmp_path):
    library = tmp_path / "library"
    library.mkdir()
    sides.git("init", "--quiet", str(library))
    (library / "x").write_text("1\n")
    sides.git("-C", str(library), "add", "x")
    sides.git("-C", str(library), "commit", "--quiet", "-m", "lib")
    sides.git("submodule", "--quiet", "add", str(library), "libs/core")
    sides.commit("sub")
    assert why(sides) == {}
    sides.git("status", there=True)
    sides.git("status", there=True, below="libs/core")
    assert sides.log(there=True, below="libs/core") == ["lib"]
    sides.commit("mine", below="libs/core", x="2\n")
    assert why(sides) == {}
    assert sides.log(there=True, below="libs/core") == ["mine", "lib"]
    sides.commit("theirs", there=True, below="libs/core", x="3\n")
    sides.commit("mine2", below="libs/core", x="4\n")
    assert [*why(sides)] == [".git/modules/libs/core", "libs/core/x"]
    sides.commit("outer", a="5\n")
    assert sides.push().undecided
    assert sides.log("main", there=True)[0] == "outer"
    assert "git merge gpu01/" in sides.pull(".git").skipped[0].why
    sides.git("checkout", "--quiet", "--ours", "x", below="libs/core")
    sides.commit("joined", below="libs/core")
    assert why(sides) == {}
    assert sides.log("-1", there=True, below="libs/core") == ["joined"]


def test_a_linked_working_tree_says_that_the_server_gets_no_repository(sides: TwoSides, tmp_path):
    tree = tmp_path / "tree"
    sides.git("worktree", "add", "--quiet", "-b", "exp", str(tree))
    linked = TwoSides(tree, tmp_path / "elsewhere")
    (tree / "c").write_text("1")
    sides.push()
    assert not (sides.there / ".git/worktrees").exists()
    sides.git("switch", "--quiet", "exp", there=True)
    from scaffold.adapters.sync.git_files import foreign_links
    from scaffold.adapters.sync.walk import LocalWorkspace

    notes = foreign_links(linked.here, LocalWorkspace(linked.here).entries)
    assert "linked working tree of this computer" in notes[".git"]


def test_borrowed_objects_are_told_with_a_command_that_copies_them(sides: TwoSides, tmp_path):
    borrower = TwoSides(tmp_path / "borrower", sides.there)
    sides.git("clone", "--quiet", "--shared", str(sides.here), str(borrower.here))
    sent = borrower.push(take_over=True)
    note = next(one for one in sent.notes if "borrows objects" in one)
    command = note.partition("Copy them: ")[2]
    subprocess.run(["sh", "-ec", command], cwd=borrower.here, check=True, capture_output=True)
    borrower.commit("mine", a="2\n")
    assert not [one for one in borrower.push().notes if "borrows" in one]


def test_large_file_storage_travels_and_is_told(sides: TwoSides):
    (sides.here / ".git" / "lfs" / "objects" / "aa").mkdir(parents=True)
    (sides.here / ".git" / "lfs" / "objects" / "aa" / "aabb").write_text("x")
    sides.commit("lfs", **{".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs\n"})
    assert "needs git-lfs" in " ".join(sides.push().notes)
    assert (sides.there / ".git/lfs/objects/aa/aabb").exists()


def test_files_that_changed_their_kind_are_moved_aside_by_overwrite(sides: TwoSides):
    (sides.there / "a").unlink()
    (sides.there / "a").mkdir()
    (sides.there / "a" / "inner").write_text("theirs")
    (sides.there / "b").unlink()
    (sides.there / "b").write_text("file")
    (sides.here / "b").unlink()
    (sides.here / "b").mkdir()
    (sides.here / "b" / "deep").write_text("mine")
    sent = sides.push()
    assert {one.path for one in sent.skipped} == {"a", "b"} and "--overwrite" in hints(sent)[0]
    assert why(sides, overwrite=True) == {}
    assert (sides.there / "a").read_text() == "1\n"
    assert (sides.there / "a.bak1" / "inner").read_text() == "theirs"
    assert (sides.there / "b" / "deep").read_text() == "mine"
    assert (sides.there / "b.bak1").read_text() == "file"
    assert sides.push().files == ()


def test_the_printed_command_names_folder_host_and_configuration(sides: TwoSides, tmp_path):
    sides.commit("theirs", there=True)
    sent = sides.push(host="gpu01", ssh_config=tmp_path / "my config")
    words = shlex.split(sent.pull_history)
    assert words[:3] == ["scaffold", "pull", ".git"]
    assert words[3:] == [
        *("--path", str(sides.here), "--host", "gpu01"),
        *("--ssh-config", str(tmp_path / "my config")),
    ]
