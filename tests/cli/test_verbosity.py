"""`--quiet` and `--verbose` on every command, with one meaning."""

import json
import subprocess

import click
import pytest

from scaffold.cli import main, terminal, verbosity
from scaffold.cli.consent import progress


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    ctx = click.Context(group)
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        below = isinstance(command, click.Group)
        found += commands(command, (*path, name)) if below else [(*path, name)]
    return found


@pytest.mark.parametrize("words", commands(main.cli), ids=" ".join)
def test_every_command_has_both(scaffold, words):
    text = scaffold(*words, "--help").out
    assert "--quiet" in text
    assert "--verbose" in text


def test_quiet_prints_errors_and_json_alone(scaffold, tmp_path):
    (tmp_path / "requirements.txt").write_text("torch\n")
    done = scaffold("init", tmp_path, "--yes", "--quiet")
    assert (done.code, done.out) == (0, "")
    assert (tmp_path / ".devcontainer/Dockerfile").is_file()
    assert scaffold("catalogue", "gpus", "-q").out == ""
    assert json.loads(scaffold("init", tmp_path, "--json", "-q").out)["schema"] == 1
    wrong = scaffold("init", tmp_path / "none", "-q")
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err.startswith("error: ")
    assert scaffold("catalogue", "gpus").out != ""


def test_quiet_has_no_progress(capsys):
    terminal.set_quiet(wanted=True)
    with progress("copying", total=3) as update:
        update(0.5)
    verbosity.begin()
    assert capsys.readouterr().err == ""


def test_verbose_prints_each_program_without_secrets(scaffold, capsys):
    assert scaffold("config", "path", "-v").code == 0
    token = "ghp_" + "a1B2c3D4e5" * 3 + "f6G7h8"
    subprocess.run(["true", token, "x" * 400], check=True)
    err = capsys.readouterr().err
    assert err.startswith("run: true ")
    assert token not in err
    assert len(err) < 400
    verbosity.begin()
    subprocess.run(["true"], check=True)
    assert capsys.readouterr().err == ""


def test_short_forms_that_mean_something_else_stay(scaffold):
    text = scaffold("container", "recreate", "--help").out
    assert "-v, --volume" in text
