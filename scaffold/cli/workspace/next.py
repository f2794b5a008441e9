"""`scaffold` without a command: where you stand, and what comes next in this folder."""

from pathlib import Path

from scaffold.cli.report import line, pairs
from scaffold.cli.terminal import say


def show_next() -> None:
    """Print the state of the current folder and the next commands."""
    from scaffold.commands.workspace.next import next_steps

    found = next_steps(_here())
    say(found.state)
    line(("\nNext", "bold"))
    pairs(found.steps)
    say("\nAll commands: scaffold --help")


def _here() -> Path:
    """The current folder. Raises InputError if it was deleted."""
    from scaffold.errors import InputError

    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise InputError(
            "the current folder no longer exists", hint="go to another one, such as: cd"
        ) from error
