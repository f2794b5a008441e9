"""A devcontainer.json, which is JSON with comments and trailing commas."""

from pathlib import Path
from typing import Any

from scaffold.errors import InputError

PLACES = (".devcontainer/devcontainer.json", ".devcontainer.json")
"""Where the tools look, in their order: containers.dev, devcontainer.json reference."""


def find_config(workspace: Path) -> Path | None:
    """The configuration of a workspace; of several, the one that the tools take unasked."""
    return next((workspace / place for place in PLACES if (workspace / place).is_file()), None)


def read_config(path: Path) -> dict[str, Any]:
    """Its settings. Raises InputError for a file that is no JSON object."""
    import json5

    try:
        found = json5.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{path} is no JSON object", hint="scaffold init writes one")
    return found
