"""daemon.json: the file that stops the whole engine when a comma is missing."""

import json
from collections.abc import Iterator
from typing import Any

from scaffold.checks.topics import Topic
from scaffold.facts import DaemonFile, HostFacts
from scaffold.findings import Finding, Level, Rule, Step, by_hand, root, see

VALIDATE = "dockerd --validate --config-file=FILE; docs.docker.com/engine/daemon/troubleshoot"

INVALID = Rule(
    "daemon.invalid",
    Level.ERROR,
    "daemon.json is broken, and Docker does not start",
    "dockerd ends at the first fault in this file: often a missing comma.",
    f"NVIDIA/nvidia-docker#1420, #542; {VALIDATE}",
)
INVALID_LATER = Rule(
    "daemon.invalid-later",
    Level.WARN,
    "daemon.json is broken, and Docker will not start again",
    "The engine runs on what it read before; the next restart or reboot ends it.",
    VALIDATE,
)
HOSTS = Rule(
    "daemon.hosts-twice",
    Level.ERROR,
    "daemon.json names hosts, and so does the service",
    "systemd starts dockerd with -H fd://, and dockerd refuses a setting given twice.",
    "docs.docker.com/engine/daemon/troubleshoot, Configure the daemon host manually",
    (
        by_hand("Take hosts out of daemon.json, or -H out of the service by systemctl edit."),
        root("Start Docker.", "systemctl", "restart", "docker"),
    ),
)
CDI_OFF = Rule(
    "daemon.cdi-off",
    Level.WARN,
    "daemon.json switches CDI off",
    "Docker then cannot give a GPU by its CDI name, and --gpus takes the older way.",
    "Docker Engine 28.2 release notes: CDI is on by default",
    (by_hand('Take "cdi": false out of "features" in daemon.json, and restart Docker.'),),
)


def active_file(facts: HostFacts) -> DaemonFile | None:
    """The daemon.json that this host's engine reads: system-wide, rootless or snap's."""
    client = facts.client
    rootless = facts.docker.rootless if facts.docker else "/run/user/" in (client.socket or "")
    mark = "/.config/" if rootless else "/etc/docker/"
    if "/snap/" in (client.target or ""):
        mark = "/var/snap/"
    return next((file for file in client.daemon_files if mark in file.path), None)


def settings(facts: HostFacts) -> dict[str, Any]:
    """What the engine's daemon.json says, empty where it is absent, hidden or broken."""
    file = active_file(facts)
    if file is None or not (file.text or "").strip() or file.error:
        return {}
    document: dict[str, Any] = json.loads(file.text or "")
    return document


def _valid(facts: HostFacts) -> Iterator[Finding]:
    file = active_file(facts)
    if file is None or not file.error:
        return
    rule = INVALID_LATER if facts.docker else INVALID
    yield rule.found(f"{file.path} cannot be read by Docker: {file.error}", fix=_mend(file.path))


def _mend(path: str) -> tuple[Step, ...]:
    return (
        see("See where it breaks.", "python3", "-m", "json.tool", path),
        by_hand(f"Mend {path}."),
        root("Start Docker.", "systemctl", "restart", "docker"),
    )


def _contents(facts: HostFacts) -> Iterator[Finding]:
    found = settings(facts)
    services = dict(facts.system.services or ())
    if "hosts" in found and facts.docker is None and services.get("docker.service") == "failed":
        yield HOSTS.found(
            "the service failed, and daemon.json has hosts", str(found["hosts"])[:200]
        )
    features = found.get("features")
    if isinstance(features, dict) and features.get("cdi") is False:
        yield CDI_OFF.found("features.cdi is false")


def _summary(facts: HostFacts) -> str:
    file = active_file(facts)
    if file is None:
        return "none, Docker runs on its defaults"
    return f"{file.path} " + ("may not be read by this user" if file.text is None else "is sound")


TOPIC = Topic(
    "daemon",
    "daemon.json",
    (INVALID, INVALID_LATER, HOSTS, CDI_OFF),
    (_valid, _contents),
    _summary,
    ("probe", "machine"),
    ("client",),
)
