"""The generated reference names every command and every key, and its examples hold."""

from scaffold.answers.questions import QUESTIONS
from scaffold.cli.main import COMMANDS
from tests.cli.conftest import host, scaffold
from tests.json_documents import commands_with_json
from tests.tools.page_blocks import ROOT, blocks
from tools.reference import answers, api, commands

__all__ = ["host", "scaffold"]


def test_each_command_has_its_part_with_its_flags():
    page = commands.page()
    assert all(f"### `scaffold {name}`" in page for name in (*COMMANDS, *commands_with_json()))
    assert page.count("| `--json`") == len(commands_with_json())


def test_each_key_of_the_answers_file_is_listed():
    page = answers.page()
    assert all(f"| `{question.key}` |" in page for question in QUESTIONS)


def test_answers_of_the_page_are_accepted_and_a_wrong_key_is_not(scaffold, tmp_path):
    (tmp_path / "requirements.txt").write_text("torch\n")
    (example,) = [text for kind, text in blocks(ROOT / "docs/answers.md") if kind == "toml"]
    for text, code in ((example, 0), ('framwork = "torch"\n', 2)):
        (tmp_path / "answers.toml").write_text(text)
        words = ("init", "--yes", "--dry-run", "--answers", tmp_path / "answers.toml", tmp_path)
        assert scaffold(*words).code == code


def test_each_name_of_the_api_is_described():
    page = api.page()
    assert "## `check_hosts`" in page
    assert "## `Verdict`" in page
    assert "0x" not in page
