"""The group, its help, and the one place where errors become exit codes."""

import subprocess
import sys

import click
import pytest

from scaffold import __version__
from scaffold.cli import main

HEAVY = {"cookiecutter", "docker", "hypothesis", "paramiko", "questionary", "rich", "yaml"}


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_and_version_import_no_heavy_package(flag):
    program = (
        "import sys; from scaffold.cli.main import cli\n"
        f"try: cli.main(['{flag}'])\n"
        "except SystemExit: pass\n"
        f"print('HEAVY', sorted({HEAVY} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "HEAVY []" in done.stdout


def test_version_is_the_packages(scaffold):
    assert __version__ in scaffold("--version").out


def test_every_command_in_the_table_exists(scaffold):
    for name in main.COMMANDS:
        assert scaffold(name, "--help").code == 0


def test_unknown_command_is_the_users_to_correct(scaffold):
    done = scaffold("inti")
    assert (done.code, "inti" in done.err) == (2, True)


def test_unknown_option_is_the_users_to_correct(scaffold):
    assert scaffold("init", "--gpuz").code == 2


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_interrupt_has_its_own_exit_code(scaffold, monkeypatch, error):
    monkeypatch.setattr(main.cli, "main", raising(error))
    assert scaffold("init").code == 130


def test_reader_that_went_away_is_no_bug(scaffold, monkeypatch):
    monkeypatch.setattr(main.cli, "main", raising(BrokenPipeError()))
    assert scaffold("init").code == 1


def test_bug_leaves_a_log_without_the_values_of_options(scaffold, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(main.cli, "main", raising(ZeroDivisionError("oops")))
    done = scaffold("init", "--name=secret")
    (log,) = (tmp_path / "gpu-scaffold").iterdir()
    assert done.code == 3
    assert str(log) in done.err
    assert "ZeroDivisionError" in log.read_text()
    assert "--name" in log.read_text()
    assert "secret" not in log.read_text()


def test_bug_log_goes_elsewhere_where_home_cannot_be_written(scaffold, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(main.cli, "main", raising(ZeroDivisionError("oops")))
    assert "gpu-scaffold-" in scaffold("init").err


def raising(error: BaseException):
    def call(**_options):
        raise error

    return call
