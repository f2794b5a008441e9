"""A workspace goes to a host and is the same there; the second time only what changed goes."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest

from scaffold.commands.sync.ui import SilentSyncUi
from scaffold.errors import InputError, TargetError
from scaffold.sync.target import SyncTarget
from tests.lab.hosts.pieces_system import USER_ID, account
from tests.lab.support.client import NAME
from tests.lab.support.engine import LONG
from tests.lab.support.host_view import REAL, Link, Program
from tests.lab.support.relay import relaying
from tests.lab.support.sshd import Keys, running_host
from tests.lab.support.syncing import BUSYBOX, NO_RSYNC, VIEW, Desk, desk_on, git, tree, write

ENDS = {"rsync": {}, "tar": NO_RSYNC, "busybox": BUSYBOX}


@pytest.fixture
def desk(ends, tmp_path, keys, monkeypatch) -> Iterator[Desk]:
    """A workspace and a host: with rsync on both ends, without, or with busybox alone."""
    with desk_on({**VIEW, **ENDS[ends]}, tmp_path, keys, monkeypatch) as found:
        yield found


@pytest.fixture
def tar_desk(tmp_path, keys, monkeypatch) -> Iterator[Desk]:
    with desk_on({**VIEW, **NO_RSYNC}, tmp_path, keys, monkeypatch) as found:
        yield found


@pytest.fixture
def rsync_desk(tmp_path, keys, monkeypatch) -> Iterator[Desk]:
    with desk_on(VIEW, tmp_path, keys, monkeypatch) as found:
        yield found


ODD_NAMES = (
    *("with space", "ünï©ode/ñ", "new\nline", "-rf", "--delete", "a'b\"c", "$HOME", "`id`"),
    *("*", "~", "back\\slash", "#hash", "[x]", "!bang", "a;b", " lead", "trail ", "tab\tx"),
)


@pytest.mark.parametrize("ends", list(ENDS))
def test_all_that_can_lie_in_a_workspace_arrives_as_it_is(desk: Desk):
    write(desk.root, {f"names/{name}": name for name in ODD_NAMES})
    (desk.root / os.fsdecode(b"names/latin1-\xe9")).write_text("x")
    (desk.root / "empty/below").mkdir(parents=True)
    (desk.root / "link").symlink_to("names")
    (desk.root / "dangling").symlink_to("no\nwhere")
    write(desk.root, {"run.sh": "#!/bin/sh\n", "secret": "s", "old": "o", "big": b"\0x" * 400_000})
    (desk.root / "run.sh").chmod(0o755)
    (desk.root / "secret").chmod(0o400)
    os.utime(desk.root / "old", (1, 1))
    os.mkfifo(desk.root / "pipe")
    sent = desk.push()
    expected = tree(desk.root, without=lambda name: name == "pipe")
    assert tree(desk.there) == expected
    assert (desk.there / "old").stat().st_mtime == 1
    assert (desk.there / "run.sh").stat().st_uid == USER_ID
    assert sent.method and sent.skipped == ()
    again = desk.push()
    assert (again.files, again.method, again.skipped) == ((), "", ())


@pytest.mark.parametrize("ends", ["rsync", "busybox"])
def test_a_second_run_sends_only_what_changed_and_deletes_nothing(desk: Desk):
    write(desk.root, {"a": "1", "src/b": "2", "src/c": "3", "gone/d": "4"})
    desk.push()
    write(desk.root, {"a": "9", "src/new/e": "5"})
    (desk.root / "src/c").chmod(0o755)
    (desk.root / "gone/d").unlink()
    (desk.root / "gone").rmdir()
    write(desk.there, {"runs/out": "theirs"})
    before = tree(desk.there)
    shown = desk.push(dry_run=True)
    assert tree(desk.there) == before
    sent = desk.push()
    assert shown.files == sent.files == ("a", "src/c", "src/new", "src/new/e")
    assert sent.gone == ("gone", "gone/d")
    assert "gone/d" in tree(desk.there)
    # Without consent the list is all that comes of it.
    assert desk.push(delete=True).gone == ("gone", "gone/d")
    desk.attendant = SilentSyncUi(agreed=True)
    deleted = desk.push(delete=True)
    assert (deleted.deleted, deleted.gone) == (("gone", "gone/d"), ())
    assert tree(desk.there) == {**tree(desk.root), "runs": "folder", "runs/out": (0o644, b"theirs")}
    assert desk.push(delete=True).gone == ()


@pytest.mark.parametrize("ends", ["rsync", "tar"])
def test_what_was_edited_there_is_left_and_told(desk: Desk):
    write(desk.root, {"theirs": "1", "both": "1", "mine": "1"})
    desk.push()
    write(desk.there, {"theirs": "edited", "both": "edited"})
    write(desk.root, {"both": "mine too", "mine": "2"})
    sent = desk.push()
    assert sent.files == ("mine",)
    why = {one.path: one.why for one in sent.skipped}
    assert why["theirs"].startswith(
        "edited on the remote since the last sync, unchanged locally (remote"
    )
    assert why["both"].startswith("edited on the remote and locally (remote")
    assert (desk.there / "both").read_text() == "edited"
    desk.push(overwrite=True)
    assert (desk.there / "both").read_text() == "mine too"
    assert (desk.there / "both.bak1").read_text() == "edited"
    assert desk.push().files == ()


def test_what_lay_there_before_is_compared_by_content(tar_desk: Desk):
    desk = tar_desk
    write(desk.root, {"same": "content", "other": "mine"})
    write(desk.there, {"same": "content", "other": "that", "folder/x": "1"})
    write(desk.root, {"folder": "a file here"})
    for name in ("same", "other"):
        os.utime(desk.there / name, (5, 5))
    subprocess.run(["chown", "-R", str(USER_ID), str(desk.there)], check=True)
    assert {one.path for one in desk.push(dry_run=True).skipped} == {"other", "folder"}
    sent = desk.push()
    assert sent.files == ()
    assert [one.path for one in sent.skipped] == ["folder", "other"]
    assert "different content on the remote" in sent.skipped[1].why


def test_a_repository_travels_and_commits_of_both_sides_are_never_mixed(rsync_desk: Desk):
    desk = rsync_desk
    git(desk, "init", "--quiet")
    write(desk.root, {"a.py": "1", ".gitignore": "runs/\n*.log\n", "runs/x": "1", "b.log": "1"})
    git(desk, "add", "--all")
    git(desk, "commit", "--quiet", "--message=one")
    desk.push()
    assert "runs/x" not in tree(desk.there)
    git(desk, "status", there=True)
    git(desk, "fsck", there=True)
    # `git status` renews the index there, which is nobody's work.
    os.utime(desk.there / ".git/index", (9, 9))
    write(desk.root, {"a.py": "2"})
    git(desk, "commit", "--quiet", "--all", "--message=two")
    assert desk.push().skipped == ()
    assert git(desk, "log", "--format=%s", there=True) == "two\none\n"
    git(desk, "commit", "--quiet", "--allow-empty", "--message=there", there=True)
    write(desk.root, {"a.py": "3"})
    git(desk, "commit", "--quiet", "--all", "--message=here")
    before = tree(desk.there / ".git")
    sent = desk.push()
    assert [one.path for one in sent.skipped] == [".git"]
    assert "the remote has commits that are not here (main)" in sent.skipped[0].why
    assert sent.files == ("a.py",)
    assert tree(desk.there / ".git") == before


def test_two_laptops_onto_one_path_the_second_is_told_who_holds_it(tar_desk: Desk, tmp_path):
    desk = tar_desk
    desk.write(a="first")
    desk.push()
    other = tmp_path / "other"
    write(other, {"a": "second"})
    second = replace(desk, root=other)
    before = tree(desk.there)
    with pytest.raises(InputError, match=f"is owned by .*@.*, from {desk.root}, since 20") as told:
        second.push()
    assert "--take-over" in told.value.hint
    assert tree(desk.there) == before
    sent = second.push(take_over=True, overwrite=True)
    assert sent.files == ("a",)
    assert (desk.there / "a.bak1").read_text() == "first"
    with pytest.raises(InputError, match=f"from {other}"):
        desk.push()


def test_jump_host_port_and_alias_of_the_users_own(tmp_path, keys: Keys, monkeypatch):
    with (
        running_host(VIEW, keys) as jump,
        desk_on(VIEW, tmp_path, keys, monkeypatch, alias="my.own") as desk,
    ):
        desk.client.trusts(jump.port)
        desk.client.config.write_text("")
        desk.client.reaches(jump.port, name="door")
        desk.client.reaches(desk.host.port, "ProxyJump door", name=desk.alias)
        desk.write(a="1")
        assert desk.push().files == ("a",)
        assert "door" in desk.client.config.read_text()
        assert "Accepted publickey" in jump.log.read_text()
        direct = replace(
            desk, alias=f"ada@127.0.0.1:{desk.host.port}", path="/home/ada/two words é"
        )
        desk.client.config.write_text(desk.client.config.read_text().replace("Host door", "Host *"))
        assert direct.push().files == ("a",)
        assert tree(direct.there) == tree(desk.root)


def test_the_users_own_shared_connection_is_used_and_left_open(tmp_path, keys, monkeypatch):
    with desk_on(VIEW, tmp_path, keys, monkeypatch) as desk:
        desk.client.config.write_text("")
        control = tmp_path / "c"
        shared = ("ControlMaster auto", f"ControlPath {control}", "ControlPersist 60")
        desk.client.reaches(desk.host.port, *shared)
        desk.write(a="1")
        desk.push()
        assert desk.host.log.read_text().count("Accepted publickey") == 1
        assert control.exists()
        leave = ["ssh", "-F", str(desk.client.config), "-O", "exit", NAME]
        subprocess.run(leave, check=True, capture_output=True)


@pytest.mark.parametrize("shift", [-86400, 86400])
def test_a_wrong_clock_there_is_told_and_changes_no_decision(shift, tmp_path, keys, monkeypatch):
    wrong = Program(f"echo $(( $({REAL}/bin/date +%s) + {shift} ))")
    with desk_on({**VIEW, "/usr/bin/date": wrong}, tmp_path, keys, monkeypatch) as desk:
        desk.write(a="1", b="1")
        assert abs(desk.push().clock_ahead - shift) <= 5
        write(desk.there, {"a": "edited"})
        os.utime(desk.there / "a", (1, 1))
        desk.write(a="mine", b="2")
        os.utime(desk.root / "b", (2, 2))
        sent = desk.push()
        assert (sent.files, [one.path for one in sent.skipped]) == (("b",), ["a"])


def test_rsync_carries_where_an_older_version_makes_it_pay(rsync_desk: Desk, monkeypatch):
    from scaffold.commands.sync import push_transfer

    desk = rsync_desk
    monkeypatch.setattr(push_transfer, "DELTA_BYTES", 1 << 20)
    write(desk.root, {"small": "1", "large": os.urandom(2 << 20)})
    assert desk.push().method == "tar"
    write(desk.root, {"small": "22"})
    assert desk.push().method == "tar"
    with (desk.root / "large").open("ab") as file:
        file.write(b"more")
    assert desk.push().method == "rsync"
    assert tree(desk.there) == tree(desk.root)


def test_a_login_shell_that_prints_takes_the_tar_stream(tmp_path, keys, monkeypatch):
    noisy = {"/home/ada/.bashrc": "echo Welcome\necho 'to gpu01'\n"}
    with desk_on({**VIEW, **noisy}, tmp_path, keys, monkeypatch) as desk:
        desk.write(a="1")
        assert desk.push().method == "tar"
        write(desk.there, {"out": "result"})
        assert desk.pull("out").files == ("out",)


@pytest.mark.parametrize("shell", ["fish", "tcsh", "dash"])
def test_any_login_shell_will_do(shell, tmp_path, keys, monkeypatch):
    here = {f"/usr/bin/{shell}": Link(f"{REAL}/bin/{shell}"), **account(f"/usr/bin/{shell}")}
    with desk_on({**VIEW, **NO_RSYNC, **here}, tmp_path, keys, monkeypatch) as desk:
        write(desk.root, {"a b": "1", "it's": "2"})
        assert desk.push().method == "tar"
        assert tree(desk.there) == tree(desk.root)


@pytest.mark.parametrize(
    "place",
    [
        SyncTarget(host="gpu01", path="relative"),
        SyncTarget(host="gpu01", path="/"),
        SyncTarget(host="gpu01"),
    ],
)
def test_what_can_be_no_place_is_refused(place, tmp_path, monkeypatch):
    from scaffold.commands.sync.push import push
    from scaffold.commands.sync.requests import PushRequest

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(InputError, match="cannot hold a workspace"):
        push(tmp_path, place, PushRequest(), SilentSyncUi())


def test_a_host_that_is_not_known_is_never_trusted_unseen(tmp_path, keys, monkeypatch):
    with desk_on(VIEW, tmp_path, keys, monkeypatch) as desk:
        desk.client.known_hosts.write_text("")
        desk.write(a="1")
        with pytest.raises(TargetError, match="Host key verification failed"):
            desk.push()


@pytest.mark.parametrize("ends", ["rsync", "tar"])
def test_a_gigabyte_and_many_small_ones(ends, tmp_path, keys, monkeypatch):
    """All of it with LAB_LONG=1, less in every run."""
    with desk_on({**VIEW, **ENDS[ends]}, tmp_path, keys, monkeypatch) as desk:
        with (desk.root / "large").open("wb") as file:
            file.seek((1000 if LONG else 20) * 1_000_000)
            file.write(b"end")
        for number in range(50_000 if LONG else 500):
            write(desk.root, {f"many/{number % 100}/{number}": str(number)})
        desk.push()
        assert tree(desk.there) == tree(desk.root)
        assert desk.push().files == ()


def test_progress_counts_what_travels(tar_desk: Desk):
    counted: list[int] = []

    class Counting(SilentSyncUi):
        def progress(self, text, total):
            from contextlib import nullcontext

            return nullcontext(counted.append)

    desk = replace(tar_desk, attendant=Counting())
    write(desk.root, {"a": b"x" * 3_000_000})
    with relaying(desk.host.port) as relay:
        desk.push()
        assert relay.port
    assert counted[-1] >= 3_000_000


def test_nothing_is_left_running(rsync_desk: Desk):
    rsync_desk.write(a="1")
    rsync_desk.push()
    assert rsync_desk.host.left_behind() == []
