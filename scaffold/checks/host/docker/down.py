"""The one reason why no Docker engine answers."""

import re
from collections.abc import Iterator

from scaffold.checks.host import kinds
from scaffold.checks.host.docker import rules
from scaffold.checks.host.docker.engine import EngineKind, address, engine_kind, engine_name
from scaffold.checks.host.docker.engine_log import why_it_ends
from scaffold.checks.host.docker.fixes import (
    install_docker,
    start_docker,
    start_rootless,
    upgrade_client,
    use_default_context,
)
from scaffold.checks.host.docker.rootless_log import why_rootless_ends
from scaffold.checks.host.docker.start_rules import (
    KUBERNETES_NODE,
    MASKED,
    NERDCTL,
    NO_ENGINE,
    SOCKET_GROUP,
)
from scaffold.checks.host.packages import restart_docker
from scaffold.facts import ClientFacts, HostFacts
from scaffold.findings import Finding, Interrupts, Step, by_hand, root, see

READ_LOG = see("If it does not start, read why.", "journalctl", "-u", "docker", "-n", "50")


def why_down(facts: HostFacts) -> Iterator[Finding]:
    """The one reason why no Docker engine answers."""
    client = facts.client
    if client.podman:
        yield _podman(facts)
    elif (client.target or "").endswith("/nerdctl"):
        text = f"docker leads to nerdctl at {client.target}"
        yield NERDCTL.found(text, client.target or "", install_docker(facts))
    elif facts.docker is not None:
        return
    elif kinds.container(facts) and not client.docker_host:
        who = kinds.container(facts)
        text = f"this host is a container ({who}) of another owner; no engine can run in it"
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


APPTAINER = by_hand("Containers on most clusters are run by Apptainer: apptainer exec --nv IMAGE.")


def _missing(facts: HostFacts) -> Finding:
    if name := kinds.scheduler(facts):
        engine = kinds.has_apptainer(facts)
        text = f"this host belongs to a {name} cluster, and Docker is not installed"
        way = by_hand(
            f"Containers on it are run by {engine.capitalize()}: {engine} exec --nv IMAGE."
        )
        return rules.CLUSTER.found(text, engine, (way, *rules.CLUSTER.fix) if engine else None)
    if kinds.may_be_login_node(facts):
        text = "Docker is not installed; on a cluster's login node it does not belong"
        own = by_hand("If this machine is no part of a cluster: docs.docker.com/engine/install.")
        return rules.CLUSTER.found(text, "", (*rules.CLUSTER.fix, APPTAINER, own))
    if unit := kinds.kubernetes(facts):
        return KUBERNETES_NODE.found("this Kubernetes node has no Docker", f"{unit} is active")
    return rules.MISSING.found(
        "the docker command is not installed", _service(facts), install_docker(facts)
    )


_API = re.compile(r"client version ([0-9.]+) is too (old|new)\. .* API version is ([0-9.]+)")


def _refused(facts: HostFacts) -> Finding:
    """Why the docker command fails, the most special reason first."""
    reasons = (_version_refused, _wrong_engine, _forbidden, why_it_ends, _without_unit, _stopped)
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
        if found := why_rootless_ends(facts):
            return found
        steps = start_rootless(facts.login.user or "USER")
        return rules.ROOTLESS_STOPPED.found(f"{engine} is not running", client.error, steps)
    if client.docker_host:
        text = f"DOCKER_HOST is {client.docker_host}, and {engine} does not answer"
        return rules.ELSEWHERE.found(
            text, client.error, (*rules.ELSEWHERE.fix, *_podman_unit(facts))
        )
    return None if client.context in {None, "", "default"} else _context(facts)


def _podman_unit(facts: HostFacts) -> tuple[Step, ...]:
    """What starts Podman's socket, if the address is Podman's."""
    if engine_kind(facts) is not EngineKind.PODMAN:
        return ()
    whose = "systemctl --user" if "/run/user/" in address(facts) else "sudo systemctl"
    return (by_hand(f"Or start Podman's socket: {whose} enable --now podman.socket."),)


def _without_unit(facts: HostFacts) -> Finding | None:
    """An engine that systemd cannot start: a masked unit, or none at all."""
    units = dict(facts.system.services or ())
    masked = [unit for unit in ("docker.service", "docker.socket") if units.get(unit) == "masked"]
    if masked:
        steps = (*MASKED.fix, start_docker(facts))
        return MASKED.found(f"{' and '.join(masked)}: masked", facts.client.error, steps)
    known = "docker.service" in units or SNAP_UNIT in units or facts.client.socket
    if facts.system.services is None or known or engine_kind(facts) is not EngineKind.SYSTEM:
        return None
    text = "systemd knows no docker.service, and there is no socket of an engine"
    return NO_ENGINE.found(text, facts.client.error, install_docker(facts))


SNAP_UNIT = "snap.docker.dockerd.service"


def _stopped(facts: HostFacts) -> Finding | None:
    engine, error = engine_name(facts), facts.client.error
    if not error:
        return rules.UNKNOWN.found(f"docker info gives no answer from {engine}", _service(facts))
    words = ("cannot connect", "dial unix", "is the docker daemon running")
    if not any(word in error.lower() for word in words):
        return None
    is_snap = SNAP_UNIT in dict(facts.system.services or ())
    start = root("Start the snap's engine.", "snap", "start", "docker") if is_snap else None
    steps = (start or start_docker(facts), READ_LOG)
    evidence = next(reversed(facts.client.log), "") or _service(facts) or error
    return rules.STOPPED.found(f"{engine} is not running", evidence, steps)


def _api(facts: HostFacts, client: str, fault: str, engine: str) -> Finding:
    if fault == "new":
        text = f"the docker command uses API {client}, {engine_name(facts)} at most {engine}"
        way = by_hand(f"Set DOCKER_API_VERSION={engine}, or upgrade the engine.")
        return rules.CLIENT_TOO_OLD.found(text, facts.client.error, (way,))
    text = f"the docker command uses API {client}, {engine_name(facts)} needs {engine}"
    unset = by_hand("If DOCKER_API_VERSION is set in the login's files, remove it.")
    steps = (*upgrade_client(facts), unset)
    return rules.CLIENT_TOO_OLD.found(text, facts.client.error, steps)


def _context(facts: HostFacts) -> Finding:
    client = facts.client
    name, where = client.context or "", address(facts) or "an unknown address"
    running = dict(facts.system.services or ()).get("docker.service") == "active"
    text = f"the current Docker context {name} leads to {where}, which does not answer"
    text += "; docker.service runs" if running else ""
    return rules.CONTEXT_DEAD.found(text, client.error, (leave_context(client),))


def leave_context(client: ClientFacts) -> Step:
    """A step back to the system's own engine; DOCKER_CONTEXT beats `docker context use`."""
    if client.context_variable:
        return by_hand("Remove DOCKER_CONTEXT from the login's files (~/.profile, ~/.bashrc).")
    return use_default_context(client.context or "")


def _forbidden(facts: HostFacts) -> Finding | None:
    login, client = facts.login, facts.client
    if "permission denied" not in client.error.lower() and client.socket_usable is not False:
        return None
    user = login.user or "USER"
    if "docker" in (login.configured_groups or ()) and "docker" not in (login.groups or ()):
        return rules.GROUP_PENDING.found(
            f"{user} is in the docker group, but this login is not", " ".join(login.groups or ())
        )
    group = client.socket_group or "docker"
    if group == "root" or (group == "docker" and "docker" in (login.groups or ())):
        return _of_root(facts, user)
    join = root(
        f"Add the user to the {group} group; it makes the user as good as root.",
        *("usermod", "-aG", group, user),
        undo=("gpasswd", "-d", user, group),
        interrupts=Interrupts.LOGIN,
    )
    evidence = facts.client.error or f"{facts.client.socket} cannot be opened"
    text = f"{user} may not use the socket of {engine_name(facts)}"
    return rules.PERMISSION.found(text, evidence, (join, rules.ANEW))


def _of_root(facts: HostFacts, user: str) -> Finding:
    """The user is in the docker group, or would be in vain: the socket is not that group's."""
    group = facts.client.socket_group or "unknown"
    make = root("Make the group.", "groupadd", "-f", "docker")
    argv = ("systemctl", "restart", "docker.socket", "docker")
    why = "Make the socket again, for that group; running containers stop."
    renew = root(why, *argv, interrupts=Interrupts.CONTAINERS)
    renew = restart_docker(facts) if facts.system.services is None else renew
    look = see("See whose it is.", "ls", "-l", facts.client.socket or "/var/run/docker.sock")
    member = by_hand(f"If {user} is not in it: sudo usermod -aG docker {user}, and log in again.")
    text = f"{user} may not use Docker's socket, whose group is {group}"
    return SOCKET_GROUP.found(text, facts.client.error, (look, make, renew, member))


def _service(facts: HostFacts) -> str:
    state = dict(facts.system.services or ()).get("docker.service")
    return f"docker.service is {state}" if state else ""
