"""`scaffold container`: existing containers."""

from typing import ClassVar

import click

from scaffold.cli.groups import CommandTable, LazyGroup


class ContainerGroup(LazyGroup):
    """The commands of `scaffold container`."""

    table: ClassVar[CommandTable] = {
        "list": ("container.list:list_", "List all containers and how to reconnect to each."),
        "recreate": (
            "container.recreate:recreate",
            "Change ports, volumes, GPUs … of a container.",
        ),
        "save": ("container.save:save", "Save a container as an image, with a check for secrets."),
        "adopt": ("adopt.adopt:adopt", "Convert a container into .devcontainer/."),
        "prune": ("container.prune:prune", "Remove old containers kept by recreate."),
    }


@click.group(cls=ContainerGroup)
def command() -> None:
    """List, change, save or convert existing containers.

    Uses the Docker engine that the docker command uses (DOCKER_HOST, or the current context),
    or the one of --host NAME.
    """
