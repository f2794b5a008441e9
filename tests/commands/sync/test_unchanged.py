"""When a sync may end because both sides are as the last run left them, and when it may not.

The third of three runs is looked at: the first uploads, the second finds nothing to do and
remembers both sides, then something happens.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scaffold.adapters.sync import local_tree, snapshot
from scaffold.adapters.sync.local_tree import COARSE_NS, TICK_NS, is_past
from scaffold.adapters.sync.walk import LocalWorkspace
from scaffold.commands.sync import push_run
from scaffold.commands.sync.push_transfer import Upload
from scaffold.commands.sync.requests import PushResult
from scaffold.errors import InputError
from tests.commands.sync.two_sides import TwoSides

Change = Callable[[TwoSides], object]
PAST = 1_700_000_000_000_000_000


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[LocalWorkspace]:
    """The local side of each run that compared in full; it is what a run without memory finds."""
    found: list[LocalWorkspace] = []
    real = push_run.PushRun._list

    def noted(self: push_run.PushRun, workspace: LocalWorkspace) -> None:
        plain = LocalWorkspace(self.root)
        assert workspace.entries == plain.entries
        assert {one: {*names} for one, names in workspace.left.items()} == {
            one: {*names} for one, names in plain.left.items()
        }
        found.append(workspace)
        real(self, workspace)

    monkeypatch.setattr(push_run.PushRun, "_list", noted)
    return found


@pytest.fixture
def sides(two_sides: TwoSides, compared, tmp_path, monkeypatch: pytest.MonkeyPatch) -> TwoSides:
    """Two equal sides after two runs, in a repository with ignored and forced files."""
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    # Each file is older than a tick of any clock.
    monkeypatch.setattr(local_tree, "TICK_NS", 0)
    monkeypatch.setattr(local_tree, "COARSE_NS", 0)
    write(home, {".config/git/ignore": "personal\n"})
    here = two_sides.here
    write(here, {"a.py": "one", "src/b.py": "two", "src/deep/c.py": "three", "x.log": "log"})
    write(here, {"env/pyvenv.cfg": "", "env/lib.py": "e", "data/raw": "r", "data/kept": "k"})
    write(here, {"out/1": "o"})
    write(here, {".gitignore": "*.log\ndata/\nlocal\nout/\n", "forced.log": "f", "src/local": "l"})
    (here / "link").symlink_to("a.py")
    two_sides.git("init", "--quiet")
    two_sides.git("add", "--force", "a.py", "forced.log", "data/kept")
    two_sides.git("commit", "--quiet", "-m", "one")
    assert two_sides.push().files
    assert two_sides.push().files == ()
    assert len(compared) == 2
    compared.clear()
    return two_sides


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def state_file(suffix: str) -> Path:
    folder = Path(os.environ["XDG_CACHE_HOME"]) / "gpu-scaffold" / "sync"
    return next(folder.glob(f"*{suffix}"))


def put_back_times(path: Path, text: str) -> None:
    """Other content of the same size, with the time that the file had."""
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


QUIET: dict[str, Change] = {
    "nothing happened": lambda _: None,
    "an ignored file changed": lambda s: write(s.here, {"x.log": "more", "src/local": "more"}),
    "an ignored folder got a file": lambda s: write(s.here, {"data/new": "n", "env/new": "n"}),
    "the server has results elsewhere": lambda s: write(s.there, {"runs/out": "r"}),
    "a file was read": lambda s: (s.here / "a.py").read_text(),
}


@pytest.mark.parametrize("change", QUIET.values(), ids=QUIET)
def test_a_run_ends_early_if_nothing_of_both_sides_changed(change, sides: TwoSides, compared):
    change(sides)
    found = sides.push()
    assert (found.files, found.skipped, found.notes, found.undecided) == ((), (), (), False)
    assert compared == []


def index_of(sides: TwoSides) -> None:
    sides.git("add", "--force", "x.log")


def take_over(sides: TwoSides) -> None:
    holder = sides.there / ".scaffold-sync" / "holder"
    found = json.loads(holder.read_text())
    holder.write_text(json.dumps({**found, "id": "0" * 32, "who": "bob@desk"}) + "\n")


CHANGES: dict[str, tuple[Change, set[str]]] = {
    "a file got longer": (lambda s: write(s.here, {"src/b.py": "longer"}), {"src/b.py"}),
    "a file of the same size": (lambda s: write(s.here, {"src/b.py": "TWO"}), {"src/b.py"}),
    "a file of the same size and time": (
        lambda s: put_back_times(s.here / "src/b.py", "TWO"),
        set(),
    ),
    "a file was replaced by an equal one": (
        lambda s: shutil.copy2(s.here / "a.py", s.here / "n") and (s.here / "n").rename("a.py"),
        set(),
    ),
    "permissions": (lambda s: (s.here / "a.py").chmod(0o755), {"a.py"}),
    "a new file": (lambda s: write(s.here, {"src/deep/new.py": "n"}), {"src/deep/new.py"}),
    "a new file in a new folder": (lambda s: write(s.here, {"n/new": "n"}), {"n", "n/new"}),
    "a new empty folder": (lambda s: (s.here / "src/empty").mkdir(), {"src/empty"}),
    "a new file that is ignored": (lambda s: write(s.here, {"src/y.log": "n"}), set()),
    "an ignored name became a folder": (
        lambda s: (s.here / "src/local").unlink() or write(s.here, {"src/local/x": "x"}),
        set(),
    ),
    "a folder that is ignored became a file": (
        lambda s: shutil.rmtree(s.here / "out") or write(s.here, {"out": "o"}),
        {"out"},
    ),
    "a deleted file": (lambda s: (s.here / "a.py").unlink(), set()),
    "another target of a link": (
        lambda s: (s.here / "link").unlink() or (s.here / "link").symlink_to("src"),
        {"link"},
    ),
    "a tracked file that a rule ignores": (
        lambda s: write(s.here, {"forced.log": "changed", "data/kept": "changed"}),
        {"forced.log", "data/kept"},
    ),
    "other rules": (
        lambda s: write(s.here, {".gitignore": "data/\nout/\n"}),
        {".gitignore", "x.log", "src/local"},
    ),
    "rules in a folder": (
        lambda s: write(s.here, {"src/.gitignore": "!local\n"}),
        {"src/.gitignore", "src/local"},
    ),
    "rules of the user": (
        lambda s: write(s.here, {".scaffoldignore": "!x.log\n"}),
        {".scaffoldignore", "x.log"},
    ),
    "an environment that is none any more": (
        lambda s: (s.here / "env/pyvenv.cfg").unlink(),
        {"env", "env/lib.py"},
    ),
    "a folder that became an environment": (
        lambda s: write(s.here, {"src/pyvenv.cfg": ""}),
        set(),
    ),
    "a file on the server is gone": (lambda s: (s.there / "a.py").unlink(), {"a.py"}),
    "a new file on the server": (lambda s: write(s.there, {"src/new": "n"}), set()),
    "the whole target is gone": (lambda s: shutil.rmtree(s.there), {"a.py", "src/deep/c.py"}),
    "the state is older": (
        lambda _: state_file(".json").write_bytes(state_file(".json").read_bytes()),
        set(),
    ),
    "the snapshot is torn": (lambda _: state_file(".seen").write_bytes(b'{"of"'), set()),
    "the snapshot is of another form": (lambda _: state_file(".seen").write_text("[1]"), set()),
}


@pytest.mark.parametrize(("change", "files"), CHANGES.values(), ids=CHANGES)
def test_a_change_of_any_side_is_compared_in_full(
    change, files, sides: TwoSides, compared, monkeypatch
):
    monkeypatch.chdir(sides.here)
    change(sides)
    found = sides.push()
    assert len(compared) == 1
    if "src/deep/c.py" in files:
        assert files <= {*found.files}
    else:
        assert {one for one in found.files if not one.startswith(".git/")} == files
    for path in found.files:
        if (sides.here / path).is_file():
            assert (sides.there / path).read_bytes() == (sides.here / path).read_bytes()


OUTSIDE: dict[str, tuple[Change, set[str]]] = {
    "an ignored file is tracked now": (index_of, {"x.log"}),
    "rules of this clone": (lambda s: write(s.here, {".git/info/exclude": "link\n"}), set()),
    "rules for all repositories": (
        lambda s: write(s.here.parent / "home", {".config/git/ignore": "other\n"}),
        set(),
    ),
    "another file of rules for all": (
        lambda s: s.git("config", "core.excludesFile", "~/none"),
        set(),
    ),
    "a file of rules that only git finds": (
        lambda s: s.git("config", "core.excludesFile", "%(prefix)/none"),
        set(),
    ),
    "a repository around the project": (
        lambda s: s.git("init", "--quiet", below="..") or shutil.rmtree(s.here / ".git"),
        set(),
    ),
}


@pytest.mark.parametrize(("change", "files"), OUTSIDE.values(), ids=OUTSIDE)
def test_a_change_of_what_git_says_is_compared_in_full(change, files, sides, compared):
    change(sides)
    found = sides.push()
    assert len(compared) == 1
    assert {one for one in found.files if not one.startswith(".git/")} == files


def test_an_edit_on_the_server_is_never_overwritten(sides: TwoSides, compared):
    (sides.there / "a.py").write_text("ONE")
    found = sides.push()
    assert [one.path for one in found.skipped] == ["a.py"]
    assert (sides.there / "a.py").read_text() == "ONE" and len(compared) == 1
    write(sides.here, {"src/b.py": "mine"})
    assert sides.push().files == ("src/b.py",)
    assert (sides.there / "a.py").read_text() == "ONE"


def test_another_owner_is_told_even_if_no_file_changed(sides: TwoSides):
    take_over(sides)
    with pytest.raises(InputError, match="bob@desk"):
        sides.push()


def test_a_lost_state_is_no_owner(sides: TwoSides, compared):
    state_file(".json").unlink()
    with pytest.raises(InputError, match="is owned by"):
        sides.push()
    again = sides.push(take_over=True).files
    assert all(path.startswith(".git/") for path in again) and len(compared) == 1


def test_another_version_of_the_program_compares_in_full(sides, compared, monkeypatch):
    monkeypatch.setattr(snapshot, "__version__", "99")
    assert sides.push().files == () and len(compared) == 1


@pytest.mark.parametrize("option", ["dry_run", "take_over"])
def test_a_run_that_does_more_than_compare_compares_in_full(option, sides, compared):
    assert sides.push(**{option: True}).files == () and len(compared) == 1


def test_a_listing_that_is_lost_is_asked_for_again(sides: TwoSides, compared):
    state_file(".listing").write_bytes(b"cut")
    write(sides.here, {"a.py": "two"})
    (sides.there / "src/b.py").touch()
    assert sides.push().files == ("a.py",)
    state_file(".json").unlink()


def test_an_upload_that_was_cut_goes_on_with_the_next_run(sides, compared, monkeypatch):
    write(sides.here, {"a.py": "two", "src/b.py": "four"})

    def cut(*_arguments: object) -> PushResult:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Upload, "send", cut)
        with contextlib.suppress(KeyboardInterrupt):
            sides.push()
    waiting = state_file(".pending")
    assert sides.push().files == ("a.py", "src/b.py") and not waiting.exists()
    assert sides.push().files == () and sides.push().files == ()
    assert len(compared) in {2, 3}


def names_in(folder: Path) -> list[list[str]]:
    """All names as the disk lists them; not every disk keeps a replaced file where it was."""
    return [names for _, _, names in os.walk(folder)]


EDITS: dict[str, tuple[Change, bool]] = {
    "an edit": (lambda s: write(s.here, {"a.py": "two"}), True),
    "two edits": (lambda s: write(s.here, {"a.py": "two", "src/deep/c.py": "x" * 99}), True),
    "of the same size, with another mode": (
        lambda s: (write(s.here, {"a.py": "two"}), (s.here / "a.py").chmod(0o755)),
        True,
    ),
    "a new file": (lambda s: write(s.here, {"new.py": "n"}), False),
    "a new folder": (lambda s: write(s.here, {"new/new.py": "n"}), False),
    "a commit": (lambda s: s.git("commit", "--allow-empty", "--quiet", "-m", "two"), False),
    "an edit beside one on the server": (
        lambda s: (write(s.here, {"a.py": "two"}), write(s.there, {"src/b.py": "theirs"})),
        False,
    ),
}


@pytest.mark.parametrize(("change", "known"), EDITS.values(), ids=EDITS)
def test_what_an_upload_left_is_known_to_the_next_run(change, known, sides: TwoSides, compared):
    before = names_in(sides.there)
    change(sides)
    assert sides.push().files
    again = sides.push()
    assert again.files == ()
    assert (len(compared) == 1) == (known and names_in(sides.there) == before)
    write(sides.there, {"src/deep/c.py": "edited there"})
    write(sides.here, {"src/deep/c.py": "edited here"})
    found = sides.push()
    assert "src/deep/c.py" in {one.path for one in found.skipped}
    assert (sides.there / "src/deep/c.py").read_text() == "edited there"


def remembers(sides: TwoSides, compared: list[LocalWorkspace]) -> bool:
    """Whether a run after one with nothing to do ends early."""
    sides.push()
    sides.push()
    compared.clear()
    sides.push()
    return compared == []


def test_a_file_that_may_change_within_a_tick_is_not_relied_on(sides, compared, monkeypatch):
    monkeypatch.setattr(local_tree, "TICK_NS", 3600 * 10**9)
    write(sides.here, {"a.py": "now"})
    assert not remembers(sides, compared)
    monkeypatch.setattr(local_tree, "TICK_NS", 0)
    assert remembers(sides, compared)


def test_rules_in_a_linked_file_are_read_each_time(sides: TwoSides, compared):
    write(sides.here.parent, {"rules": "*.txt\n"})
    (sides.here / "src/.gitignore").symlink_to(sides.here.parent / "rules")
    assert not remembers(sides, compared)


def test_a_linked_working_tree_is_compared_each_time(sides: TwoSides, compared):
    sides.git("worktree", "add", "--quiet", "../tree")
    linked = TwoSides(sides.here.parent / "tree", sides.there)
    assert linked.here.joinpath(".git").is_file()
    linked.push(take_over=True)
    assert not remembers(linked, compared)


TIMES = {
    "long ago": (PAST - 10**12, True),
    "within a tick": (PAST + 1 - TICK_NS // 2, False),
    "after a tick": (PAST + 1 - TICK_NS * 2, True),
    "in the future, as after a clock was set back": (PAST + 10**12 + 1, False),
    "in whole seconds, within two": (PAST - 2 * 10**9, False),
    "in whole seconds, before": (PAST - COARSE_NS - 10**9, True),
}


@pytest.mark.parametrize(("changed", "expected"), TIMES.values(), ids=TIMES)
def test_a_time_is_past_if_a_later_change_has_another(changed, expected):
    assert is_past(changed, PAST) is expected
