"""The request that makes a container again, from the inspect of the old one.

An inspect shows what the engine made of a request: defaults filled in, the image's settings
merged, names resolved. Nearly all of it can be sent back as it is, since the engine then has
nothing left to fill in. The functions below put right what cannot.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scaffold.container.endpoints import Endpoints, read_networks
from scaffold.container.raw import SHORT_ID, Raw, rows, table
from scaffold.container.volumes import keep_volumes


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else the engine holds that decides how a container is asked for.

    `image` is the inspect of the image that it was made from, None where it is gone;
    `containers` are the names and ids of all containers.
    """

    image: Raw | None = None
    host_name: str = ""
    containers: frozenset[str] = frozenset()

    @property
    def image_config(self) -> Raw:
        """The settings that containers of the image inherit."""
        return table(self.image or {}, "Config")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: `body` to /containers/create, then further networks, one by one."""

    body: Raw
    further: Endpoints = field(default_factory=dict)
    leave: tuple[str, ...] = ()


def same_again(old: Mapping[str, Any], around: Surroundings) -> Request:
    """Ask for a container with every setting of the old one."""
    body = copy.deepcopy(table(old, "Config"))
    host_config = copy.deepcopy(table(old, "HostConfig"))
    _drop_automatic_host_name(body, old, host_config, around)
    _keep_entrypoint_empty(body, around)
    _drop_ports_of_shared_network(body, host_config)
    _undo_link_names(host_config)
    _drop_label_of_shared_namespaces(host_config)
    keep_volumes(old, host_config, around.containers)
    networks = read_networks(old)
    body["HostConfig"] = host_config
    if networks.first:
        body["NetworkingConfig"] = {"EndpointsConfig": networks.first}
    return Request(body, networks.further, networks.leave)


def _drop_automatic_host_name(
    body: Raw, old: Mapping[str, Any], host_config: Raw, around: Surroundings
) -> None:
    """Docker's own choice is the short id, or the name of whose network or UTS is shared."""
    mode = str(host_config.get("NetworkMode", ""))
    name = body.get("Hostname", "")
    shared = mode.startswith("container:") or host_config.get("UTSMode") == "host"
    if shared or (mode == "host" and around.host_name.split(".")[0] == name.split(".")[0]):
        body.pop("Hostname", None)
        body.pop("Domainname", None)
    elif name == str(old["Id"])[:SHORT_ID]:
        del body["Hostname"]


def _keep_entrypoint_empty(body: Raw, around: Surroundings) -> None:
    """`--entrypoint ''` is shown as null, and null would bring the image's back."""
    if body.get("Entrypoint") is None and around.image_config.get("Entrypoint"):
        body["Entrypoint"] = [""]


def _drop_ports_of_shared_network(body: Raw, host_config: Raw) -> None:
    """In another container's network the engine refuses ports, even those of the image."""
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
    """The engine adds `label=disable` by itself for these (moby, generateSecurityOpt)."""
    shared = "host" in {host_config.get("IpcMode"), host_config.get("PidMode")}
    options = rows(host_config, "SecurityOpt")
    if (host_config.get("Privileged") or shared) and "label=disable" in options:
        options.remove("label=disable")
        host_config["SecurityOpt"] = options or None
