"""`scaffold host`: servers."""

import click

from scaffold.cli.host.check import check
from scaffold.cli.host.known import list_hosts, remove
from scaffold.cli.host.setup import setup


@click.group(short_help="Check servers, set them up, and connect to them.")
def command() -> None:
    """Check servers, set them up, list and remove them."""


for one in (check, setup, list_hosts, remove):
    command.add_command(one)
