"""What `scaffold init` says of a server that lacks something for the chosen way."""

import pytest

from scaffold.answers.choices import Files
from scaffold.commands.init import host_files
from scaffold.errors import TargetError
from scaffold.workspace.needs import ServerNeeds


class Chosen:
    """The answers that matter here."""

    host = "gpu01"

    def __init__(self, files: Files) -> None:
        self.files = files


LACKING = {
    "no CLI for Remote-SSH": (Files.REMOTE_SSH, ServerNeeds(cli="none"), "--files context"),
    "no CLI where this computer's is used": (Files.CONTEXT, ServerNeeds(cli="none"), ""),
    "no right to Docker": (Files.CONTEXT, ServerNeeds(docker="denied"), "host setup gpu01"),
    "no space for the project": (Files.CONTEXT, ServerNeeds(free=10), "uploads 1 kB"),
    "what the folders' own check tells": (Files.CONTEXT, ServerNeeds(writable=False), ""),
    "a private network home": (Files.CONTEXT, ServerNeeds(squash="/home/a"), "--workspace PATH"),
}


@pytest.mark.parametrize(("files", "found", "told"), LACKING.values(), ids=LACKING)
def test_a_missing_need_names_the_way_that_needs_less(tmp_path, monkeypatch, files, found, told):
    (tmp_path / "a").write_bytes(bytes(1000))
    monkeypatch.setattr(host_files, "probe_needs", lambda *_: found)
    doubts = host_files.need_doubts(Chosen(files), tmp_path, "/home/a/p", None)  # type: ignore[arg-type]
    assert told in " ".join(doubts) and bool(told) == bool(doubts)


def test_a_server_that_does_not_answer_is_told_once(tmp_path, monkeypatch):
    def silent(*_words):
        raise TargetError("no answer")

    monkeypatch.setattr(host_files, "probe_needs", silent)
    assert host_files.need_doubts(Chosen(Files.CONTEXT), tmp_path, "volume", None) == []  # type: ignore[arg-type]
