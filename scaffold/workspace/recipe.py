"""What a dev container was created from, and whether the files say something else by now."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from scaffold.project.formats.dockerfile import read_dockerfile
from scaffold.project.sources import Subject
from scaffold.records import dataclass
from scaffold.workspace.devcontainer import settings

_IDS = re.compile(r"useradd\b[^\n]*?--uid (\d+) --gid (\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Base image and user of a configuration, each empty if unknown, and a digest of its files."""

    base: str = ""
    user: str = ""
    digest: str = ""


def recipe_of(config: Mapping[str, Any], dockerfile: bytes, files: Mapping[str, bytes]) -> Recipe:
    """The recipe of a configuration: its settings, its Dockerfile, every file by its name."""
    text = dockerfile.decode("utf-8", "replace")
    notes = read_dockerfile("Dockerfile", text).notes
    named = [one.value for one in notes if one.topic is Subject.BASE]
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return Recipe(
        base=next(iter(named), "") or str(config.get("image") or ""),
        user=_user(config, text),
        digest=digest.hexdigest(),
    )


def _user(config: Mapping[str, Any], dockerfile: str) -> str:
    name = config.get("remoteUser") or config.get("containerUser") or ""
    ids = _IDS.search(dockerfile)
    return f"{name} ({ids[1]}:{ids[2]})" if name and ids else str(name)


def changed(container: Mapping[str, Any], then: Recipe | None, now: Recipe) -> tuple[str, ...]:
    """How image and user differ from those that a container was created with.

    Without a record only the user's name is known, from the container's own label.
    """
    if then is None:
        made = settings(container).get("remoteUser")
        name = now.user.partition(" ")[0]
        differs = isinstance(made, str) and made and name and "$" not in name and made != name
        return (f"user {made}, now {name}",) if differs else ()
    pairs = (("image", then.base, now.base), ("user", then.user, now.user))
    return tuple(f"{what} {old}, now {new}" for what, old, new in pairs if old != new and new)
