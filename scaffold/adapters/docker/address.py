"""The address of the engine, chosen as the docker CLI does."""

import os
from typing import Any

from scaffold.errors import InputError


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
