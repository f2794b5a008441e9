"""`scaffold start`: every step is said, what is done is skipped, and an error says how to go on."""

import subprocess
from pathlib import Path

import click
import pytest

from scaffold.cli import main
from scaffold.errors import TargetError


@pytest.fixture
def steps(monkeypatch, tmp_path):
    """The commands that start calls, each a stand-in that writes down its words."""
    monkeypatch.chdir(tmp_path)
    called, answers = [], {}

    def stand_in(name: str) -> click.Command:
        @click.command(context_settings={"ignore_unknown_options": True})
        @click.argument("words", nargs=-1, type=click.UNPROCESSED)
        @click.pass_context
        def command(ctx: click.Context, words: tuple[str, ...]) -> None:
            called.append((name, *words))
            answer = answers.get(name)
            if isinstance(answer, Exception):
                raise answer
            if name == "init" and answer is None:
                folder = Path(words[0]) / ".devcontainer"
                folder.mkdir()
                (folder / "devcontainer.json").write_text("{}")
            ctx.exit(answer or 0)

        return command

    found = main.cli.get_command

    def get_command(ctx: click.Context, name: str) -> click.Command | None:
        return stand_in(name) if name in {"init", "up", "open"} else found(ctx, name)

    monkeypatch.setattr(main.cli, "get_command", get_command)
    return type("Steps", (), {"called": called, "answers": answers, "folder": tmp_path})


def repository(folder: Path) -> str:
    """A real repository that git clones, and its address."""
    source = folder / "srv" / "net.git"
    source.mkdir(parents=True)
    for words in (
        ["init", "--quiet", str(source)],
        ["-C", str(source), *("-c", "user.name=a", "-c", "user.email=a@b.c"), "commit"],
    ):
        extra = ["--quiet", "--allow-empty", "-m", "x"] if words[-1] == "commit" else []
        subprocess.run(["git", *words, *extra], check=True, capture_output=True)
    return source.as_uri()


def test_a_folder_is_configured_started_and_opened(scaffold, steps):
    (steps.folder / "my net").mkdir()
    done = scaffold("start", "my net", "--yes")
    assert done.code == 0
    assert steps.called == [
        ("init", "my net", "--yes"),
        ("up", "my net"),
        ("open", "my net"),
    ]
    assert "[2/4] Configure: scaffold init 'my net' --yes" in done.out
    assert "[4/4] Open: scaffold open 'my net'" in done.out


def test_host_and_settings_go_to_the_commands_that_take_them(scaffold, steps):
    scaffold("start", "--host", "gpu01", "--trust", "--ssh-config", "c")
    flags = ("--host", "gpu01", "--ssh-config", "c", "--trust")
    assert steps.called == [
        ("init", ".", *flags),
        ("up", ".", *flags),
        ("open", ".", "--ssh-config", "c"),
    ]


def test_an_address_is_cloned_once(scaffold, steps):
    url = repository(steps.folder)
    steps.answers["up"] = 1
    done = scaffold("start", url, "--no-open")
    assert done.code == 1
    assert "[1/3] Clone file://" in done.out
    assert (steps.folder / "net" / ".git").is_dir()
    assert "To continue: scaffold start net" in done.err
    del steps.answers["up"]
    again = scaffold("start", url, "--no-open")
    assert again.code == 0
    assert "Configure: done already" in again.out
    assert [one[0] for one in steps.called] == ["init", "up", "up"]


def test_an_error_of_a_step_says_how_to_continue(scaffold, steps):
    steps.answers["up"] = TargetError("no", hint="fix it")
    done = scaffold("start")
    assert done.code == 1
    assert done.err.splitlines()[-1].strip() == "to continue afterwards: scaffold start ."
    steps.answers["up"] = TargetError("no")
    assert "hint: to continue afterwards" in scaffold("start").err


def test_init_that_writes_nothing_ends_it(scaffold, steps):
    steps.answers["init"] = 0
    done = scaffold("start")
    assert done.code == 1
    assert "Stopped: there is no configuration." in done.err
    assert len(steps.called) == 1


WRONG = {
    "a file": ("file", "is not a folder"),
    "nothing of that name": ("nowhere", "is no address of a git repository"),
    "an address without a name": ("https://x.org/..", "names no repository"),
    "a folder of that name": ("https://x.org/other", "is no clone of https://x.org/other"),
    "a repository that does not exist": ("file:///nowhere/net", "git cannot clone"),
}


@pytest.mark.parametrize(("where", "wrong"), WRONG.values(), ids=WRONG)
def test_wrong_places_are_told(scaffold, steps, where, wrong):
    (steps.folder / "file").write_text("")
    (steps.folder / "other").mkdir()
    done = scaffold("start", where)
    assert done.code in {1, 2}
    assert wrong in done.err
    assert not steps.called


def test_without_git_doctor_is_named(scaffold, steps, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    done = scaffold("start", "https://x.org/net")
    assert (done.code, "scaffold doctor" in done.err) == (2, True)
    (steps.folder / "net" / ".git").mkdir(parents=True)
    assert "is no clone" in scaffold("start", "https://x.org/net").err
