"""Reads devcontainer.json, which is JSON with comments and trailing commas."""

from pathlib import Path
from typing import Any

from scaffold.errors import InputError

LOCATIONS = (".devcontainer/devcontainer.json", ".devcontainer.json")
"""Paths that the tools read, in their order: containers.dev, devcontainer.json reference."""


def find_config(workspace: Path) -> Path | None:
    """The configuration of a workspace; the one that the tools prefer if there are several."""
    return next(
        (workspace / location for location in LOCATIONS if (workspace / location).is_file()), None
    )


def read_config(path: Path) -> dict[str, Any]:
    """The settings of a file. Raises InputError if it is not a JSON object."""
    import json5

    try:
        found = json5.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{path} is not a JSON object", hint="scaffold init writes one")
    return found
