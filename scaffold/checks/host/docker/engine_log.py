"""Why an engine does not start, by the lines of its own log that complain.

Sources: moby/moby, daemon and cmd/dockerd (the messages); docker/for-linux#599, #476, #1070.
"""

from collections.abc import Callable

from scaffold.checks.host.docker.engine import engine_name
from scaffold.checks.host.docker.fixes import start_docker
from scaffold.checks.host.docker.start_rules import FAILS_TO_START
from scaffold.checks.host.kinds import is_kernel_removed
from scaffold.checks.host.packages import reboot, start_service
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Step, by_hand, root, see

SOCKET = "/var/run/docker.sock"


THEN = by_hand("Then start Docker: sudo systemctl restart docker.")
"""In words, since no command helps before somebody has followed the words above it."""


def _configuration(_facts: HostFacts) -> tuple[Step, ...]:
    file = "/etc/docker/daemon.json"
    look = see("Find the fault.", "dockerd", "--validate", f"--config-file={file}", sudo=True)
    correct = by_hand(f"Correct {file}, or the flags in: systemctl edit docker.")
    return (look, correct, THEN)


def _addresses(facts: HostFacts) -> tuple[Step, ...]:
    pool = "--set address-pool=10.200.0.0/16"
    return (
        by_hand(f"Give Docker addresses that no VPN uses: scaffold host setup {facts.name} {pool}"),
        by_hand("Or end the VPN, start Docker, and remove networks that nobody uses."),
    )


def _packet_filter(facts: HostFacts) -> tuple[Step, ...]:
    if is_kernel_removed(facts):
        return (reboot(),)
    return (
        by_hand("If the kernel was upgraded since the last boot, restart the machine."),
        by_hand("Else install the modules ip_tables and iptable_nat for this kernel, or iptables."),
        THEN,
    )


def _socket_unit(facts: HostFacts) -> tuple[Step, ...]:
    unit = "docker.socket"
    return (
        root("Start the unit that makes the socket.", "systemctl", "enable", "--now", unit),
        start_docker(facts),
        by_hand("If it does not exist, remove `-H fd://` from the service: systemctl edit docker."),
    )


def _socket_folder(facts: HostFacts) -> tuple[Step, ...]:
    empty = root("Remove the empty folder.", "rmdir", SOCKET, undo=("mkdir", SOCKET))
    return (empty, start_docker(facts))


def _storage(_facts: HostFacts) -> tuple[Step, ...]:
    return (
        by_hand("Save what you need with the Docker of before: docker commit, docker save."),
        by_hand('Set "storage-driver": "overlay2" in daemon.json; images are pulled again.'),
    )


def _space(_facts: HostFacts) -> tuple[Step, ...]:
    return (see("Find the full disk.", "df", "-h"), by_hand("Free space on it, and start Docker."))


def _containerd(facts: HostFacts) -> tuple[Step, ...]:
    why = "Start containerd, now and after each reboot."
    return (start_service(facts, why, "containerd"), start_docker(facts))


def _flags(_facts: HostFacts) -> tuple[Step, ...]:
    return (by_hand("Remove the flag from the service: systemctl edit docker."), THEN)


def _pid_file(_facts: HostFacts) -> tuple[Step, ...]:
    return (
        see("See whether another dockerd runs.", "pgrep", "-a", "dockerd"),
        by_hand("If none does, remove /var/run/docker.pid."),
        THEN,
    )


def _swarm(_facts: HostFacts) -> tuple[Step, ...]:
    text = "Remove live-restore from daemon.json, or leave the swarm: docker swarm leave."
    return (by_hand(text), THEN)


Fix = Callable[[HostFacts], tuple[Step, ...]]
ROWS: tuple[tuple[tuple[str, ...], str, Fix], ...] = (
    (
        ("unable to configure the docker daemon", "specified both as a flag"),
        "it refuses its configuration",
        _configuration,
    ),
    (
        ("no available network", "non-overlapping ipv4 address pool"),
        "it finds no free addresses for its networks",
        _addresses,
    ),
    (
        ("nat chain", "iptables failed", "nftables failed", "needs to be upgraded"),
        "it cannot set up its network rules in this kernel",
        _packet_filter,
    ),
    (("no sockets found via socket activation",), "systemd made no socket for it", _socket_unit),
    (("docker.sock: is a directory",), f"{SOCKET} is a folder", _socket_folder),
    (
        ("graphdriver", "prior storage driver", "storage-driver has been deprecated"),
        "it does not support the storage driver of its data any more",
        _storage,
    ),
    (("no space left on device",), "a disk is full", _space),
    (
        ("containerd.sock", "waiting for containerd", "start containerd"),
        "containerd does not answer it",
        _containerd,
    ),
    (("unknown flag", "unknown shorthand flag"), "it does not know one of its flags", _flags),
    (("pid file found", "is still running"), "its pid file is left over", _pid_file),
    (("incompatible with swarm",), "live-restore is not possible in a swarm", _swarm),
)
"""Words of the log in lower case, their meaning, and the fix; the first row that fits counts."""


def why_it_ends(facts: HostFacts) -> Finding | None:
    """The finding that the engine's log proves, None if the log says nothing that is known."""
    for words, meaning, fix in ROWS:
        for line in reversed(facts.client.log):
            if any(word in line.lower() for word in words):
                text = f"{engine_name(facts)} does not start: {meaning}"
                return FAILS_TO_START.found(text, line, fix(facts))
    return None
