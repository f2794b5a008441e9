"""Whose a container is, on a host that several people share."""

from collections.abc import Mapping
from typing import Any

from scaffold.container.engine_json import rows, table
from scaffold.parsing.untrusted.printable import printable

OWNER = "io.gpu-scaffold.owner"
"""Label that `scaffold up` writes: the login on the engine's host."""

_HOMES = ("/home/", "/Users/")


def owner_of(container: Mapping[str, Any]) -> str:
    """The account that a container belongs to: by its label, or the home folder that it mounts.

    Empty if neither names one.
    """
    labels = table(container, "Config", "Labels") or table(container, "Labels")
    if known := labels.get(OWNER):
        return printable(str(known))
    sources = [str(mount.get("Source") or "") for mount in rows(container, "Mounts")]
    return next((name for path in sources if (name := _of_home(path))), "")


def _of_home(path: str) -> str:
    """The account whose home folder a path is in."""
    if path.startswith("/root/"):
        return "root"
    for homes in _HOMES:
        if path.startswith(homes):
            return printable(path.removeprefix(homes).partition("/")[0])
    return ""


def is_of(container: Mapping[str, Any], account: str) -> bool | None:
    """Whether a container belongs to an account; None if nothing says whose it is."""
    owner = owner_of(container)
    return owner == account if owner else None
