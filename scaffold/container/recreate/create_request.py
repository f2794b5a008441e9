"""The request that creates a container again, from the inspect of the old one.

An inspect is a request with defaults filled in, the settings of the image merged and names
resolved. Nearly all of it can be sent back unchanged. The functions below correct the rest.
"""

import copy
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from scaffold.container.engine_json import SHORT_ID, Raw, rows, table
from scaffold.container.recreate.networks import Endpoints, read_networks
from scaffold.container.recreate.references import follow
from scaffold.container.recreate.volumes import keep_volumes
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class EngineContext:
    """What else a request depends on.

    `image` is the inspect of the container's image, None if it was removed;
    `containers` are the names and ids of all containers, `new_names` those of containers that
    were or will be replaced, each with the name of its successor.
    """

    image: Raw | None = None
    host_name: str = ""
    containers: frozenset[str] = frozenset()
    new_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def image_config(self) -> Raw:
        """The settings that containers of the image inherit."""
        return table(self.image or {}, "Config")


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """A request: `body` for /containers/create, then networks to connect and to leave."""

    body: Raw
    further: Endpoints = field(default_factory=dict)
    leave: tuple[str, ...] = ()


def same_again(old: Mapping[str, Any], around: EngineContext) -> CreateRequest:
    """The request for a container with every setting of the old one."""
    body = copy.deepcopy(table(old, "Config"))
    host_config = copy.deepcopy(table(old, "HostConfig"))
    _drop_automatic_host_name(body, old, host_config, around)
    _keep_entrypoint_empty(body, around)
    _drop_ports_of_shared_network(body, host_config)
    _undo_link_names(host_config)
    follow(host_config, around.new_names)
    _drop_label_of_shared_namespaces(host_config)
    keep_volumes(old, host_config, around.containers)
    networks = read_networks(old)
    body["HostConfig"] = host_config
    if networks.first:
        body["NetworkingConfig"] = {"EndpointsConfig": networks.first}
    return CreateRequest(body, networks.further, networks.leave)


def _drop_automatic_host_name(
    body: Raw, old: Mapping[str, Any], host_config: Raw, around: EngineContext
) -> None:
    """Remove a hostname that Docker chose: the short id, or the name of a shared namespace."""
    mode = str(host_config.get("NetworkMode", ""))
    name = body.get("Hostname", "")
    shared = mode.startswith("container:") or host_config.get("UTSMode") == "host"
    if shared or (mode == "host" and around.host_name.split(".")[0] == name.split(".")[0]):
        body.pop("Hostname", None)
        body.pop("Domainname", None)
    elif name == str(old["Id"])[:SHORT_ID]:
        del body["Hostname"]


def _keep_entrypoint_empty(body: Raw, around: EngineContext) -> None:
    """Keep `--entrypoint ''`, which is shown as null; null would mean the image's."""
    if body.get("Entrypoint") is None and around.image_config.get("Entrypoint"):
        body["Entrypoint"] = [""]


def _drop_ports_of_shared_network(body: Raw, host_config: Raw) -> None:
    """Remove ports, which the engine refuses in another container's network."""
    if str(host_config.get("NetworkMode", "")).startswith("container:"):
        body.pop("ExposedPorts", None)


def _undo_link_names(host_config: Raw) -> None:
    """`/db:/web/alias` is `db:alias` in a request."""
    links = rows(host_config, "Links")
    if links:
        host_config["Links"] = [
            f"{source.removeprefix('/')}:{alias.rpartition('/')[2]}"
            for source, _, alias in (link.partition(":") for link in links)
        ]


def _drop_label_of_shared_namespaces(host_config: Raw) -> None:
    """Remove `label=disable`, which the engine adds itself (moby, generateSecurityOpt)."""
    shared = "host" in {host_config.get("IpcMode"), host_config.get("PidMode")}
    options = rows(host_config, "SecurityOpt")
    if (host_config.get("Privileged") or shared) and "label=disable" in options:
        options.remove("label=disable")
        host_config["SecurityOpt"] = options or None
