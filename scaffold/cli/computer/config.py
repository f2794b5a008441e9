"""`scaffold config`: the user's defaults for `init`."""

from typing import ClassVar

import click

from scaffold.cli.groups import CommandTable, LazyGroup


class ConfigGroup(LazyGroup):
    """The commands of `scaffold config`."""

    table: ClassVar[CommandTable] = {
        "list": ("computer.config_commands:list_", "List the defaults that are set."),
        "get": ("computer.config_commands:get", "Print the value of one default."),
        "set": ("computer.config_commands:set_", "Set a default, such as: set mirror tuna"),
        "unset": ("computer.config_commands:unset", "Remove a default."),
        "path": ("computer.config_commands:path", "Print where the file is."),
        "edit": ("computer.config_commands:edit", "Open the file in your editor, and check it."),
    }


@click.group(cls=ConfigGroup, invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Set defaults for every `scaffold init`: mirrors, mounts, user, shared memory …

    Flags and the answers of a project go first. Keys: mirror, mount, user, shm, installer,
    extension, feature; each takes what the flag of init with its name takes.

    \b
    scaffold config set mirror tuna
    scaffold config set mount /data:/data models:/models
    scaffold config unset mount

    Without a command, it lists them.
    """
    if ctx.invoked_subcommand is None:
        from scaffold.cli.computer.config_commands import list_

        ctx.invoke(list_)
