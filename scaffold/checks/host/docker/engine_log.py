"""Why an engine does not start, by the lines of its own log that complain.

Sources: moby/moby, daemon and cmd/dockerd (the messages); docker/for-linux#599, #476, #1070.
"""

from collections.abc import Callable

from scaffold.checks.host.docker.engine import engine_name
from scaffold.checks.host.docker.fixes import start_docker
from scaffold.checks.host.docker.start_rules import FAILS_TO_START
from scaffold.checks.host.kinds import is_kernel_removed
from scaffold.checks.host.package_managers import manager
from scaffold.checks.host.packages import reboot, start_service
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Rule, Step, by_hand, root, see

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
        by_hand(
            "On a Jetson or in WSL2: update-alternatives --set iptables /usr/sbin/iptables-legacy."
        ),
        THEN,
    )


def _extra_modules(facts: HostFacts) -> tuple[Step, ...]:
    """RHEL 10 and its rebuilds put xt_addrtype and its like into a package of their own."""
    if facts.system.package_manager != "dnf" or manager(facts) is None:
        return _packet_filter(facts)
    package = "dnf install -y kernel-modules-extra-$(uname -r)"
    return (root("Install the missing kernel modules.", "sh", "-c", package), start_docker(facts))


def _cgroups(_facts: HostFacts) -> tuple[Step, ...]:
    return (
        by_hand("Upgrade Docker: before 20.10 it knows only the old cgroups (version 1)."),
        by_hand("In a container or an LXC, its owner has to allow nesting."),
    )


def _file_system(facts: HostFacts) -> tuple[Step, ...]:
    way = f"scaffold host setup {facts.name} --set data-root=/FOLDER"
    return (
        by_hand(f"Move Docker's data to ext4, btrfs, or xfs made with ftype=1: {way}"),
        by_hand('On ZFS use its own driver: "storage-driver": "zfs" in daemon.json.'),
    )


def _bridge(_facts: HostFacts) -> tuple[Step, ...]:
    file = "/var/lib/docker/network/files/local-kv.db"
    aside = root(
        "Move the record of Docker's networks aside; it makes a new one.",
        *("mv", file, f"{file}.before-scaffold"),
        undo=("mv", f"{file}.before-scaffold", file),
    )
    return (see("See its bridges.", "ip", "-br", "link", "show", "type", "bridge"), aside, THEN)


def _read_only(_facts: HostFacts) -> tuple[Step, ...]:
    return (
        see("Read why.", "sh", "-c", "dmesg | grep -iE 'remount|ext4|xfs|I/O error'", sudo=True),
        by_hand("Check the file system (fsck) while it is not mounted, and mount it again."),
        THEN,
    )


def _other_engine(_facts: HostFacts) -> tuple[Step, ...]:
    return (
        see("See who has it.", "sh", "-c", "pgrep -a dockerd; ss -ltnp | grep :237", sudo=True),
        by_hand("End the other engine or program, or a dockerd that was started by hand."),
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
Row = tuple[tuple[str, ...], str, Fix]
ROWS: tuple[Row, ...] = (
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
        ("missing kernel module", "addrtype"),
        "modules of the packet filter are missing in this kernel",
        _extra_modules,
    ),
    (
        ("nat chain", "iptables failed", "nftables failed", "needs to be upgraded"),
        "it cannot set up its network rules in this kernel",
        _packet_filter,
    ),
    (("no sockets found via socket activation",), "systemd made no socket for it", _socket_unit),
    (("docker.sock: is a directory",), f"{SOCKET} is a folder", _socket_folder),
    (("cgroup isn't mounted", "no cgroup mount"), "it finds no cgroups", _cgroups),
    (
        (
            "d_type",
            "driver not supported",
            "not satisfied (wrong filesystem",
            "backing file system",
        ),
        "the file system of its data does not support its storage driver",
        _file_system,
    ),
    (
        ("networks have same bridge name", "cannot create network", "local-kv.db"),
        "its record of networks contradicts itself",
        _bridge,
    ),
    (
        ("read-only file system", "input/output error", "structure needs cleaning"),
        "the disk of its data does not accept writes",
        _read_only,
    ),
    (
        ("address already in use", "metadata database: timeout", "database: timeout"),
        "another program has its address or its data",
        _other_engine,
    ),
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
    return by_rows(facts, ROWS, FAILS_TO_START)


def by_rows(facts: HostFacts, rows: tuple[Row, ...], rule: Rule) -> Finding | None:
    """The finding of the first row one of whose words is in the log."""
    for words, meaning, fix in rows:
        for line in reversed(facts.client.log):
            if any(word in line.lower() for word in words):
                return rule.found(
                    f"{engine_name(facts)} does not start: {meaning}", line, fix(facts)
                )
    return None
