"""The Docker engine: first the one reason why it does not answer, then what is doubtful."""

from collections.abc import Iterator

from scaffold.checks.host.docker import rules
from scaffold.checks.host.docker.doubts import engine_doubts
from scaffold.checks.host.docker.down import leave_context, why_down
from scaffold.checks.host.docker.engine import (
    EngineKind,
    address,
    engine_kind,
    engine_name,
    is_remote,
    is_virtual_machine,
)
from scaffold.checks.host.docker.fixes import (
    install_buildx,
    install_docker,
    linger,
    upgrade_docker,
)
from scaffold.checks.host.docker.gives import is_desktop, shows_gpus
from scaffold.checks.host.docker.start_rules import NO_BUILDX, START_RULES, VIRTUAL_MACHINE
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding, Rule, by_hand, root, run
from scaffold.parsing.untrusted.numbers import leading_version

OLDEST = (19, 3)
"""First with --gpus; see machine.PREREQUISITES."""


def _version(facts: HostFacts) -> Iterator[Finding]:
    version = leading_version(facts.docker.server_version) if facts.docker else None
    if not facts.docker or not version or facts.client.podman:
        return
    name, steps = engine_name(facts), upgrade_docker(facts)
    if version < OLDEST:
        text = f"{name} is {facts.docker.server_version}, and 19.03 is needed"
        yield rules.TOO_OLD.found(text, fix=steps)
    elif facts.docker.buildkit_default is False:
        text = f"{name} is {facts.docker.server_version}, older than 23.0"
        way = by_hand("Set DOCKER_BUILDKIT=1 when building, or upgrade Docker.")
        yield rules.NO_BUILDKIT.found(text, fix=(way, *steps))


def _kind(facts: HostFacts) -> Iterator[Finding]:
    docker = facts.docker
    if docker is None or facts.client.podman:
        return
    if "/snap/" in (facts.client.target or "") or "/var/snap/" in (docker.root or ""):
        yield _snap(facts, facts.client.target or docker.root or "")
    if is_desktop(facts) and facts.platform is not Platform.WSL2:
        leave = run("Leave Desktop's engine.", "docker", "context", "use", "default")
        steps = (*install_docker(facts), leave)
        yield rules.DESKTOP.found("the engine is Docker Desktop's", "Docker Desktop", steps)
    if docker.rootless:
        yield rules.ROOTLESS.found(f"{engine_name(facts)} answers", docker.root or "")
        yield from _linger(facts)
    if docker.storage_driver == "vfs":
        yield rules.VFS.found(f"{engine_name(facts)} uses the storage driver vfs", "docker info")
    if is_virtual_machine(facts) and facts.platform is not Platform.WSL2:
        yield _machine(facts)
    elif facts.client.docker_host and not docker.rootless:
        text = f"DOCKER_HOST is {facts.client.docker_host}: {engine_name(facts)}"
        yield rules.HOST_VARIABLE.found(text)
    elif is_remote(facts) and not is_desktop(facts):
        text = f"docker uses {engine_name(facts)}, on {docker.hostname or 'another machine'}"
        yield rules.CONTEXT_REMOTE.found(text, address(facts), (leave_context(facts.client),))


def _machine(facts: HostFacts) -> Finding:
    where = address(facts) or (facts.docker.hostname if facts.docker else "") or ""
    text = f"docker uses {engine_name(facts)}, which has no GPU"
    if facts.client.docker_host:
        back = by_hand("Remove DOCKER_HOST from the login's files (~/.profile, ~/.bashrc).")
    else:
        back = leave_context(facts.client)
    return VIRTUAL_MACHINE.found(text, where, (back,))


def _builder(facts: HostFacts) -> Iterator[Finding]:
    plugins, docker = facts.client.plugins, facts.docker
    if docker and docker.buildkit_default and plugins is not None and "buildx" not in plugins:
        evidence = f"docker info, plugins: {' '.join(plugins) or 'none'}"
        yield NO_BUILDX.found("docker buildx is missing", evidence, (install_buildx(facts),))


def _linger(facts: HostFacts) -> Iterator[Finding]:
    client, user = facts.client, facts.login.user or "USER"
    if client.linger is False and client.user_service == "active":
        text = f"{engine_name(facts)} stops when {user} logs out"
        yield rules.ROOTLESS_NO_LINGER.found(text, "loginctl", (linger(user),))


def _snap(facts: HostFacts, evidence: str) -> Finding:
    if shows_gpus(facts):
        return rules.SNAP_WORKS.found("Docker is a snap", evidence)
    gone = root(
        "Remove the snap; its containers and volumes go with it.", "snap", "remove", "docker"
    )
    return rules.SNAP.found("Docker is a snap", evidence, (gone, *install_docker(facts)))


def _summary(facts: HostFacts) -> str:
    docker = facts.docker
    if docker is None:
        return "no engine answers"
    kind = engine_kind(facts)
    named = "" if kind is EngineKind.SYSTEM else kind.value.replace("desktop", "Desktop")
    where = address(facts) if kind in {EngineKind.REMOTE, EngineKind.PODMAN} else ""
    words = (docker.storage_driver, named, where)
    return ", ".join([f"{docker.server_version}", *(word for word in words if word)])


RULES: tuple[Rule, ...] = (
    *(rules.INSIDE_CONTAINER, rules.MISSING, rules.CLUSTER, rules.PODMAN, rules.HANGS),
    *(rules.CLIENT_TOO_OLD, rules.WSL_INTEGRATION, rules.ROOTLESS_STOPPED, rules.CONTEXT_DEAD),
    *(rules.PERMISSION, rules.GROUP_PENDING, rules.STOPPED, rules.ELSEWHERE, rules.FAILED),
    *(rules.UNKNOWN, rules.TOO_OLD, rules.NO_BUILDKIT, rules.SNAP, rules.SNAP_WORKS),
    *(rules.DESKTOP, rules.ROOTLESS, rules.ROOTLESS_NO_LINGER, rules.VFS, rules.HOST_VARIABLE),
    *(rules.CONTEXT_REMOTE, *START_RULES),
)

TOPIC = Topic(
    name="docker",
    title="Docker",
    rules=RULES,
    checks=(why_down, _version, _kind, _builder, engine_doubts),
    summary=_summary,
    needs=("probe", "machine", "daemon"),
    parts=("client",),
    proved=lambda facts: facts.docker is not None,
)
