"""Remembers what `up` created each container from, so that a later `up` sees what changed."""

import json
from dataclasses import asdict
from pathlib import Path

from scaffold.adapters.devcontainer.config import read_config
from scaffold.adapters.local.files import read_file, write_private
from scaffold.adapters.local.paths import state_folder
from scaffold.commands.workspace.up_target import UpTarget
from scaffold.parsing.untrusted.documents import read_json
from scaffold.workspace.recipe import Recipe, recipe_of

POST_CREATE = "post-create.sh"
"""The generated script that runs in the container."""

_FILES = ("devcontainer.json", "Dockerfile", "compose.yaml", POST_CREATE)
"""What decides a container, next to its configuration; notes and checks beside do not."""


def recipe_now(target: UpTarget) -> Recipe:
    """The recipe that the files of the project hold now."""
    path = target.root / target.config
    files = {
        name: content
        for name in (*_FILES, path.name)
        if (content := read_file(path.parent / name)) is not None
    }
    build = read_config(path).get("build")
    named = str(build.get("dockerfile") or "") if isinstance(build, dict) else ""
    dockerfile = files.get("Dockerfile", b"")
    if named and named != "Dockerfile":
        dockerfile = read_file(path.parent / named) or b""
    return recipe_of(read_config(path), dockerfile, files)


def recipe_then(container: str) -> Recipe | None:
    """The recipe that a container was created from; None if `up` did not record it."""
    try:
        found = read_json((read_file(_place(container)) or b"").decode())
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    return Recipe(**{key: str(found.get(key, "")) for key in asdict(Recipe())})


def record(container: str, recipe: Recipe) -> None:
    """Remember the recipe of a container that was just created."""
    write_private(_place(container), json.dumps(asdict(recipe)).encode())


def _place(container: str) -> Path:
    # The id comes from the engine.
    name = "".join(char for char in container if char.isalnum())[:64]
    return state_folder() / "up" / f"{name}.recipe.json"
