"""The Docker engine: first the one reason why it does not answer, then what is doubtful."""

import re
from collections.abc import Iterator

from scaffold.checks.host import kinds
from scaffold.checks.host.docker import rules
from scaffold.checks.host.docker.engine import (
    EngineKind,
    address,
    engine_kind,
    engine_name,
    is_remote,
)
from scaffold.checks.host.docker.fixes import (
    install_docker,
    linger,
    start_docker,
    start_rootless,
    upgrade_client,
    upgrade_docker,
    use_default_context,
)
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding, Interrupts, Rule, by_hand, root, run, see
from scaffold.parsing.numbers import leading_version

OLDEST = (19, 3)
"""First with --gpus; see machine.PREREQUISITES."""
READ_LOG = see("If it does not start, read why.", "journalctl", "-u", "docker", "-n", "50")


def _answers(facts: HostFacts) -> Iterator[Finding]:
    """The one reason why no Docker engine answers."""
    client = facts.client
    if client.podman:
        yield _podman(facts)
    elif facts.docker is not None:
        return
    elif kinds.container(facts) and not client.docker_host:
        who = kinds.container(facts)
        text = f"this host is a container ({who}) of somebody else's; no engine can run in it"
        yield rules.INSIDE_CONTAINER.found(text, client.error or "no Docker engine answers")
    elif not (client.path or client.elsewhere or client.target):
        yield _missing(facts)
    elif client.hangs:
        yield rules.HANGS.found(f"{engine_name(facts)} gave no answer", _service(facts))
    else:
        yield _refused(facts)


def _podman(facts: HostFacts) -> Finding:
    version = facts.docker.server_version if facts.docker else ""
    where = facts.client.docker_host or facts.client.target or ""
    text = f"docker leads to Podman {version}".strip() + (f" at {where}" if where else "")
    if facts.client.docker_host:
        back = (by_hand("Remove DOCKER_HOST from the login's files to use Docker's own engine."),)
        return rules.PODMAN.found(text, where, (*back, *install_docker(facts), rules.PODMAN_WAY))
    return rules.PODMAN.found(text, where, (*install_docker(facts), rules.PODMAN_WAY))


def _missing(facts: HostFacts) -> Finding:
    if name := kinds.scheduler(facts):
        engine = kinds.has_apptainer(facts)
        text = f"this host belongs to a {name} cluster, and Docker is not installed"
        way = by_hand(
            f"Containers on it are run by {engine.capitalize()}: {engine} exec --nv IMAGE."
        )
        return rules.CLUSTER.found(text, engine, (way, *rules.CLUSTER.fix) if engine else None)
    return rules.MISSING.found(
        "the docker command is not installed", _service(facts), install_docker(facts)
    )


_API = re.compile(r"client version ([0-9.]+) is too (old|new)\. .* API version is ([0-9.]+)")


def _refused(facts: HostFacts) -> Finding:
    """Why the docker command fails, the most special reason first."""
    reasons = (_version_refused, _wrong_engine, _forbidden, _stopped)
    found = (reason(facts) for reason in reasons)
    fails = rules.FAILED.found(f"docker info fails for {engine_name(facts)}", facts.client.error)
    return next((one for one in found if one), fails)


def _version_refused(facts: HostFacts) -> Finding | None:
    versions = _API.search(facts.client.error)
    return _api(facts, *versions.groups()) if versions else None


def _wrong_engine(facts: HostFacts) -> Finding | None:
    """An engine that is not the system's own, and does not answer."""
    client, engine = facts.client, engine_name(facts)
    if "WSL 2 distro" in client.error or "WSL integration" in client.error:
        text = "Docker Desktop is not connected to this system"
        return rules.WSL_INTEGRATION.found(text, client.error)
    if engine_kind(facts) is EngineKind.ROOTLESS:
        steps = start_rootless(facts.login.user or "USER")
        return rules.ROOTLESS_STOPPED.found(f"{engine} is not running", client.error, steps)
    if client.docker_host:
        text = f"DOCKER_HOST is {client.docker_host}, and {engine} does not answer"
        return rules.ELSEWHERE.found(text, client.error)
    return None if client.context in {None, "", "default"} else _context(facts)


def _stopped(facts: HostFacts) -> Finding | None:
    engine, error = engine_name(facts), facts.client.error
    if not error:
        return rules.UNKNOWN.found(f"docker info gives no answer from {engine}", _service(facts))
    words = ("cannot connect", "dial unix", "is the docker daemon running")
    if not any(word in error.lower() for word in words):
        return None
    steps = (start_docker(facts), READ_LOG)
    return rules.STOPPED.found(f"{engine} is not running", _service(facts) or error, steps)


def _api(facts: HostFacts, client: str, fault: str, engine: str) -> Finding:
    if fault == "new":
        text = f"the docker command speaks API {client}, {engine_name(facts)} at most {engine}"
        way = by_hand(f"Set DOCKER_API_VERSION={engine}, or upgrade the engine.")
        return rules.CLIENT_TOO_OLD.found(text, facts.client.error, (way,))
    text = f"the docker command speaks API {client}, {engine_name(facts)} needs {engine}"
    unset = by_hand("If DOCKER_API_VERSION is set in the login's files, remove it.")
    steps = (*upgrade_client(facts), unset)
    return rules.CLIENT_TOO_OLD.found(text, facts.client.error, steps)


def _context(facts: HostFacts) -> Finding:
    client = facts.client
    name, where = client.context or "", address(facts) or "an unknown address"
    running = dict(facts.system.services or ()).get("docker.service") == "active"
    text = f"the current Docker context {name} leads to {where}, which does not answer"
    text += "; docker.service runs" if running else ""
    return rules.CONTEXT_DEAD.found(text, client.error, (use_default_context(name),))


def _forbidden(facts: HostFacts) -> Finding | None:
    login, client = facts.login, facts.client
    if "permission denied" not in client.error.lower() and client.socket_usable is not False:
        return None
    user = login.user or "USER"
    if "docker" in (login.configured_groups or ()) and "docker" not in (login.groups or ()):
        return rules.GROUP_PENDING.found(
            f"{user} is in the docker group, but this login is not", " ".join(login.groups or ())
        )
    join = root(
        "Add the user to the docker group; it makes the user as good as root.",
        *("usermod", "-aG", "docker", user),
        undo=("gpasswd", "-d", user, "docker"),
        interrupts=Interrupts.LOGIN,
    )
    evidence = facts.client.error or f"{facts.client.socket} cannot be opened"
    text = f"{user} may not use the socket of {engine_name(facts)}"
    return rules.PERMISSION.found(text, evidence, (join, rules.ANEW))


def _service(facts: HostFacts) -> str:
    state = dict(facts.system.services or ()).get("docker.service")
    return f"docker.service is {state}" if state else ""


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
    if facts.client.docker_host and not docker.rootless:
        text = f"DOCKER_HOST is {facts.client.docker_host}: {engine_name(facts)}"
        yield rules.HOST_VARIABLE.found(text)
    elif is_remote(facts) and not is_desktop(facts):
        text = f"docker uses {engine_name(facts)}, on {docker.hostname or 'another machine'}"
        yield rules.CONTEXT_REMOTE.found(text, address(facts))


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


def is_desktop(facts: HostFacts) -> bool:
    """Whether the engine is Docker Desktop's, which brings a toolkit of its own."""
    return bool(facts.docker and facts.docker.operating_system == "Docker Desktop")


CDI_SWITCH, CDI_LISTS = (25,), (28, 2)
"""Docker from which CDI can be switched on, and from which `docker info` lists its devices."""


def nvidia_devices(facts: HostFacts) -> tuple[str, ...]:
    """NVIDIA's CDI devices that the engine gives; those of other vendors are no GPU of ours.

    An engine before 28.2 does not list devices. It reads the specifications if it names the
    folders that it reads.
    """
    docker, files = facts.docker, facts.toolkit.cdi_files or ()
    if docker is None:
        return ()
    listed = tuple(
        one for one in docker.cdi_devices if one.partition("/")[0].endswith("nvidia.com")
    )
    version = leading_version(docker.server_version) or ()
    if listed or not CDI_SWITCH <= version < CDI_LISTS:
        return listed
    folders = tuple(f"{folder.rstrip('/')}/" for folder in docker.cdi_folders)
    kinds_named = facts.toolkit.cdi_kinds
    ours = kinds_named is None or any("nvidia.com/" in kind for kind in kinds_named)
    read = any(file.startswith(folders) for file in files) if folders else False
    return ("nvidia.com/gpu",) if read and ours else ()


GPUS_BY_CDI = (29, 2)
"""Docker from which --gpus goes through CDI where it can (moby#50228)."""


def gives_gpus_by_cdi(facts: HostFacts) -> bool:
    """Whether --gpus is served through CDI, without the hook."""
    version = leading_version(facts.docker.server_version) if facts.docker else None
    return bool(nvidia_devices(facts)) and (version or ()) >= GPUS_BY_CDI


def shows_gpus(facts: HostFacts) -> bool:
    """Whether the engine lists NVIDIA's runtime or one of NVIDIA's CDI devices."""
    docker = facts.docker
    return bool(docker and ("nvidia" in docker.runtimes or nvidia_devices(facts)))


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
    rules.CONTEXT_REMOTE,
)

TOPIC = Topic(
    "docker",
    "Docker",
    RULES,
    (_answers, _version, _kind),
    _summary,
    ("probe", "machine", "daemon"),
    ("client",),
    lambda facts: facts.docker is not None,
)
