"""Which engine the user's docker command connects to, by its address."""

import re
from enum import StrEnum

from scaffold.facts import HostFacts, Platform


class EngineKind(StrEnum):
    """Whose engine it is."""

    SYSTEM = "system"
    ROOTLESS = "rootless"
    DESKTOP = "desktop"
    PODMAN = "podman"
    MACHINE = "virtual machine"
    REMOTE = "remote"


_ROOTLESS = re.compile(r"(/run/user/[0-9]+|/\.docker/run|/xdg_runtime[^/]*)/docker\.sock")
_MACHINE = re.compile(r"/\.(colima|lima|rd|orbstack)/")
_MACHINE_NAMES = ("colima", "lima-", "minikube", "podman-machine")
"""Host names of virtual machines that these tools make for an engine."""
_LOCAL = re.compile(r"tcp://(127\.|localhost|\[::1\])")


def address(facts: HostFacts) -> str:
    """The engine's address: DOCKER_HOST, else that of the current context; empty if unknown."""
    return facts.client.docker_host or facts.client.address or ""


def engine_kind(facts: HostFacts) -> EngineKind:
    """The kind of engine, by its own words if it answers and by its address if not."""
    docker, where = facts.docker, address(facts)
    if facts.client.podman or "podman" in where:
        return EngineKind.PODMAN
    if (docker and docker.operating_system == "Docker Desktop") or "/desktop/" in where:
        return EngineKind.DESKTOP
    if is_virtual_machine(facts):
        return EngineKind.MACHINE
    if is_remote(facts):
        return EngineKind.REMOTE
    if (docker and docker.rootless) or _ROOTLESS.search(where):
        return EngineKind.ROOTLESS
    return EngineKind.SYSTEM


def is_virtual_machine(facts: HostFacts) -> bool:
    """Whether the engine runs in a virtual machine that a tool of this user made."""
    named = (facts.docker.hostname if facts.docker else None) or ""
    return bool(_MACHINE.search(address(facts))) or named.startswith(_MACHINE_NAMES)


def is_remote(facts: HostFacts) -> bool:
    """Whether the engine runs on another machine: by its address, or by its host name."""
    where = address(facts)
    if where.startswith(("tcp://", "ssh://", "http://", "https://")):
        return not _LOCAL.match(where)
    theirs, ours = (facts.docker.hostname if facts.docker else None), facts.system.hostname
    if not theirs or not ours or facts.platform is Platform.WSL2:
        return False
    return theirs.partition(".")[0].lower() != ours.partition(".")[0].lower()


def engine_name(facts: HostFacts) -> str:
    """The engine in words, for every finding about it."""
    where, user = address(facts), facts.login.user or "the user"
    context = facts.client.context
    # With DOCKER_HOST set, no context counts.
    by = "DOCKER_HOST" if facts.client.docker_host else f"context {context}" if context else ""
    words = {
        EngineKind.SYSTEM: "the system's Docker engine",
        EngineKind.ROOTLESS: f"the rootless Docker engine of {user}",
        EngineKind.DESKTOP: "Docker Desktop's engine",
        EngineKind.PODMAN: "Podman",
        EngineKind.MACHINE: "the engine of a virtual machine",
        EngineKind.REMOTE: f"the remote engine {where or 'of another machine'}",
    }[engine_kind(facts)]
    chosen = by and by != "context default"
    return f"{words} ({by})" if chosen else words
