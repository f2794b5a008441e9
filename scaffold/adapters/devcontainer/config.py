"""Reads devcontainer.json, which is JSON with comments and trailing commas."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scaffold.adapters.local.files import read_file
from scaffold.errors import InputError
from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_jsonc, read_yaml

LOCATIONS = (".devcontainer/devcontainer.json", ".devcontainer.json")
"""Paths that the tools read, in their order: containers.dev, devcontainer.json reference."""


def find_config(workspace: Path, name: str | None = None) -> Path | None:
    """The configuration of a workspace: the one in `.devcontainer/NAME`, or the default one.

    By default it is the main one, else the only one in a folder of its own. Raises InputError
    if there is no configuration of that name, or the choice is open.
    """
    if name:
        return _named(workspace, name)
    main = next((workspace / path for path in LOCATIONS if (workspace / path).is_file()), None)
    found = [main] if main else _second_configs(workspace)
    if len(found) > 1:
        names = ", ".join(path.parent.name for path in found)
        raise InputError(
            f"{workspace} has several dev container configurations: {names}",
            hint=f"choose one: --config {found[0].parent.name}",
        )
    return found[0] if found else None


def _second_configs(workspace: Path) -> list[Path]:
    return sorted((workspace / ".devcontainer").glob("*/devcontainer.json"))


def _named(workspace: Path, name: str) -> Path:
    found = {path.parent.name: path for path in _second_configs(workspace)}
    if name in found:
        return found[name]
    known = ", ".join(found) or "none"
    raise InputError(
        f"there is no .devcontainer/{name}/devcontainer.json in {workspace}",
        hint=f"known: {known}; to write it: scaffold init --config {name}",
    )


def read_config(path: Path) -> dict[str, Any]:
    """The settings of a file. Raises InputError if it is not a JSON object."""
    try:
        found = read_jsonc((read_file(path) or b"").decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f"{path} is not a JSON object", hint="scaffold init writes one")
    return found


def compose_files(path: Path, config: Mapping[str, Any]) -> dict[Path, dict[str, Any]]:
    """The Compose files that a devcontainer.json at `path` names, in its order.

    A file that cannot be read is empty; the Dev Containers CLI names its fault.
    """
    names = config.get("dockerComposeFile")
    listed = [names] if isinstance(names, str) else list(names or ())
    return {(path.parent / str(name)): _read_compose(path.parent / str(name)) for name in listed}


def _read_compose(path: Path) -> dict[str, Any]:
    try:
        found = read_yaml((read_file(path) or b"").decode("utf-8", "replace"))
    except (BrokenDocumentError, InputError):
        return {}
    return found if isinstance(found, dict) else {}
