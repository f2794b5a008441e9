"""What goes wrong on the way leaves each file old or new, and the next run completes."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.errors import InputError, TargetError
from tests.lab.support.engine import LONG
from tests.lab.support.host_view import Disk, Program
from tests.lab.support.relay import Cut, relaying
from tests.lab.support.sshd import Keys
from tests.lab.support.syncing import NO_RSYNC, VIEW, Desk, desk_on, tree, write

ENDS = {"rsync": {}, "tar": NO_RSYNC}
MOMENTS = 60 if LONG else 2
FILES, SIZE = 30, 100_000


@pytest.fixture(params=list(ENDS))
def desk(request, tmp_path, keys: Keys, monkeypatch) -> Iterator[Desk]:
    with desk_on({**VIEW, **ENDS[request.param]}, tmp_path, keys, monkeypatch) as found:
        yield found


@pytest.fixture
def tar_desk(tmp_path, keys: Keys, monkeypatch) -> Iterator[Desk]:
    with desk_on({**VIEW, **NO_RSYNC}, tmp_path, keys, monkeypatch) as found:
        yield found


def filled(desk: Desk, letter: str, size: int = SIZE) -> None:
    write(desk.root, {f"f{n % 3}/{n}": (letter * size).encode() for n in range(FILES)})


def assert_each_is_whole(root: Path, *letters: str, size: int = SIZE) -> set[str]:
    """Each file is one letter, as often as it should be; which letters there are."""
    seen = set()
    for path, content in tree(root).items():
        if isinstance(content, tuple) and path.startswith("f"):
            text = content[1].decode()
            assert text and text == text[0] * size, f"{path} is neither old nor new"
            assert text[0] in letters, path
            seen.add(text[0])
    return seen


def sync(desk: Desk, *options: str) -> "subprocess.Popen[str]":
    """The upload as a command, in a process of its own."""
    return command(desk, "sync", str(desk.root), *options)


def command(desk: Desk, *words: str) -> "subprocess.Popen[str]":
    """A command for the desk's host, in its folder."""
    mount = f"source={desk.path},target=/w,type=bind"
    settings = json.dumps({"workspaceMount": mount, "workspaceFolder": "/w"})
    write(desk.root, {".devcontainer/devcontainer.json": settings})
    argv = [sys.executable, "-m", "scaffold", *words, "--host", desk.alias]
    argv += ["--ssh-config", str(desk.client.config)]
    return subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=desk.root,
        env={**os.environ, "HOME": str(desk.client.folder)},
    )


def test_killed_at_any_moment_each_file_is_old_or_new(desk: Desk):
    moments = random.Random(7)  # noqa: S311
    filled(desk, "a")
    desk.push()
    old, ends = "a", set()
    for number in range(MOMENTS):
        new = chr(ord("b") + number % 20)
        filled(desk, new)
        with sync(desk) as program:
            time.sleep(moments.uniform(0.2, 1.0))
            program.kill()
        ends.add(program.returncode)
        assert_each_is_whole(desk.there, old, new)
        code = finished(desk)
        assert code == 0, number
        assert assert_each_is_whole(desk.there, new) == {new}
        assert list((desk.there / ".scaffold-sync/part").iterdir()) == []
        old = new
    # The moments were chosen well: not all came too late.
    assert -9 in ends
    assert sorted(tree(desk.there)) == sorted(tree(desk.root))


def finished(desk: Desk) -> int:
    """Run to the end; what the killed one began there may still be ending."""
    deadline = time.monotonic() + 300
    while True:
        with sync(desk) as program:
            said = program.communicate(timeout=300)[0]
        if program.returncode == 0 or time.monotonic() > deadline:
            assert program.returncode == 0, said
            return program.returncode


@pytest.mark.parametrize("after", [100_000, 1_500_000])
def test_a_cut_connection_is_told_and_each_file_is_whole(desk: Desk, after: int):
    filled(desk, "a")
    desk.push()
    noise = random.Random(after)  # noqa: S311
    content = bytes(noise.randrange(256) for _ in range(SIZE)) * 30
    filled(desk, "b")
    write(desk.root, {"z-large": content})
    config = desk.client.config.read_text()
    with relaying(desk.host.port, cut=Cut("up", after)) as relay:
        desk.client.config.write_text(config.replace(str(desk.host.port), str(relay.port)))
        desk.client.trusts(relay.port)
        with pytest.raises(TargetError) as told:
            desk.push()
    assert "every remote file is complete" in told.value.hint, told.value
    assert_each_is_whole(desk.there, "a", "b")
    large = desk.there / "z-large"
    assert not large.exists() or large.read_bytes() == content
    desk.client.config.write_text(config)
    desk.push()
    assert tree(desk.there) == tree(desk.root)


def test_a_full_disk_there_leaves_the_old_files_whole_and_nothing_else(
    tmp_path, keys: Keys, monkeypatch
):
    for number, ends in enumerate(ENDS.values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        view = {**VIEW, **ends, "/home/ada": Disk(8)}
        with desk_on(view, folder, keys, monkeypatch) as desk:
            filled(desk, "a")
            desk.push()
            filled(desk, "b")
            write(desk.root, {"f0/large": b"c" * (9 << 20)})
            with pytest.raises(TargetError) as told:
                desk.push()
            assert "No space left" in told.value.message
            assert "every remote file is complete" in told.value.hint
            (desk.there / "f0/large").unlink(missing_ok=True)
            assert_each_is_whole(desk.there, "a", "b")
            left = [path.name for path in (desk.there / ".scaffold-sync").rglob("*")]
            assert sorted(left) == [".gitignore", "holder", "part"]
            (desk.root / "f0/large").unlink()
            desk.push()
            assert tree(desk.there) == tree(desk.root)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/.real/proj", "Read-only file system"),
        ("/root/proj", "Permission denied"),
        ("/etc/passwd", "is not a folder"),
        ("/etc/passwd/proj", "Not a directory"),
    ],
)
def test_a_place_that_cannot_be_written_is_told(path, told, tmp_path, keys, monkeypatch):
    private = {"/root/.keep": ""}
    with desk_on({**VIEW, **private}, tmp_path, keys, monkeypatch) as desk:
        (desk.host.root / "root").chmod(0o700)
        desk.path = path
        desk.write(a="1")
        with pytest.raises(TargetError, match=told):
            desk.push()


def test_what_the_login_there_may_not_replace_is_told(tar_desk: Desk):
    desk = tar_desk
    desk.write(sub__a="1")
    desk.push()
    (desk.there / "sub").chmod(0o555)
    os.chown(desk.there / "sub", 0, 0)
    desk.write(sub__a="22")
    with pytest.raises(TargetError, match="Permission denied"):
        desk.push()
    assert (desk.there / "sub/a").read_text() == "1"


def test_one_run_at_a_time(tar_desk: Desk):
    desk = tar_desk
    from scaffold.adapters.sync.state import locked_state

    desk.write(a="1")
    with (
        locked_state(desk.root, desk.place),
        pytest.raises(InputError, match="another sync of"),
    ):
        desk.push()


def test_a_memory_that_is_lost_or_broken_costs_a_take_over_and_no_file(tar_desk: Desk):
    desk = tar_desk
    desk.write(a="1", b="1")
    desk.push()
    for path in (desk.client.folder / "cache").rglob("*.json"):
        path.write_text("{broken")
    with pytest.raises(InputError, match="is owned by"):
        desk.push()
    os.utime(desk.root / "a", (9, 9))
    desk.write(b="2 longer")
    sent = desk.push(take_over=True)
    assert (sent.files, [one.path for one in sent.skipped]) == ((), ["b"])


@pytest.mark.parametrize(
    ("missing", "told"),
    [("find", "find is not installed"), ("tar", "tar is not installed")],
)
def test_a_program_that_is_missing_there_is_named(missing, told, tmp_path, keys, monkeypatch):
    view = {**VIEW, **NO_RSYNC, f"/usr/bin/{missing}": None}
    with desk_on(view, tmp_path, keys, monkeypatch) as desk:
        desk.write(a="1")
        with pytest.raises(TargetError, match=told):
            desk.push()


def test_a_host_that_runs_no_commands_is_told(tmp_path, keys, monkeypatch):
    view = {**VIEW, "/usr/bin/sh": Program("echo this account is a menu")}
    with desk_on(view, tmp_path, keys, monkeypatch) as desk:
        desk.write(a="1")
        with pytest.raises(TargetError, match="runs no commands: this account is a menu"):
            desk.push()


def test_a_file_that_shrinks_while_it_is_sent_never_arrives_in_half(tmp_path, keys, monkeypatch):
    with desk_on({**VIEW, **NO_RSYNC}, tmp_path, keys, monkeypatch) as desk:
        write(desk.root, {"a": b"x" * 5_000_000, "b": "1"})

        from contextlib import nullcontext

        class Shortening(type(desk.attendant)):
            def progress(self, text, total):
                (desk.root / "a").write_bytes(b"y") if total else None
                return nullcontext(lambda _: None)

        desk.attendant = Shortening()
        with pytest.raises(TargetError, match="became shorter while it was read"):
            desk.push()
        assert not (desk.there / "a").exists()


def test_an_unreadable_file_here_is_told_and_the_others_go(tmp_path, keys, monkeypatch):
    import scaffold.commands.sync.push_run as module

    # Root may read everything, so the question is asked of a stand-in.
    monkeypatch.setattr(module, "is_readable", lambda _root, path, _one: path != "private")
    with desk_on(VIEW, tmp_path, keys, monkeypatch) as desk:
        desk.write(private="1", a="1")
        sent = desk.push()
        assert (sent.files, [one.path for one in sent.skipped]) == (("a",), ["private"])
