"""Options that all `scaffold container` commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--host", metavar="NAME", help="Use the Docker engine of this host, over SSH."),
    click.option(
        "--ssh-config",
        type=click.Path(path_type=Path),
        help="Use this file instead of ~/.ssh/config.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)


def engine_options(command: F) -> F:
    """Add `host`, `ssh_config` and `as_json` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
