"""Whether the file system of a container differs from its image."""

import re
from collections.abc import Collection, Mapping
from posixpath import dirname
from typing import Any

from scaffold.container.engine_json import rows, table

ENGINES_OWN = frozenset(
    {"/etc", "/etc/hostname", "/etc/hosts", "/etc/mtab", "/etc/resolv.conf", "/dev", "/run", "/"}
)
"""What the engine writes into every container: github.com/moby/moby, daemon/initlayer."""


INIT = frozenset({"/sbin/docker-init", "/usr/sbin/docker-init"})
"""Where the engine mounts its init program (`--init`), by how the image's /sbin is made."""


_MARKER = "/var/devcontainer/.patchEtc{}Marker"

_TOOLS = re.compile(
    r"/var/devcontainer(/.*)?|(/root|/home/[^/]+)/\.(devcontainer|vscode-server)(/.*)?"
    r"|/tmp/devcontainer[^/]*(/.*)?"
)
"""What the Dev Containers CLI (0.89) and VS Code write into a container, and write again."""


def without_tools(changed: Collection[str] | None) -> Collection[str] | None:
    """The changed paths but for those that the dev container tools wrote."""
    if changed is None:
        return None
    patched = {
        path
        for path, name in (("/etc/environment", "Environment"), ("/etc/profile", "Profile"))
        if _MARKER.format(name) in changed
    }
    theirs = {path for path in changed if _TOOLS.fullmatch(path)} | patched
    # A folder is listed because of what changed in it.
    above = {folder for path in theirs for folder in _with_ancestors(path)}
    return tuple(path for path in changed if path not in above)


def has_changes(inspect: Mapping[str, Any], changed: Collection[str] | None) -> bool:
    """Whether any changes have to be kept; None means more changes than were read."""
    if changed is None:
        return True
    targets = {str(mount["Destination"]) for mount in rows(inspect, "Mounts")}
    targets |= {*table(inspect, "HostConfig", "Tmpfs"), *INIT.intersection(changed)}
    # The engine creates mount points and their parent folders again.
    made = {ancestor for target in targets for ancestor in _with_ancestors(target)}
    return not set(changed) <= made | ENGINES_OWN


def _with_ancestors(path: str) -> set[str]:
    found = {path}
    while path not in {"/", ""}:
        path = dirname(path)
        found.add(path)
    return found
