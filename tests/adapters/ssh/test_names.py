"""Aliases of the ssh config, and the one that was meant."""

import pytest

from scaffold.adapters.ssh.names import aliases, nearest_alias


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    ssh = tmp_path / ".ssh"
    (ssh / "more").mkdir(parents=True)
    (ssh / "config").write_text(
        'Include more/*\nInclude "/nowhere/x"\nHost gpu01 gpu02\n  User ada\nhost=web\n'
        "Host *.example.org !bad ?x\nMatch host y\nInclude config\n"
    )
    (ssh / "more" / "a").write_text("Host cluster\n")
    return tmp_path


def test_aliases_are_those_of_all_files_without_patterns(home):
    assert aliases() == ["cluster", "gpu01", "gpu02", "web"]


def test_another_file_can_be_named(home):
    assert aliases(home / ".ssh" / "more" / "a") == ["cluster"]
    assert aliases(home / "missing") == []


@pytest.mark.parametrize(
    ("typed", "meant"), [("gpu1", "gpu01"), ("clutser", "cluster"), ("gpu01", ""), ("x", "")]
)
def test_nearest(home, typed, meant):
    assert nearest_alias(typed) == meant
