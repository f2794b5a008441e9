"""`scaffold` alone: what is printed."""

from pathlib import Path


def test_next_command_and_help_are_printed(scaffold, monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    (tmp_path / "train.py").write_text("")
    monkeypatch.chdir(tmp_path)
    done = scaffold()
    assert done.code == 0
    assert "This project has no dev container configuration." in done.out
    assert "scaffold init" in done.out
    assert "scaffold --help" in done.out


def test_a_folder_that_was_deleted_is_told(scaffold, monkeypatch):
    def deleted():
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", deleted)
    done = scaffold()
    assert done.code == 2
    assert "no longer exists" in done.err
