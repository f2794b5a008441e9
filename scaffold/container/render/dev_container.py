"""The flags that make a dev container of a container, and notes on settings that none carries."""

from collections.abc import Iterator, Mapping
from typing import Any

from scaffold.container.engine_json import Raw, rows, table
from scaffold.container.recreate.create_request import EngineContext, same_again
from scaffold.container.render.docker_run import host_flags
from scaffold.container.render.run_options import (
    DEFAULT_NETWORK,
    EngineDefaults,
    RunOptions,
    run_options,
)

HANDLED = (
    *("Binds", "Mounts", "VolumesFrom", "DeviceRequests", "ShmSize", "PortBindings"),
    *("AutoRemove", "Init", "RestartPolicy", "LogConfig", "PublishAllPorts", "Links"),
)
"""Settings covered by answers, or decided by the dev container tool."""

CARRIED = {
    "Hostname": "hostname",
    "Domainname": "domainname",
    "MacAddress": "mac-address",
    "StopTimeout": "stop-timeout",
}
"""Settings of the container itself that do not depend on its program."""

OF_TOOLS = ("com.docker.compose.", "devcontainer.", "io.gpu-scaffold.")
"""Beginnings of labels by which a tool finds its own containers."""

COMPOSE_PROJECT = "com.docker.compose.project"

OWN_PROJECT = "the dev container is not part of it"
OWN_PROGRAM = "the editor starts a program of its own"


def run_flags(
    inspect: Mapping[str, Any], base: Mapping[str, Any], defaults: EngineDefaults
) -> tuple[list[str], list[str]]:
    """Flags for limits, devices, rights and networks, and notes on what is not copied.

    `base` is the inspect of the base image, whose settings the new image has anyway.
    """
    if "HostConfig" not in inspect:
        return [], []
    request = same_again(inspect, EngineContext(host_name=defaults.host_name))
    options = run_options("", request, table(base, "Config"), defaults)
    notes = [*_left_out(options), *_mount_options(inspect)]
    return _flags(options), notes


def _flags(options: RunOptions) -> list[str]:
    """The flags; removes what is handled elsewhere from the options."""
    config = options.config
    own = [f"--{flag}={config[key]}" for key, flag in CARRIED.items() if config.get(key)]
    own += [f"--expose={port}" for port in options.exposed]
    memory = [one for one in rows(options.host, "Mounts") if one.get("Type") == "tmpfs"]
    for key in HANDLED:
        options.host.pop(key, None)
    if options.host.get("IpcMode") == "host":
        options.host.pop("IpcMode")
    options.host["Mounts"] = memory
    return [*own, *(one for one in host_flags(options) if one != f"--network={DEFAULT_NETWORK}")]


def _left_out(options: RunOptions) -> Iterator[str]:
    config, host = options.config, options.host
    if config.get("Healthcheck"):
        yield f"the health check is not copied: {OWN_PROGRAM}"
    if config.get("StopSignal"):
        yield f"the stop signal {config['StopSignal']} is not copied: {OWN_PROGRAM}"
    project = table(config, "Labels").get(COMPOSE_PROJECT)
    if project:
        yield f"labels of the Compose project {project} are not copied: {OWN_PROJECT}"
    labels = [name for name in table(config, "Labels") if not name.startswith(OF_TOOLS)]
    if labels:
        yield f"labels are not copied: {', '.join(labels)}"
    if table(host, "LogConfig"):
        yield f"the log driver {host['LogConfig']['Type']} and its options are not copied"
    if host.get("AutoRemove"):
        yield "--rm is not copied: a dev container is kept until you remove it"
    for link in rows(host, "Links"):
        yield f"the link {link} is not copied: put both containers into one network"
    for network in list(options.networks)[1:]:
        yield f"only one network is joined; for the other: docker network connect {network} NAME"
    bound = [port for port in table(host, "PortBindings") if port.endswith("/tcp")]
    if bound or host.get("PublishAllPorts"):
        which = ", ".join(port.removesuffix("/tcp") for port in bound) or "all"
        yield f"published ports are forwarded by the editor, so only you reach them: {which}"


def _mount_options(inspect: Mapping[str, Any]) -> Iterator[str]:
    """Notes on mounts with options that `devcontainer.json` gets without them."""
    for mount in rows(inspect, "Mounts"):
        spread = str(mount.get("Propagation") or "")
        if spread not in {"", "rprivate"}:
            yield f"the mount at {mount['Destination']} is made without {spread}"
    for mount in rows(table(inspect, "HostConfig"), "Mounts"):
        if _volume_options(mount):
            names = ", ".join(_volume_options(mount))
            yield f"the volume at {mount['Target']} is mounted without its options: {names}"


def _volume_options(mount: Raw) -> list[str]:
    kinds = {"NoCopy": "nocopy", "Subpath": "subpath", "DriverConfig": "driver"}
    found = table(mount, "VolumeOptions")
    return [word for key, word in kinds.items() if found.get(key)]
