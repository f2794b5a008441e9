"""The address of the engine, chosen as the docker CLI does, and a client for it."""

import os
from typing import TYPE_CHECKING, Any

from scaffold.adapters.docker import import_docker
from scaffold.adapters.docker.contexts import context, current, settings_file
from scaffold.adapters.local.files import read_file, shown
from scaffold.errors import InputError

if TYPE_CHECKING:
    from docker import APIClient


def engine_settings() -> dict[str, Any]:
    """DOCKER_HOST, then DOCKER_CONTEXT, then the current context: the docker CLI's order."""
    import_docker()
    from docker.context import ContextAPI
    from docker.utils import kwargs_from_env

    settings: dict[str, Any] = kwargs_from_env()
    if settings.get("base_url"):
        return settings
    name = os.environ.get("DOCKER_CONTEXT") or current()
    if name == "default":
        return {**settings, **ContextAPI.kwargs_from_context(name)}
    found = context(name)
    if found is None:
        raise InputError(
            f"no Docker context named {name!r}",
            hint="list them with: docker context ls; or set DOCKER_HOST",
        )
    # Without a config.json the package looks for contexts in the current folder.
    if found.endpoint.startswith("tcp:") and settings_file().is_file():
        try:
            return {**settings, **ContextAPI.kwargs_from_context(name)}
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise InputError(
                f"the Docker context {name!r} cannot be read: {error}",
                hint="make it again: docker context create --help",
            ) from error
    return {**settings, "base_url": found.endpoint}


def api_client(*arguments: Any, **options: Any) -> "APIClient":
    """The package's client. Raises InputError for settings of Docker that it cannot use."""
    import_docker()
    from docker import APIClient

    path = settings_file()
    read_file(path)
    try:
        return APIClient(*arguments, **options)
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise InputError(
            f"{shown(path)} is not what Docker writes: {error}", hint="fix it, or move it away"
        ) from error
