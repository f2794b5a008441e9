"""`scaffold container`: containers that are there already."""

import click

from scaffold.cli.container_list import list_


@click.group(short_help="Containers that are there already.")
def command() -> None:
    """Get back into containers, and change what Docker cannot change: ports, volumes, GPUs.

    They are those of the docker CLI's own engine (DOCKER_HOST, the current context), or of
    --host NAME.
    """


command.add_command(list_)
