"""Folders of this computer that a mount names and that do not exist."""

from pathlib import Path

import pytest

from scaffold.commands.init.local_mounts import missing_sources


@pytest.mark.parametrize(
    ("mount", "missing"),
    [
        ("/no/such/folder:/data", "/no/such/folder"),
        ("~/no-such-folder:/data:ro", "no-such-folder"),
        ("./none:/data", "none"),
        ("/:/data", ""),
        (".:/data", ""),
        ("models:/models", ""),
        ("$OTHER/x:/data", ""),
        ("unreadable", ""),
    ],
)
def test_missing_folder_is_named_with_the_command_that_makes_it(tmp_path, mount, missing):
    found = missing_sources((mount,), tmp_path)
    assert bool(found) is bool(missing)
    assert not missing or (missing in found[0] and "mkdir -p" in found[0])


def test_nothing_else_is_a_mount(tmp_path: Path):
    assert missing_sources("", tmp_path) == []
