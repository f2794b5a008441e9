"""What a person should know before a container is replaced."""

from collections.abc import Iterable, Mapping
from typing import Any

from scaffold.container.changes import Changes
from scaffold.container.facts import read_ports
from scaffold.container.raw import Raw, is_running, name_of, rows, table
from scaffold.errors import InputError

OWNERS = {
    "com.docker.compose.project": "Docker Compose made it (project {}): it will want to make it "
    "again as its file says, so put the change there too",
    "devcontainer.local_folder": "the Dev Containers tool made it (for {}): put the change into "
    "devcontainer.json too, or the next rebuild loses it",
    "com.docker.swarm.service.name": "Swarm made it (service {}): it will replace it by its own",
}
"""Labels of programs that look after containers."""


def require_replaceable(old: Mapping[str, Any]) -> None:
    """Raise InputError where the old container could not be kept."""
    name, state = name_of(old), table(old, "State")
    if state.get("Paused"):
        raise InputError(f"{name} is paused", hint=f"docker unpause {name}")
    if state.get("Running") and table(old, "HostConfig").get("AutoRemove"):
        raise InputError(
            f"{name} was started with --rm: as soon as it stops, Docker removes it for good",
            hint=f"save it first: scaffold container save {name} NAME:TAG",
        )


def require_free_ports(changes: Changes, others: Iterable[Mapping[str, Any]]) -> None:
    """Raise InputError for a port of the host that a running container holds.

    What else listens there is found out by the trial.
    """
    asked = {
        (port.host, port.container.rpartition("/")[2]) for port in changes.publish if port.host
    }
    for other in filter(is_running, others):
        for port in read_ports(other):
            if (port.host_port, port.container.rpartition("/")[2]) in asked:
                raise InputError(
                    f"--publish: {name_of(other)} holds port {port.host_port} of the host",
                    hint=f"take another, or: docker stop {name_of(other)}",
                )


def advice(old: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Each thing in a sentence: who looks after it, and who depends on it."""
    labels = table(old, "Config", "Labels")
    said = [text.format(labels[label]) for label, text in OWNERS.items() if label in labels]
    dependents = {name_of(other): why for other in others if (why := _depends(other, old))}
    said += [
        f"{name} {why} the old one and has to be recreated too" for name, why in dependents.items()
    ]
    if _has_random_ports(table(old, "HostConfig")):
        said.append("ports that were left to Docker get new numbers on the host")
    return tuple(said)


def _depends(other: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    name, host_config = name_of(old), table(other, "HostConfig")
    if any(link.startswith(f"/{name}:") for link in rows(host_config, "Links")):
        return "is linked to"
    shared = {f"container:{old['Id']}", f"container:{name}"}
    for key, what in (("NetworkMode", "network"), ("IpcMode", "memory"), ("PidMode", "processes")):
        if host_config.get(key) in shared:
            return f"shares the {what} of"
    return ""


def _has_random_ports(host_config: Raw) -> bool:
    bindings = [one for some in table(host_config, "PortBindings").values() for one in some or []]
    return bool(host_config.get("PublishAllPorts")) or any(
        binding.get("HostPort", "") in {"", "0"} for binding in bindings
    )
