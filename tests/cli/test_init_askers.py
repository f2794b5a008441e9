"""Every reason names who asks: a flag, a file with its line, or an answer at a prompt."""

import pytest

from scaffold.commands.init.init import decide, read_init_facts
from scaffold.resolver.resolution import asks_for

CARD = ("--driver", "535.183.01", "--gpu-model", "T4", "--target", "remote")
PINNED = "[project]\nname = 'x'\nversion = '1'\nrequires-python = '>=3.11,<3.12'\n"


@pytest.fixture
def folder(tmp_path):
    """A project whose pyproject.toml names a Python."""
    (tmp_path / "pyproject.toml").write_text(PINNED + "dependencies = ['torch>=2.6']\n")
    (tmp_path / "given.toml").write_text('python = "3.10"\n')
    return tmp_path


def test_file_of_the_project_is_named_with_its_line(scaffold, folder):
    out = scaffold("init", "--yes", "--dry-run", folder, *CARD).out
    assert "because pyproject.toml:4 asks for <3.12,>=3.11" in out


def test_flag_is_named(scaffold, folder):
    out = scaffold("init", "--yes", "--dry-run", folder, *CARD, "--python", "3.12").out
    assert "because --python asks for ==3.12.*" in out


def test_flag_is_named_rather_than_the_answers_file(scaffold, folder):
    words = ("init", "--yes", "--dry-run", folder, *CARD, "--answers", folder / "given.toml")
    assert f"because {folder}/given.toml asks for ==3.10.*" in scaffold(*words).out
    assert "because --python asks for" in scaffold(*words, "--python", "3.12").out


def test_answers_of_an_earlier_run_are_named_by_their_file(scaffold, folder):
    scaffold("init", "--yes", folder, *CARD, "--python", "3.12", "--image", "python:3.12")
    (folder / ".devcontainer" / "Dockerfile").unlink()
    out = scaffold("init", "--yes", folder, "--image", "").out
    assert "because .devcontainer/scaffold.toml asks for ==3.12.*" in out
    scaffold("init", "--yes", folder, "--image", "python:3.12")
    assert "because .devcontainer/scaffold.toml named it" in scaffold("init", "--yes", folder).out


def test_answer_at_a_prompt_is_the_users(folder):
    decided = decide(read_init_facts(folder, {}), {"python": "3.12", "gpu": "none"})
    reasons = {one.what: one.because for one in decided.resolution.decisions}
    assert reasons["Python"] == "your answer asks for ==3.12.*"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--python", "3.10"), "Python: 3.10  because --python asks for ==3.10.*"),
        (("--framework", "torch>=2.6", "-v"), "--framework asks for >=2.6"),
        (("--project", "."), "because pyproject.toml:4 asks for >=3.11,<3.12"),
        (("--project", ".", "-v"), "pyproject.toml:5 asks for >=2.6"),
        (("--project", ".", "--python", "3.12"), "because --python asks for ==3.12.*"),
    ],
)
def test_resolve_names_them_too(scaffold, folder, monkeypatch, words, reason):
    monkeypatch.chdir(folder)
    assert reason in scaffold("resolve", "--driver", "535.183.01", "--gpu-model", "T4", *words).out


@pytest.mark.parametrize(
    ("askers", "text"),
    [
        (("a.txt:1",), "a.txt:1 asks for >=2"),
        (("a.txt:1", "setup.py:7"), "a.txt:1 and setup.py:7 ask for >=2"),
        (("a.txt:1", "setup.py:7", "README.md:9"), "a.txt:1 and 2 others ask for >=2"),
    ],
)
def test_of_many_askers_the_first_is_named(askers, text):
    assert asks_for(askers, ">=2") == text
