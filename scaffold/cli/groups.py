"""Groups of commands that import a command only when it is called."""

import importlib
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import click

CommandTable = Mapping[str, tuple[str, str]]
"""Name of a command to its place and its short help.

The place is `module:attribute` below `scaffold.cli`; the attribute is `command` where none stands.
"""


STEPS = "scaffold.steps"
"""Key of click's `meta` that is set while `scaffold start` runs one command after the other."""


def run_command(ctx: click.Context, name: str, words: Sequence[str]) -> int:
    """Run another command of ours in this process, as if it had been typed; its exit code."""
    root = ctx.find_root()
    command = cast("click.Group", root.command).get_command(root, name)
    code = cast("click.Command", command).main(
        list(words), prog_name=name, standalone_mode=False, parent=root
    )
    return int(code or 0)


class LazyGroup(click.Group):
    """A group that shows its help from a table, without importing any command of it."""

    table: ClassVar[CommandTable] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order a newcomer needs them."""
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command that was called."""
        if cmd_name not in self.table:
            return None
        place, _ = self.table[cmd_name]
        module, _, attribute = place.partition(":")
        found = importlib.import_module(f"scaffold.cli.{module}")
        command: click.Command = getattr(found, attribute or "command")
        from scaffold.cli.verbosity import with_verbosity

        return with_verbosity(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their short help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.table.items()])
