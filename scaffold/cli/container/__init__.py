"""`scaffold container`: existing containers."""

import click

from scaffold.cli.adopt.adopt import adopt
from scaffold.cli.container.list import list_
from scaffold.cli.container.prune import prune
from scaffold.cli.container.recreate import recreate
from scaffold.cli.container.save import save
from scaffold.cli.near_misses import ContainerGroup


@click.group(cls=ContainerGroup, short_help="List, change, save or convert existing containers.")
def command() -> None:
    """List, change, save or convert existing containers.

    Uses the Docker engine that the docker command uses (DOCKER_HOST, or the current context),
    or the one of --host NAME.
    """


for _command in (list_, recreate, save, adopt, prune):
    command.add_command(_command)
