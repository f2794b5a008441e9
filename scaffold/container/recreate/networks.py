"""The networks of a container, with aliases and addresses, as a request needs them."""

from collections.abc import Mapping
from typing import Any

from scaffold.container.engine_json import SHORT_ID, Raw, rows, table
from scaffold.records import dataclass

Endpoints = dict[str, Raw]
"""Network to the settings of the container's endpoint in it."""

ASKED = ("IPAMConfig", "Links", "Aliases", "DriverOpts", "GwPriority")
"""Keys of an endpoint that a user sets."""


@dataclass(frozen=True, slots=True)
class ContainerNetworks:
    """Networks of a request: one on creation, the others are connected afterwards."""

    first: Endpoints
    further: Endpoints
    leave: tuple[str, ...] = ()


def read_networks(old: Mapping[str, Any]) -> ContainerNetworks:
    """The networks of a container; one that it was disconnected from is left again."""
    mode = str(table(old, "HostConfig").get("NetworkMode", ""))
    found = table(old, "NetworkSettings", "Networks")
    if mode.startswith("container:") or mode in {"host", "none"}:
        return ContainerNetworks({}, {})
    own = _own_network(mode, found)
    asked = {name: _asked(endpoint or {}, old) for name, endpoint in found.items()}
    further = {name: endpoint for name, endpoint in asked.items() if name != own}
    if own not in found:
        return ContainerNetworks({}, further, (own,))
    # The default network takes no settings, and the engine refuses even empty ones.
    first = {own: asked[own]} if asked[own] else {}
    return ContainerNetworks(first, further)


def _own_network(mode: str, found: Raw) -> str:
    """The network of `--network`, which may have been given by the start of its id."""
    if mode in {"default", "bridge", ""}:
        return "bridge"
    by_id = (
        name
        for name, endpoint in found.items()
        if len(mode) >= SHORT_ID and str((endpoint or {}).get("NetworkID", "")).startswith(mode)
    )
    return mode if mode in found else next(by_id, mode)


def _asked(endpoint: Raw, old: Mapping[str, Any]) -> Raw:
    asked = {key: endpoint[key] for key in ASKED if endpoint.get(key)}
    # Every container answers to its own short id; the new one will to its own.
    aliases = [alias for alias in rows(endpoint, "Aliases") if alias != str(old["Id"])[:SHORT_ID]]
    if aliases:
        asked["Aliases"] = aliases
    else:
        asked.pop("Aliases", None)
    return asked
