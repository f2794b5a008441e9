"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

ssh_config_option = click.option(
    "--ssh-config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Use this file instead of ~/.ssh/config.",
)
"""For every command that names a host."""

_OPTIONS = (
    click.option("--host", metavar="NAME", help="Use the Docker engine of this host, over SSH."),
    ssh_config_option,
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)


def engine_options(command: F) -> F:
    """Add `host`, `ssh_config` and `as_json` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
