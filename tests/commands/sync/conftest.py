"""Two sides without ssh: what `tests/commands/sync` syncs with."""

import contextlib

import pytest

from tests.commands.sync.two_sides import FolderShell, TwoSides


@pytest.fixture
def two_sides(tmp_path, monkeypatch) -> TwoSides:
    """An empty workspace, and a remote folder that does not exist yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "a")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@b")
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()

    @contextlib.contextmanager
    def local_shell(*_args):
        yield FolderShell(there)

    for module in ("push", "pull"):
        monkeypatch.setattr(f"scaffold.commands.sync.{module}.open_remote_shell", local_shell)
    return TwoSides(here, there)
