"""The tutorial quotes the guide's test: every command of the page is run, or named otherwise."""

import re
from pathlib import Path

from scaffold.cli.main import COMMANDS
from tests.cli.conftest import host, scaffold
from tests.lab.support.guide import AS_FILES, BY_HAND, IMAGE

__all__ = ["host", "scaffold"]

PAGE = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
REMOTE = PAGE[PAGE.index("## 3.") : PAGE.index("## 4.")]
BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(text):
    return [line for block in BLOCK.findall(text) for line in block.splitlines()]


def test_page_has_the_commands_of_the_test_in_their_order():
    quoted = commands(PAGE.replace(REMOTE, ""))
    assert quoted == [step.command for step in (*BY_HAND, *AS_FILES)]


def test_commands_for_a_server_exist():
    assert {line.split()[1] for line in commands(REMOTE)} <= COMMANDS.keys()


def test_dockerfile_that_is_explained_is_the_one_that_is_written(scaffold, tmp_path):
    (tmp_path / "requirements.txt").write_text("six\n")
    done = scaffold("init", "--yes", "--image", IMAGE, "--python", "3.11", tmp_path)
    assert done.code == 0, done.err
    written = (tmp_path / ".devcontainer" / "Dockerfile").read_text()
    explained = PAGE[PAGE.index("## 4.") :]
    lines = re.findall(r"^\| `(.+?)` \|", explained, re.MULTILINE)
    assert len(lines) == 8
    assert [line for line in lines if line not in written] == []
