"""Files are written whole or not at all."""

import contextlib
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.adapters.local import files, placing
from scaffold.adapters.local.files import (
    NewFile,
    read_file,
    shown,
    write_files,
    write_private,
)
from scaffold.errors import InputError


def test_new_file_gets_its_folder_and_mode(tmp_path):
    write_files([NewFile(path=tmp_path / "a" / "b.sh", content=b"x", mode=0o755)])
    assert (tmp_path / "a" / "b.sh").read_bytes() == b"x"
    assert stat.S_IMODE((tmp_path / "a" / "b.sh").stat().st_mode) == 0o755


def test_replaced_file_keeps_its_mode_and_a_backup(tmp_path):
    target = tmp_path / "file"
    target.write_bytes(b"old")
    target.chmod(0o600)
    (tmp_path / "file.bak1").write_bytes(b"older")
    assert write_files([NewFile(path=target, content=b"new", backup=True)]) == [
        tmp_path / "file.bak2"
    ]
    assert (target.read_bytes(), (tmp_path / "file.bak2").read_bytes()) == (b"new", b"old")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_symlink_stays_and_its_target_is_written(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_files([NewFile(path=tmp_path / "link", content=b"new")])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_failure_of_the_last_file_changes_nothing(tmp_path):
    (tmp_path / "first").write_bytes(b"old")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError) as raised:
        write_files(
            [
                NewFile(path=tmp_path / "first", content=b"new"),
                NewFile(path=tmp_path / "folder" / "x", content=b"new"),
                NewFile(path=tmp_path / "file" / "last", content=b"new"),
            ]
        )
    assert "nothing was changed" in raised.value.hint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "first"]
    assert (tmp_path / "first").read_bytes() == b"old"


def test_full_disk_leaves_no_half_file(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        write_files([NewFile(path=tmp_path / "new", content=b"content")])
    assert list(tmp_path.iterdir()) == []


def test_interrupt_while_staging_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_files([NewFile(path=tmp_path / "folder" / "new", content=b"content")])
    assert list(tmp_path.iterdir()) == []


def test_backup_is_a_copy_where_links_are_not_supported(tmp_path, monkeypatch):
    def unsupported(_source, _target, **_options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(files.os, "link", unsupported)
    (tmp_path / "file").write_bytes(b"old")
    assert write_files([NewFile(path=tmp_path / "file", content=b"new", backup=True)]) == [
        tmp_path / "file.bak1"
    ]
    assert (tmp_path / "file.bak1").read_bytes() == b"old"


def test_thousandth_backup_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"old")
    for number in range(1, 1000):
        (tmp_path / f"file.bak{number}").touch()
    with pytest.raises(InputError, match="999 backups"):
        write_files([NewFile(path=tmp_path / "file", content=b"new", backup=True)])
    assert (tmp_path / "file").read_bytes() == b"old"


def test_reading_says_what_stands_in_the_way(tmp_path):
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    assert read_file(tmp_path / "missing") is None
    with pytest.raises(InputError, match="file where a folder"):
        read_file(tmp_path / "file" / "x")
    for odd in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(InputError, match="not a regular file"):
            read_file(odd)


def test_reading_a_loop_of_links_is_an_error_with_a_reason(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InputError, match="cannot read"):
        read_file(tmp_path / "loop")


def test_path_with_control_characters_is_shown_escaped(tmp_path):
    assert shown(tmp_path / "a\x1b[31m\n") == f"{tmp_path}/a\\x1b[31m\\n"


LINKS = [
    ("a file of the home folder", "project/.x/file", "../../home/.bashrc"),
    ("a file that does not exist yet", "project/.x/file", "../../home/.bash_profile"),
    ("a folder on the way", "project/.x", "../home"),
    ("a link within the project", "project/.x/file", "../own"),
]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".bashrc").write_bytes(b"mine")
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "own").write_bytes(b"own")
    return tmp_path / "project"


@pytest.mark.parametrize(("_title", "link", "target"), LINKS, ids=[row[0] for row in LINKS])
def test_a_link_in_a_project_is_refused_and_nothing_is_written(project, _title, link, target):
    place = project.parent / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(target)
    before = everything(project.parent)
    with pytest.raises(InputError, match="a link"):
        write_files(
            [
                NewFile(path=project / "first", content=b"1"),
                NewFile(path=project / ".x" / "file", content=b"2"),
            ],
            below=project,
        )
    with pytest.raises(InputError, match="a link"):
        read_file(project / ".x" / "file", below=project)
    assert everything(project.parent) == before


def everything(folder):
    return {
        str(path): path.read_bytes() if path.is_file() else path.is_symlink()
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_file_is_not_replaced(project, kind):
    place = project / "file"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        if os.geteuid() != 0:
            pytest.skip("only root makes devices")
        os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    for work in (
        lambda: write_files([NewFile(path=place, content=b"x")], below=project),
        lambda: read_file(place),
    ):
        with pytest.raises(InputError, match="not a regular file"):
            work()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("name", ["folder/file", "file"])
def test_what_another_user_owns_is_not_replaced(project, name):
    place = project / name
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(b"theirs")
    os.chown(place if "/" not in name else place.parent, 4242, 4242)
    with pytest.raises(InputError, match="belongs to another user"):
        write_files([NewFile(path=place, content=b"x")], below=project)
    assert place.read_bytes() == b"theirs"


def test_a_project_on_a_linked_path_works(project):
    link = project.parent / "link"
    link.symlink_to("project")
    write_files([NewFile(path=link / "a" / "b", content=b"x")], below=link)
    assert read_file(link / "a" / "b", below=link) == b"x"


def test_a_path_that_leaves_the_project_is_refused(project):
    with pytest.raises(InputError, match="not below"):
        write_files([NewFile(path=project / ".." / "x", content=b"x")], below=project)


def test_a_file_without_an_end_is_not_read_whole():
    with pytest.raises(InputError, match="not a regular file"):
        read_file(Path("/dev/zero"))


def test_a_large_sparse_file_is_refused(project):
    with (project / "big").open("wb") as stream:
        stream.truncate(20 << 30)
    with pytest.raises(InputError, match="larger than 16 MiB"):
        read_file(project / "big")


def test_a_file_that_cannot_be_replaced_leaves_the_whole_set_as_it_was(project, monkeypatch):
    for name in "abc":
        (project / name).write_bytes(b"old")
    rename = os.rename

    def refuse(source, target, **options):
        if target == "b":
            raise PermissionError(1, "Operation not permitted")
        rename(source, target, **options)

    monkeypatch.setattr(placing.os, "rename", refuse)
    with pytest.raises(InputError, match="/b: Operation not permitted") as raised:
        write_files(
            [NewFile(path=project / name, content=b"new") for name in "abcd"], below=project
        )
    assert "nothing was changed" in raised.value.hint
    assert sorted(path.name for path in project.iterdir()) == ["a", "b", "c", "own"]
    assert {(project / name).read_bytes() for name in "abc"} == {b"old"}


MEANWHILE = {
    "another content": (b"old", b"edited"),
    "a file where none was": (None, b"theirs"),
    "no file where one was": (b"old", None),
}


@pytest.mark.parametrize(("seen", "present"), MEANWHILE.values(), ids=MEANWHILE)
def test_what_changed_since_it_was_looked_at_is_kept_and_nothing_is_written(project, seen, present):
    (project / "a").write_bytes(b"old")
    if present is not None:
        (project / "b").write_bytes(present)
    new = [
        NewFile(path=project / "a", content=b"new", seen=b"old"),
        NewFile(path=project / "b", content=b"new", seen=seen),
    ]
    with pytest.raises(InputError, match="/b was changed by another program meanwhile") as raised:
        write_files(new, below=project)
    assert "run the same command again" in raised.value.hint
    assert (project / "a").read_bytes() == b"old"
    assert read_file(project / "b") == present
    assert {path.name for path in project.iterdir()} <= {"a", "b", "own"}


@pytest.mark.parametrize("seen", [b"old", None])
def test_what_is_as_it_was_looked_at_is_replaced(project, seen):
    if seen is not None:
        (project / "a").write_bytes(seen)
    write_files([NewFile(path=project / "a", content=b"new", seen=seen)], below=project)
    assert (project / "a").read_bytes() == b"new"


def test_what_cannot_be_put_back_is_named(project, monkeypatch):
    for name in "ab":
        (project / name).write_bytes(b"old")
    rename, calls = os.rename, []

    def fail_after_one(source, target, **options):
        calls.append(target)
        if len(calls) > 1:
            raise OSError(5, "Input/output error")
        rename(source, target, **options)

    monkeypatch.setattr(placing.os, "rename", fail_after_one)
    with pytest.raises(InputError) as raised:
        write_files([NewFile(path=project / name, content=b"new") for name in "ab"], below=project)
    assert raised.value.hint == f"already changed: {project}/a (Input/output error)"


@pytest.mark.parametrize("call", range(1, 9))
def test_an_interrupt_at_any_rename_leaves_old_or_new_and_nothing_else(project, monkeypatch, call):
    for name in "ab":
        (project / name).write_bytes(b"old")
    calls = []

    def interrupted(real):
        def work(*args, **options):
            calls.append(args)
            if len(calls) == call:
                raise KeyboardInterrupt
            real(*args, **options)

        return work

    for name in ("rename", "link"):
        monkeypatch.setattr(placing.os, name, interrupted(getattr(os, name)))
    with contextlib.suppress(KeyboardInterrupt):
        write_files([NewFile(path=project / name, content=b"new") for name in "abc"], below=project)
    monkeypatch.undo()
    found = {path.name: path.read_bytes() for path in project.iterdir()}
    old = {"a": b"old", "b": b"old", "own": b"own"}
    assert found in (old, {"a": b"new", "b": b"new", "c": b"new", "own": b"own"})


def test_the_next_run_completes_what_a_killed_one_began(project, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in "ab":
        (project / name).write_bytes(b"old")
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from scaffold.adapters.local import placing\n"
        "from scaffold.adapters.local.files import NewFile, write_files\n"
        "rename, root = os.rename, Path(sys.argv[1])\n"
        "def die(source, target, **options):\n"
        "    if target == 'b': os.kill(os.getpid(), signal.SIGKILL)\n"
        "    rename(source, target, **options)\n"
        "placing.os.rename = die\n"
        "write_files([NewFile(path=root / name, content=b'new') for name in 'abc'], below=root)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(project)], check=False)
    assert done.returncode == -9
    assert (project / "b").read_bytes() == b"old"
    write_files([NewFile(path=project / "other", content=b"x")], below=project)
    found = {path.name: path.read_bytes() for path in project.iterdir()}
    assert found == {"a": b"new", "b": b"new", "c": b"new", "other": b"x", "own": b"own"}


def test_a_note_in_the_project_is_never_believed(project, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (project / ".gpu-scaffold-tmp-1").write_bytes(b"planted")
    write_files([NewFile(path=project / "x", content=b"x")], below=project)
    assert sorted(path.name for path in project.iterdir()) == ["own", "x"]


def test_a_private_file_is_private_whatever_the_umask(tmp_path):
    before = os.umask(0)
    try:
        write_private(tmp_path / "a" / "b" / "file", b"x")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / one).stat().st_mode) for one in ("a", "a/b", "a/b/file")]
    assert modes == [0o700, 0o700, 0o600]


def test_a_private_folder_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cache").symlink_to("elsewhere")
    with pytest.raises(InputError, match="not a folder"):
        write_private(tmp_path / "cache" / "file", b"x")
    assert list((tmp_path / "elsewhere").iterdir()) == []
