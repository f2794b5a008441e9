"""Mistakes on the command line: one form, and what was meant."""

import pytest

from scaffold.cli.main import COMMANDS, SECTIONS
from scaffold.cli.near_misses import COMMANDS as MEANT
from scaffold.cli.near_misses import OPTIONS
from scaffold.cli.usage_errors import unknown_choice
from scaffold.nearest import nearest

MISTAKES = {
    "a command with letters exchanged": (["inti"], "has no command 'inti'", "scaffold init"),
    "another spelling of a command": (["catalog"], "no command 'catalog'", "scaffold catalogue"),
    "a command of other tools": (["ps"], "has no command 'ps'", "scaffold status"),
    "a command of a group": (["setup"], "has no command 'setup'", "scaffold host setup"),
    "a command below a group": (
        ["host", "chekc"],
        "scaffold host has no command 'chekc'",
        "scaffold host check",
    ),
    "a command below a table of commands": (
        ["catalogue", "gpuz"],
        "no command 'gpuz'",
        "scaffold catalogue gpus",
    ),
    "a command of docker below container": (
        ["container", "ls"],
        "scaffold container has no command 'ls'",
        "scaffold container list?",
    ),
    "an option": (["init", "--tarket", "cpu"], "no option --tarket", "did you mean --target?"),
    "an option of another command": (
        ["container", "recreate", "x", "--port", "8"],
        "--port",
        "did you mean --publish?",
    ),
    "an option that saves a secret": (
        ["container", "save", "x", "y:1", "--include", "A"],
        "--include",
        "did you mean --include-secret?",
    ),
    "an option that docker update changes": (
        ["container", "recreate", "x", "--memory=8g"],
        "no option --memory",
        "docker update --memory 8g NAME",
    ),
    "an option that docker rename is for": (
        ["container", "recreate", "x", "--name=y"],
        "no option --name",
        "docker rename NAME NEW",
    ),
    "an option that only a new container can have": (
        ["container", "recreate", "x", "--user=root"],
        "no option --user",
        "--dry-run prints a docker run command",
    ),
    "an option with one dash": (["init", ".", "-yes"], "no option -yes", "did you mean --yes?"),
    "an option before its command": (["-v", "init"], "no option -v", "follow their command"),
    "an option of docker run for up": (["up", "--gpus", "all"], "--gpus", "scaffold init takes it"),
    "the option of docker compose up": (["up", "-d"], "-d", "always runs in the background"),
    "a release of CUDA": (["init", "--cuda", "12.4"], "--cuda", "torch==2.6.0+cu124"),
    "no GPU": (["init", "--no-gpu"], "--no-gpu", "--gpu none"),
    "a port of ssh": (["host", "setup", "a@b", "--port", "22"], "--port", "USER@SERVER:2222"),
    "a command of a host": (["host", "add", "x"], "no command 'add'", "scaffold host setup?"),
    "a key as a command": (["config", "shm"], "no command 'shm'", "scaffold config set shm?"),
    "help as a command": (["help"], "no command 'help'", "scaffold --help"),
    "version as a command": (["version"], "no command 'version'", "scaffold --version?"),
    "a choice": (["verify", "--gpu", "requird"], "--gpu: unknown choice", "did you mean required?"),
    "a choice that is near to none": (["verify", "--gpu", "xyz"], "'xyz'", "choose one of req"),
    "a choice of init": (["init", "--gpu", "requird"], "'requird'", "did you mean required?"),
    "an option without its value": (["host", "check", "local", "--for"], "requires", "--help"),
    "a word too many": (
        ["up", "a", "b"],
        "got unexpected extra argument (b)",
        "scaffold up --help",
    ),
    "a missing argument": (["host", "setup"], "missing argument 'HOST'", "host setup --help"),
    "a word that is near to nothing": (["qqqqq"], "no command 'qqqqq'", "lists all commands"),
}


@pytest.mark.parametrize(("words", "wrong", "meant"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_told_in_one_form(scaffold, words, wrong, meant):
    done = scaffold(*words)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("error: ")
    assert "Usage:" not in done.err
    assert wrong in done.err
    assert meant in done.err
    assert len(done.err.splitlines()) <= 3


def test_every_word_of_other_tools_names_a_command_that_exists(scaffold):
    for group, words in MEANT.items():
        for word, command in words.items():
            assert (group, word) not in {("", one) for one in COMMANDS}
            assert scaffold(*group.split(), *command.split(), "--help").code == 0


def test_every_option_of_other_tools_names_an_option_that_exists(scaffold):
    for command, options in OPTIONS.items():
        listed = scaffold(*command.split(), "--help").out
        for typed, right in options.items():
            done = scaffold(*command.split(), "x", typed)
            assert f"did you mean {right}?" in done.err or "has no option" not in done.err
            assert right in listed


def test_help_has_parts_and_starts_with_what_a_newcomer_needs(scaffold):
    lines = scaffold("--help").out.splitlines()
    titles = [line for line in lines if line.endswith(":") and not line.startswith(("Usage", " "))]
    assert titles == ["Options:", *(f"{title}:" for title in SECTIONS)]
    assert next(iter(SECTIONS)) == "Start here"


def test_nearest_knows_no_case_and_takes_no_far_word():
    assert nearest("GPU1", ["gpu01", "web"]) == "gpu01"
    assert nearest("x", ["gpu01"]) == ""
    assert "one of a, b" in unknown_choice("--x", "zzz", ("a", "b")).hint


def test_group_without_a_command_shows_its_help_and_no_error(scaffold):
    done = scaffold("host")
    assert done.code == 2
    assert done.err.startswith("Usage: ")
    assert "check" in done.err
