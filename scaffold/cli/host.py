"""`scaffold host`: servers."""

import click

from scaffold.cli.host_check import check


@click.group(short_help="Check servers.")
def command() -> None:
    """Look at servers by the names that your ssh config gives them."""


command.add_command(check)
