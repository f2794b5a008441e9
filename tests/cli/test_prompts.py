"""Asking at a real terminal."""

import sys
import tomllib

import json5
import pexpect
import pytest

from scaffold.answers.questions import QUESTIONS
from scaffold.cli.init.interview import open_questions
from scaffold.cli.init.prompts import _complaint
from scaffold.facts import HostFacts
from scaffold.project.facts import ProjectFacts
from scaffold.project.framework import Framework

ENTER, DOWN = "\r", "\x1b[B"
QUESTION = {question.key: question for question in QUESTIONS}
# The report and each prompt come within seconds on any machine; a hang is a failure.
PATIENCE_S = 300


@pytest.fixture
def project(tmp_path):
    (tmp_path / "requirements.txt").write_text("torch>=2.8\n")
    return tmp_path


@pytest.fixture
def terminal(project, monkeypatch):
    # Without Docker, the container is not offered to be started.
    monkeypatch.setenv("PATH", str(project))
    child = pexpect.spawn(
        sys.executable,
        ["-m", "scaffold", "init", str(project)],
        dimensions=(50, 160),
        encoding="utf-8",
        timeout=PATIENCE_S,
    )
    yield child
    child.close(force=True)


def answer(terminal, prompt, keys=ENTER):
    terminal.expect_exact(prompt)
    terminal.send(keys)


def test_defaults_are_taken_with_enter(terminal, project):
    answer(terminal, "Where will the container run?")
    answer(terminal, "Does it need a GPU?", DOWN + ENTER)
    answer(terminal, "Which GPUs?")
    answer(terminal, "Which base image?")
    answer(terminal, "Folders with data")
    answer(terminal, "Ports", "8888" + ENTER)
    answer(terminal, "other settings")
    answer(terminal, "Write these 6 files?")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    settings = json5.loads((project / ".devcontainer/devcontainer.json").read_text())
    assert "--gpus=all" in settings["runArgs"]
    assert settings["forwardPorts"] == [8888]


def test_advanced_settings_are_asked_on_wish(terminal, project):
    answer(terminal, "Where will the container run?", DOWN + DOWN + ENTER)
    answer(terminal, "Which base image?")
    answer(terminal, "Folders with data")
    answer(terminal, "Ports")
    answer(terminal, "other settings", "y")
    for prompt in ("System packages", "Python versions", "What installs the", "What installs pack"):
        answer(terminal, prompt)
    for prompt in ("Must something be compiled",):
        answer(terminal, prompt)
    terminal.expect_exact("Shared memory")
    terminal.send("\x15" + "lots" + ENTER)
    terminal.expect_exact("cannot read")
    terminal.expect_exact("Shared memory")
    terminal.send("\x15" + "2g" + ENTER)
    for prompt in ("User in the container", "User id", "Group id", "Features", "More services"):
        answer(terminal, prompt)
    for prompt in ("Mirrors", "VS Code", "Write these"):
        answer(terminal, prompt)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    settings = json5.loads((project / ".devcontainer/devcontainer.json").read_text())
    assert "--shm-size=2g" in settings["runArgs"]


def test_nothing_is_written_without_consent(terminal, project):
    for prompt in (
        "Where will",
        "Does it need",
        "Which base image?",
        "Folders with",
        "Ports",
        "other",
    ):
        answer(terminal, prompt)
    answer(terminal, "Write these 6 files?", DOWN + DOWN + ENTER)
    terminal.expect_exact("Nothing was written")
    terminal.expect(pexpect.EOF)
    assert not (project / ".devcontainer").exists()


def test_earlier_answers_are_the_defaults_and_can_be_changed(terminal, project):
    record = project / ".devcontainer/scaffold.toml"
    record.parent.mkdir()
    record.write_text('[answers]\ngpu = "none"\nport = ["8888"]\n')
    answer(terminal, "Where will the container run?")
    answer(terminal, "Does it need a GPU?", DOWN + DOWN + ENTER)
    answer(terminal, "Which base image?")
    answer(terminal, "Folders with data")
    terminal.expect_exact("8888")
    terminal.send(ENTER)
    answer(terminal, "other settings")
    answer(terminal, "Write these 6 files?")
    terminal.expect(pexpect.EOF)
    answers = tomllib.loads(record.read_text())["answers"]
    assert (answers["gpu"], answers["port"]) == ("optional", ["8888"])


def test_interrupt_leaves_nothing_behind(terminal, project):
    terminal.expect_exact("Where will the container run?")
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
    assert [path.name for path in project.iterdir()] == ["requirements.txt"]


@pytest.mark.parametrize(("keys", "kept"), [("n", True), ("y", False)])
def test_own_file_is_shown_as_a_diff_and_replaced_only_on_consent(project, monkeypatch, keys, kept):
    monkeypatch.setenv("PATH", str(project))
    (project / ".devcontainer").mkdir()
    own = project / ".devcontainer/devcontainer.json"
    own.write_text('{"name": "mine"}\n')
    flags = ["--target", "local", "--gpu", "none", "--stack", "python", "--mount", "data:/d"]
    child = pexpect.spawn(
        sys.executable,
        ["-m", "scaffold", "init", *flags, "--port", "1", str(project)],
        dimensions=(200, 160),
        encoding="utf-8",
        timeout=PATIENCE_S,
    )
    answer(child, "Name of a second one", "\x15" + ENTER)
    answer(child, "other settings")
    child.expect_exact('-{"name": "mine"}')
    child.expect_exact("Replace your own")
    child.send(keys)
    if kept:
        child.expect_exact("half yours")
        answer(child, "Change an answer?", "n")
    else:
        answer(child, "Write these")
    child.expect(pexpect.EOF)
    child.close()
    assert (own.read_text() == '{"name": "mine"}\n') is kept
    assert bool(list(project.rglob("*.bak1"))) is not kept


def test_question_is_explained_and_a_wrong_answer_kept_for_correction(terminal, project):
    answer(terminal, "Where will the container run?", DOWN + DOWN + DOWN + ENTER)
    terminal.expect_exact("started over SSH")
    answer(terminal, "Where will the container run?")
    answer(terminal, "Does it need a GPU?", DOWN + DOWN + ENTER)
    terminal.expect_exact("left out, since it does not fit: tensorflow-image")
    answer(terminal, "Which base image?")
    answer(terminal, "Folders with data", "\x15" + "/no/such/folder:/data" + ENTER)
    terminal.expect_exact("mkdir -p /no/such/folder")
    answer(terminal, "Folders with data")
    answer(terminal, "Ports", "99999" + ENTER)
    terminal.expect_exact("a number from 1 to 65535")
    answer(terminal, "Ports", "\x15" + "80" + ENTER)
    answer(terminal, "other settings")
    answer(terminal, "Write these", DOWN + ENTER)
    answer(terminal, "Which answer?", "\x1b[A" * 2 + ENTER)
    answer(terminal, "Name of the dev container", "other" + ENTER)
    answer(terminal, "Write these")
    terminal.expect(pexpect.EOF)
    settings = json5.loads((project / ".devcontainer/devcontainer.json").read_text())
    assert settings["name"] == "other"
    assert settings["forwardPorts"] == [80]


def test_answer_that_a_conflict_refuses_is_changed_while_the_others_stay(terminal, project):
    (project / "requirements.txt").write_text("torch==99\n")
    answer(terminal, "Where will the container run?")
    answer(terminal, "Does it need a GPU?")
    answer(terminal, "Which base image?")
    answer(terminal, "Folders with data", "\x15" + ENTER)
    answer(terminal, "Ports", "80" + ENTER)
    answer(terminal, "other settings")
    terminal.expect_exact("conflict:")
    answer(terminal, "Change an answer?")
    terminal.expect_exact("Which answer?")
    terminal.expect_exact("framework")
    terminal.send(DOWN + ENTER)
    answer(terminal, "Which framework?", "\x15" + "torch>=2.8" + ENTER)
    answer(terminal, "Write these", DOWN + DOWN + ENTER)
    terminal.expect_exact("Nothing was written")
    terminal.expect(pexpect.EOF)


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("uid", "abc", "number"),
        ("uid", "1000", ""),
        ("port", "80, 99999", "65535"),
        ("gpus", "x", "count"),
        ("user", "A B", "lower-case"),
    ],
)
def test_wrong_answer_is_explained_below_the_line(key, text, words):
    complaint = _complaint(QUESTION[key], text)
    assert words in complaint
    assert bool(complaint) is bool(words)


def test_only_what_still_matters_is_open():
    project = ProjectFacts(framework=Framework.PYTORCH)
    assert "--framework" not in open_questions({}, project, HostFacts())
    assert "--framework" in open_questions({}, ProjectFacts(), HostFacts())
    assert "--gpu" not in open_questions({"target": "cpu"}, project, HostFacts())
    assert "--driver" in open_questions({"target": "remote"}, project, HostFacts())
