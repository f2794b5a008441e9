"""A clone: what the server says goes through the sink, and nothing of the repository runs."""

import sys

import pytest

from scaffold.adapters.computer.git import LONGEST_LINE, clone
from scaffold.cli.terminal import SafeStream, show_message
from scaffold.errors import InputError, TargetError


@pytest.fixture
def git(tmp_path, monkeypatch):
    """A git that runs a shell text instead."""

    def write(text: str) -> None:
        (tmp_path / "git").write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return write


def messages(git, text, tmp_path):
    git(text)
    found = []
    clone("https://u:secret@h/x.git", tmp_path / "x", found.append, progress=True)
    return found


def test_messages_come_one_by_one_with_their_ends(git, tmp_path):
    found = messages(git, "printf 'a\\rb\\nrest' >&2", tmp_path)
    assert found == ["a\r", "b\n", "rest"]


def test_a_message_without_an_end_does_not_fill_the_memory(git, tmp_path):
    found = messages(git, "head -c 100000 /dev/zero >&2", tmp_path)
    assert max(map(len, found)) <= 2 * LONGEST_LINE


def test_escapes_of_the_server_do_not_reach_the_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stderr", SafeStream(sys.stderr))
    for text in ("remote: \x1b]52;c;eHg=\x07\n", "10%\r", "20%\x9b31m"):
        show_message(text)
    assert capsys.readouterr().err == "remote: \\x1b]52;c;eHg=\\x07\n20%\\x9b31m"


def test_a_failure_names_the_address_without_its_login(git, tmp_path):
    with pytest.raises(TargetError) as raised:
        messages(git, "exit 128", tmp_path)
    assert "secret" not in raised.value.message


def test_an_interrupt_ends_git(git, tmp_path):
    git("trap 'echo ended >\"$0.ended\"; exit 1' TERM; echo x >&2; sleep 30 & wait")

    def interrupted(_text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clone("https://h/x", tmp_path / "x", interrupted, progress=False)
    assert (tmp_path / "git.ended").exists()


def test_without_git_the_user_is_told_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError):
        clone("https://h/x", tmp_path / "x", print, progress=False)
