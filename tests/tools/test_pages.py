"""Every command of README and docs is one that the program takes, and runs or has its reason."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator

import click
import pytest

from scaffold.cli.main import cli
from tests.cli.conftest import host, scaffold
from tests.tools.page_blocks import CONFLICT, PAGES, REASONS, ROOT, RUN, blocks, page_lines, reason

__all__ = ["host", "scaffold"]

LINES = page_lines()
TYPED = list(dict.fromkeys(line.text for line in LINES if line.text.startswith("scaffold ")))
RUNNING = [line for line in TYPED if reason(line) in {RUN, CONFLICT}]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A reader's computer: a home folder with data, a project in it, an answers file."""
    folder = tmp_path / "my-ml-project"
    for name in ("data", "my-ml-project/my-project", "my-ml-project/runs"):
        (tmp_path / name).mkdir(parents=True)
    (folder / "requirements.txt").write_text("torch>=2.6\n")
    (folder / "answers.toml").write_text('[answers]\npython = "3.12"\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(folder)
    return folder


def test_each_line_is_run_or_has_its_reason():
    assert [line for line in LINES if not reason(line.text)] == []


def test_each_reason_is_used_and_its_test_exists():
    used = {reason(line.text) for line in LINES}
    for _, why in REASONS:
        assert why in used, why
        for name in re.findall(r"tests/[\w/]+\.py", why):
            assert (ROOT / name).is_file(), name


def parsed(words: list[str]) -> None:
    """Parse a command line as the program does, and call nothing."""
    command: click.Command = cli
    context = click.Context(cli, info_name="scaffold")
    while isinstance(command, click.Group) and words:
        name, *words = words
        found = command.get_command(context, name)
        assert found, name
        command, context = found, click.Context(found, parent=context, info_name=name)
    try:
        command.make_context(command.name, words, parent=context.parent)
    except click.exceptions.Exit as answered:
        assert answered.exit_code == 0


@pytest.mark.parametrize("line", TYPED)
def test_program_takes_the_line(line, project):
    parsed(shlex.split(line)[1:])


@pytest.mark.parametrize("line", RUNNING)
def test_line_runs(line, project, scaffold):
    words = shlex.split(line)[1:]
    if words[0] == "init":
        words += ["--yes"]
    done = scaffold(*words)
    # What a check finds on the machine of the test is its own matter.
    checks = words[0] in {"doctor", "host"}
    assert done.code in ({0, 1} if checks else {int(reason(line) == CONFLICT)}), done.err
    assert "bug:" not in done.err


def helps(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[str]:
    """The example lines in the help of a command, and of those below it."""
    for line in (command.help or "").splitlines():
        if line.strip().startswith("scaffold "):
            # What follows two spaces is a comment; the shell takes the file of `> FILE`.
            yield re.split(r" {2,}| > ", line.strip())[0]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if found := command.get_command(context, name):
                yield from helps(found, (*words, name))


@pytest.mark.parametrize("line", dict.fromkeys(helps(cli)))
def test_program_takes_the_examples_of_its_help(line, project):
    parsed(shlex.split(line)[1:])


def test_make_targets_of_the_pages_exist():
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = {line.text.split()[1] for line in LINES if line.text.startswith("make ")}
    assert named <= set(targets)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_python_of_a_page_compiles(path):
    for language, text in blocks(path):
        if language == "python":
            compile(text, str(path), "exec")


def test_pages_have_no_broken_shell_line():
    lines = "\n".join(line.text for line in LINES)
    assert shutil.which("bash")
    done = subprocess.run(["bash", "-n"], input=lines, text=True, capture_output=True, check=False)
    assert done.stderr == ""
