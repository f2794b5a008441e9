"""The writer against an attacker: every system call fails, is interrupted or killed; names are
swapped and planted while it works; nothing outside the project changes, and no set is half.
"""

import contextlib
import errno
import os
import shutil
import signal
import socket
import subprocess

import pytest

from scaffold.adapters.local import placing
from scaffold.adapters.local.files import NewFile, write_files
from scaffold.adapters.local.temporary import PREFIX
from scaffold.errors import InputError

CALLS = ("open", "mkdir", "write", "fchmod", "fsync", "link", "rename", "unlink", "stat", "close")
"""The system calls of a write that change or ask something."""

OLD = {"a": b"old a", "sub/b": b"old b"}
NEW = {"a": b"new a", "sub/b": b"new b", "made/deep/c": b"new c"}
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "project"
    for name, content in OLD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (tmp_path / "private").write_bytes(b"mine")
    (tmp_path / "elsewhere").mkdir()
    return root


def everything(root):
    found = {}
    for path in root.rglob("*"):
        if not path.is_dir() and PREFIX not in path.name:
            found[str(path.relative_to(root))] = path.read_bytes()
    return found


def leftovers(root):
    return [path for path in root.rglob("*") if PREFIX in path.name]


def write(root):
    write_files(
        [NewFile(path=root / name, content=content) for name, content in NEW.items()], below=root
    )


def at_call(monkeypatch, number, act, *, after=False):
    """Act before or after one of the system calls of the writer; says which it was, if any."""
    count, hit = [0], []

    def wrapped(name, real):
        def call(*args, **options):
            count[0] += 1
            mine = count[0] == number
            if mine and not after:
                hit.append(name)
                act()
            try:
                return real(*args, **options)
            finally:
                if mine and after:
                    hit.append(name)
                    act()

        return call

    for name in CALLS:
        monkeypatch.setattr(os, name, wrapped(name, getattr(os, name)))
    return hit


def interrupt():
    raise KeyboardInterrupt


def disk_is_full():
    raise OSError(errno.ENOSPC, "No space left on device")


def each_call(project, monkeypatch, act, expected, *, after=False):
    """Write anew with an incident at the first call, the second, and so on to the last."""
    number, tried = 0, 0
    while True:
        number += 1
        shutil.rmtree(project)
        for name, content in OLD.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_bytes(content)
        with monkeypatch.context() as patch:
            hit = at_call(patch, number, act, after=after)
            with contextlib.suppress(*expected):
                write(project)
        if not hit:
            return tried
        tried += 1
        assert everything(project) in (OLD, NEW), (number, hit)
        write(project)
        assert (everything(project), leftovers(project)) == (NEW, []), (number, hit)


@pytest.mark.parametrize("after", [False, True])
def test_a_signal_at_any_system_call_leaves_old_or_new(project, monkeypatch, after):
    tried = each_call(project, monkeypatch, interrupt, [KeyboardInterrupt], after=after)
    assert tried > 30


def test_a_full_disk_at_any_system_call_leaves_old_or_new(project, monkeypatch):
    tried = each_call(project, monkeypatch, disk_is_full, [InputError, OSError])
    assert tried > 30


def test_a_kill_at_any_system_call_leaves_what_the_next_run_completes(project, monkeypatch):
    number = 0
    while True:
        number += 1
        shutil.rmtree(project)
        for name, content in OLD.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_bytes(content)
        child = os.fork()
        if child == 0:
            at_call(monkeypatch, number, lambda: os.kill(os.getpid(), signal.SIGKILL))
            write(project)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        found = everything(project)
        assert all(found.get(name) in (OLD.get(name), NEW[name]) for name in NEW), number
        write(project)
        assert (everything(project), leftovers(project)) == (NEW, []), number
        if os.WIFEXITED(status):
            break
    assert number > 30


def test_a_second_failure_in_the_rollback_is_told(project, monkeypatch):
    real, count = os.rename, [0]

    def rename(*args, **options):
        count[0] += 1
        if count[0] >= 2:
            raise OSError(errno.EIO, "Input/output error")
        return real(*args, **options)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(InputError) as raised:
        write(project)
    assert "already changed" in raised.value.hint
    assert "/a" in raised.value.hint


def swap(project, name, target):
    """What an attacker does between the staging and the placing of a set."""
    place = project / name
    place.rename(project.parent / "moved")
    place.symlink_to(target)


SWAPS = {
    "a folder becomes a link outside": ("sub", "../elsewhere"),
    "a folder becomes a link to the home": ("sub", ".."),
    "a file becomes a link to a private file": ("a", "../private"),
    "a file becomes a link to a device": ("a", "/dev/null"),
}


@pytest.mark.parametrize("title", SWAPS)
def test_a_name_that_is_swapped_during_the_run_leads_nowhere(project, monkeypatch, title):
    name, target = SWAPS[title]
    real = placing.Batch.place

    def place(batch):
        swap(project, name, target)
        real(batch)

    monkeypatch.setattr(placing.Batch, "place", place)
    try:
        write(project)
    except InputError as error:
        assert str(project) in str(error)
    assert (project.parent / "private").read_bytes() == b"mine"
    assert list((project.parent / "elsewhere").iterdir()) == []


def test_a_hard_link_of_a_private_file_is_replaced_and_the_file_stays(project, tmp_path):
    (project / "a").unlink()
    os.link(tmp_path / "private", project / "a")
    write(project)
    assert (tmp_path / "private").read_bytes() == b"mine"
    assert everything(project) == NEW


def test_a_socket_is_refused(project):
    (project / "a").unlink()
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(project / "a"))
    with pytest.raises(InputError, match="is a socket"):
        write(project)


PLANTED = {
    "a link to a private file": lambda path: path.symlink_to("../private"),
    "a hard link of a private file": lambda path: os.link(path.parent.parent / "private", path),
    "a pipe": os.mkfifo,
    "a folder": lambda path: path.mkdir(),
    "a broken link": lambda path: path.symlink_to("nowhere"),
}


@pytest.mark.parametrize("title", PLANTED)
def test_a_planted_temporary_name_leads_nowhere(project, tmp_path, title):
    PLANTED[title](project / f"{PREFIX}{'0' * 12}")
    write(project)
    assert (tmp_path / "private").read_bytes() == b"mine"
    assert {name: text for name, text in everything(project).items() if name in NEW} == NEW


def test_a_planted_backup_name_is_not_written_through(project, tmp_path):
    (project / "a.bak1").symlink_to("../private")
    [backup] = write_files(
        [NewFile(path=project / "a", content=b"new", backup=True)], below=project
    )
    assert (backup.name, backup.read_bytes()) == ("a.bak2", b"old a")
    assert (tmp_path / "private").read_bytes() == b"mine"


def mounted(source, target):
    argv = ["mount", "--bind", str(source), str(target)]
    if subprocess.run(argv, capture_output=True, check=False).returncode:
        pytest.skip("no mounts here")


@needs_root
def test_a_file_that_is_a_mount_leaves_the_whole_set_as_it_was(project, tmp_path):
    mounted(tmp_path / "private", project / "sub" / "b")
    try:
        with pytest.raises(InputError, match=r"busy|cross-device"):
            write(project)
    finally:
        subprocess.run(["umount", str(project / "sub" / "b")], check=True)
    assert (tmp_path / "private").read_bytes() == b"mine"
    assert (everything(project), leftovers(project)) == (OLD, [])


@needs_root
def test_a_read_only_folder_in_the_middle_leaves_the_whole_set_as_it_was(project):
    mounted(project / "sub", project / "sub")
    again = ["mount", "-o", "remount,bind,ro", str(project / "sub")]
    if subprocess.run(again, capture_output=True, check=False).returncode:
        pytest.skip("no mounts here")
    try:
        with pytest.raises(InputError, match="Read-only file system"):
            write(project)
        assert (everything(project), leftovers(project)) == (OLD, [])
    finally:
        subprocess.run(["umount", str(project / "sub")], check=True)


def test_what_the_user_puts_into_a_new_folder_survives_the_rollback(project, monkeypatch):
    def place(_batch):
        (project / "made" / "mine").write_text("x")
        disk_is_full()

    monkeypatch.setattr(placing.Batch, "place", place)
    with pytest.raises(InputError):
        write(project)
    assert everything(project) == {**OLD, "made/mine": b"x"}


def test_names_that_some_disks_fold_are_two_files(project):
    files = [
        NewFile(path=project / name, content=name.encode()) for name in ("Dockerfile", "dockerfile")
    ]
    write_files(files, below=project)
    assert (project / "Dockerfile").read_bytes() == b"Dockerfile"
    assert (project / "dockerfile").read_bytes() == b"dockerfile"
