"""`scaffold container`: containers that are there already."""

import click

from scaffold.cli.adopt.adopt import adopt
from scaffold.cli.container.list import list_
from scaffold.cli.container.prune import prune
from scaffold.cli.container.recreate import recreate
from scaffold.cli.container.save import save


@click.group(short_help="Containers that are there already.")
def command() -> None:
    """Get back into containers, change what Docker cannot change, and make them again elsewhere.

    They are those of the docker CLI's own engine (DOCKER_HOST, the current context), or of
    --host NAME.
    """


for _command in (list_, recreate, save, adopt, prune):
    command.add_command(_command)
