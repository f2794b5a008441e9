"""Warnings and refusals before a container is recreated."""

from collections.abc import Iterable, Mapping
from typing import Any

from scaffold.container.engine_json import Raw, is_running, name_of, rows, table
from scaffold.container.facts import read_ports
from scaffold.container.names import parse_dated_name
from scaffold.container.recreate.options import RecreateOptions
from scaffold.container.recreate.references import refers_to, successors
from scaffold.errors import InputError

OWNERS = {
    "com.docker.compose.project": "Docker Compose created it (project {}) and will recreate it "
    "from its file: change the file too",
    "devcontainer.local_folder": "the Dev Containers tool created it (for {}): change "
    "devcontainer.json too, or the next rebuild loses the change",
    "com.docker.swarm.service.name": "Swarm created it (service {}) and will replace it",
}
"""Labels of programs that manage containers, each with what they will do."""


def require_replaceable(old: Mapping[str, Any]) -> None:
    """Raise InputError if the old container could not be kept."""
    name, state = name_of(old), table(old, "State")
    if state.get("Paused"):
        raise InputError(f"{name} is paused", hint=f"docker unpause {name}")
    if state.get("Running") and table(old, "HostConfig").get("AutoRemove"):
        raise InputError(
            f"{name} was started with --rm: Docker removes it as soon as it stops",
            hint=f"save it first: scaffold container save {name} NAME:TAG",
        )


def require_free_ports(changes: RecreateOptions, others: Iterable[Mapping[str, Any]]) -> None:
    """Raise InputError for a host port that a running container publishes.

    Other programs that listen on the port are found by the trial start.
    """
    asked = {
        (port.host, port.container.rpartition("/")[2]) for port in changes.publish if port.host
    }
    for other in filter(is_running, others):
        for port in read_ports(other):
            if (port.host_port, port.container.rpartition("/")[2]) in asked:
                raise InputError(
                    f"--publish: host port {port.host_port} is used by {name_of(other)}",
                    hint=f"use another host port, or: docker stop {name_of(other)}",
                )


def advice(old: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Warnings, one sentence each: what manages the container, and what depends on it."""
    labels, others = table(old, "Config", "Labels"), list(others)
    new_names = successors([old, *others])
    said = [text.format(labels[label]) for label, text in OWNERS.items() if label in labels]
    said += [
        f"{name_of(other)} {why} {name_of(old)} and stays with the old container until it is "
        "recreated too: --with-dependents"
        for other in others
        if (why := refers_to(other, old, new_names)) and parse_dated_name(name_of(other)) is None
    ]
    if _has_random_ports(table(old, "HostConfig")):
        said.append("random host ports get new numbers")
    return tuple(said)


def lost_on_restart(old: Mapping[str, Any]) -> tuple[str, ...]:
    """What a running container holds in memory, which no file or volume keeps."""
    if not is_running(old):
        return ()
    host = table(old, "HostConfig")
    shared = str(host.get("IpcMode") or "")
    folders = [] if shared == "host" or shared.startswith("container:") else ["/dev/shm"]  # noqa: S108
    folders += table(host, "Tmpfs")
    folders += [one["Target"] for one in rows(host, "Mounts") if one.get("Type") == "tmpfs"]
    where = f", and files in {', '.join(folders)}" if folders else ""
    return (f"not kept: the memory of its programs{where}",)


def exposure(changes: RecreateOptions, name: str) -> tuple[str, ...]:
    """Warnings about new ports that other computers can reach, with what keeps them private."""
    return tuple(
        f"{port} opens the port to the network; private: --publish "
        f"127.0.0.1:{port.host}:{port.number}, or without recreate: scaffold tunnel --container "
        f"{name} {port.number.partition('/')[0]}"
        for port in changes.publish
        if port.is_public
    )


def _has_random_ports(host_config: Raw) -> bool:
    bindings = [one for some in table(host_config, "PortBindings").values() for one in some or []]
    return bool(host_config.get("PublishAllPorts")) or any(
        binding.get("HostPort", "") in {"", "0"} for binding in bindings
    )
