"""`scaffold host`: servers."""

from typing import ClassVar

import click

from scaffold.cli.groups import CommandTable, LazyGroup


class HostGroup(LazyGroup):
    """The commands of `scaffold host`."""

    table: ClassVar[CommandTable] = {
        "check": (
            "host.check:check",
            "Check whether a host can run GPU containers, and how to fix it.",
        ),
        "setup": ("host.setup:setup", "Prepare a server for GPU containers. Safe to run again."),
        "list": (
            "host.known:list_hosts",
            "List the servers set up here, and your SSH Docker contexts.",
        ),
        "remove": ("host.known:remove", "Remove a host's ssh alias and Docker context."),
    }


@click.group(cls=HostGroup)
def command() -> None:
    """Check servers, set them up, list and remove them."""
