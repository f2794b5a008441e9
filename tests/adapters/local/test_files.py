"""Files are written whole or not at all."""

import os
import stat

import pytest

from scaffold.adapters.local import files
from scaffold.adapters.local.files import NewFile, read_file, shown, write_files
from scaffold.errors import InputError


def test_new_file_gets_its_folder_and_mode(tmp_path):
    write_files([NewFile(tmp_path / "a" / "b.sh", b"x", 0o755)])
    assert (tmp_path / "a" / "b.sh").read_bytes() == b"x"
    assert stat.S_IMODE((tmp_path / "a" / "b.sh").stat().st_mode) == 0o755


def test_replaced_file_keeps_its_mode_and_a_backup(tmp_path):
    target = tmp_path / "file"
    target.write_bytes(b"old")
    target.chmod(0o600)
    (tmp_path / "file.bak1").write_bytes(b"older")
    assert write_files([NewFile(target, b"new", backup=True)]) == [tmp_path / "file.bak2"]
    assert (target.read_bytes(), (tmp_path / "file.bak2").read_bytes()) == (b"new", b"old")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_symlink_stays_and_its_target_is_written(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_files([NewFile(tmp_path / "link", b"new")])
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_failure_of_the_last_file_changes_nothing(tmp_path):
    (tmp_path / "first").write_bytes(b"old")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError) as raised:
        write_files(
            [
                NewFile(tmp_path / "first", b"new"),
                NewFile(tmp_path / "folder" / "x", b"new"),
                NewFile(tmp_path / "file" / "last", b"new"),
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
        write_files([NewFile(tmp_path / "new", b"content")])
    assert list(tmp_path.iterdir()) == []


def test_interrupt_while_staging_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_files([NewFile(tmp_path / "folder" / "new", b"content")])
    assert list(tmp_path.iterdir()) == []


def test_backup_is_a_copy_where_links_are_not_supported(tmp_path, monkeypatch):
    def unsupported(_source, _target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(files.os, "link", unsupported)
    (tmp_path / "file").write_bytes(b"old")
    assert write_files([NewFile(tmp_path / "file", b"new", backup=True)]) == [
        tmp_path / "file.bak1"
    ]
    assert (tmp_path / "file.bak1").read_bytes() == b"old"


def test_thousandth_backup_is_refused(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"old")
    for number in range(1, 1000):
        (tmp_path / f"file.bak{number}").touch()
    with pytest.raises(InputError, match="999 backups"):
        write_files([NewFile(tmp_path / "file", b"new", backup=True)])
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
