"""The engine of a `scaffold container` command, and hints that name it."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.container.hints import for_host
from scaffold.errors import ScaffoldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scaffold.adapters.docker.engine import DockerEngine


@contextmanager
def opened_engine(host: str | None, ssh_config: Path | None) -> "Iterator[DockerEngine]":
    """Open the engine; hints of errors name its host, so that they can be pasted."""
    from scaffold.adapters.docker.engine import docker_engine

    try:
        with docker_engine(host, ssh_config) as engine:
            yield engine
    except ScaffoldError as error:
        error.hint = for_host(error.hint, host, ssh_config)
        raise
