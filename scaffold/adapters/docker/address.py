"""The address of the engine, chosen as the docker CLI does, and the ssh command to it."""

import os
from pathlib import Path
from typing import Any

from scaffold.adapters.ssh.config import parse_destination
from scaffold.errors import InputError

DIAL = ("docker", "system", "dial-stdio")
"""The command on the host that connects its input and output to the engine."""


def ssh_command(address: str, config: Path | None) -> tuple[str, ...]:
    """The ssh command that carries a connection; it uses the user's ssh config."""
    to = parse_destination(address)
    return (
        "ssh",
        *(("-F", str(config)) if config else ()),
        *(("-l", to.user) if to.user else ()),
        *(("-p", str(to.port)) if to.port else ()),
        *("--", to.host, *DIAL),
    )


def engine_settings() -> dict[str, Any]:
    """DOCKER_HOST, then DOCKER_CONTEXT, then the current context: the docker CLI's order."""
    from docker.context import ContextAPI
    from docker.context.config import get_current_context_name
    from docker.utils import kwargs_from_env

    settings: dict[str, Any] = kwargs_from_env()
    if settings.get("base_url"):
        return settings
    name = os.environ.get("DOCKER_CONTEXT") or get_current_context_name()
    # Without a config.json the package looks for contexts in the current folder.
    if ContextAPI.get_context(name) is None:
        raise InputError(
            f"no Docker context named {name!r}",
            hint="list them with: docker context ls; or set DOCKER_HOST",
        )
    return {**settings, **ContextAPI.kwargs_from_context(name)}
