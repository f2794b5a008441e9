"""The Docker engine: first the one reason why it does not answer, then what is doubtful of it."""

from collections.abc import Iterator

from scaffold.checks.host import docker_rules as rules
from scaffold.checks.host.docker_fixes import install_docker
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding, Rule, root
from scaffold.parsing.numbers import leading_version

OLDEST = (19, 3)
"""First with --gpus; see machine.PREREQUISITES."""


def _answers(facts: HostFacts) -> Iterator[Finding]:
    """The one reason why no engine answers."""
    client = facts.client
    if facts.docker is not None:
        return
    if client.podman:
        yield rules.PODMAN.found("docker is podman", client.target or "")
    elif not (client.path or client.elsewhere or client.target):
        yield rules.MISSING.found(
            "there is no docker command", _service(facts), install_docker(facts)
        )
    elif client.hangs:
        yield rules.HANGS.found("docker info gave no answer", _service(facts))
    else:
        yield _refused(facts)


def _refused(facts: HostFacts) -> Finding:
    client = facts.client
    if client.docker_host:
        return rules.ELSEWHERE.found(f"DOCKER_HOST is {client.docker_host}", client.error)
    if "permission denied" in client.error.lower() or client.socket_usable is False:
        return _forbidden(facts)
    if not client.error:
        return rules.UNKNOWN.found("docker info said nothing that can be read", _service(facts))
    words = ("cannot connect", "dial unix", "is the docker daemon running")
    if any(word in client.error.lower() for word in words):
        return rules.STOPPED.found("the engine does not run", _service(facts) or client.error)
    return rules.FAILED.found("docker info fails", client.error)


def _forbidden(facts: HostFacts) -> Finding:
    login = facts.login
    user = login.user or "USER"
    if "docker" in (login.configured_groups or ()) and "docker" not in (login.groups or ()):
        return rules.GROUP_PENDING.found(
            f"{user} is in the docker group, but this login is not", " ".join(login.groups or ())
        )
    join = root(
        "Let the user in; this makes the user as good as root.",
        *("usermod", "-aG", "docker", user),
        undo=("gpasswd", "-d", user, "docker"),
    )
    evidence = facts.client.error or f"{facts.client.socket} cannot be opened"
    return rules.PERMISSION.found(
        f"{user} may not use Docker's socket", evidence, (join, rules.ANEW)
    )


def _service(facts: HostFacts) -> str:
    state = dict(facts.system.services or ()).get("docker.service")
    return f"docker.service is {state}" if state else ""


def _version(facts: HostFacts) -> Iterator[Finding]:
    version = leading_version(facts.docker.server_version) if facts.docker else None
    if not facts.docker or not version:
        return
    if version < OLDEST:
        yield rules.TOO_OLD.found(f"Docker is {facts.docker.server_version}, 19.03 is needed")
    elif facts.docker.buildkit_default is False:
        yield rules.NO_BUILDKIT.found(f"Docker {facts.docker.server_version} is older than 23.0")


def _kind(facts: HostFacts) -> Iterator[Finding]:
    docker = facts.docker
    if docker is None:
        return
    if "/snap/" in (facts.client.target or "") or "/var/snap/" in (docker.root or ""):
        rule = rules.SNAP_WORKS if shows_gpus(facts) else rules.SNAP
        yield rule.found("Docker is a snap", facts.client.target or docker.root or "")
    if is_desktop(facts) and facts.platform is not Platform.WSL2:
        yield rules.DESKTOP.found("the engine is Docker Desktop's", docker.operating_system or "")
    if docker.rootless:
        yield rules.ROOTLESS.found("the engine is this user's own", docker.root or "")
    if docker.storage_driver == "vfs":
        yield rules.VFS.found("the storage driver is vfs", "docker info")
    if facts.client.docker_host and not docker.rootless:
        yield rules.HOST_VARIABLE.found(f"DOCKER_HOST is {facts.client.docker_host}")


def is_desktop(facts: HostFacts) -> bool:
    """Whether the engine is Docker Desktop's, which brings a toolkit of its own."""
    return bool(facts.docker and facts.docker.operating_system == "Docker Desktop")


def shows_gpus(facts: HostFacts) -> bool:
    """Whether the engine lists NVIDIA's runtime or a CDI device."""
    docker = facts.docker
    return bool(docker and ("nvidia" in docker.runtimes or docker.cdi_devices))


def _summary(facts: HostFacts) -> str:
    docker = facts.docker
    if docker is None:
        return "no engine answers"
    kinds = {"rootless": docker.rootless, "Desktop": is_desktop(facts)}
    words = [docker.storage_driver, *(name for name, is_so in kinds.items() if is_so)]
    return ", ".join([f"{docker.server_version}", *(word for word in words if word)])


RULES: tuple[Rule, ...] = (
    *(rules.MISSING, rules.PODMAN, rules.HANGS, rules.PERMISSION, rules.GROUP_PENDING),
    *(rules.STOPPED, rules.ELSEWHERE, rules.FAILED, rules.UNKNOWN, rules.TOO_OLD),
    *(rules.NO_BUILDKIT, rules.SNAP, rules.SNAP_WORKS, rules.DESKTOP, rules.ROOTLESS),
    *(rules.VFS, rules.HOST_VARIABLE),
)

TOPIC = Topic(
    "docker",
    "Docker",
    RULES,
    (_answers, _version, _kind),
    _summary,
    ("probe", "machine", "daemon"),
    ("client",),
)
