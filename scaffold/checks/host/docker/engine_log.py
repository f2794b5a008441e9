"""Why an engine does not start, by the lines of its own log that complain.

Sources: moby/moby, daemon and cmd/dockerd (the messages); docker/for-linux#599, #476, #1070.
"""

from collections.abc import Callable

from scaffold.checks.host.docker import log_fixes as fixes
from scaffold.checks.host.docker.engine import engine_name
from scaffold.checks.host.docker.start_rules import FAILS_TO_START
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Rule, Step

Fix = Callable[[HostFacts], tuple[Step, ...]]
Row = tuple[tuple[str, ...], str, Fix]
ROWS: tuple[Row, ...] = (
    (
        (
            "unable to configure the docker daemon",
            "specified both as a flag",
            "storage option",
            "unknown option",
            "invalid cidr",
            "x509",
            "invalid default address",
        ),
        "it refuses its configuration",
        fixes.configuration,
    ),
    (
        ("no available network", "non-overlapping ipv4 address pool"),
        "it finds no free addresses for its networks",
        fixes.addresses,
    ),
    (
        ("non-overlapping ipv6 address pool",),
        "IPv6 is on, and it has no addresses for its networks",
        fixes.ipv6,
    ),
    (("zone_conflict", "already bound to"), "firewalld has docker0 in another zone", fixes.zone),
    (
        ("missing kernel module", "addrtype"),
        "modules of the packet filter are missing in this kernel",
        fixes.extra_modules,
    ),
    (
        ("nat chain", "iptables failed", "nftables failed", "needs to be upgraded"),
        "it cannot set up its network rules in this kernel",
        fixes.packet_filter,
    ),
    (("default runtime",), "its default runtime is defined nowhere", fixes.default_runtime),
    (
        ("no sockets found via socket activation",),
        "systemd made no socket for it",
        fixes.socket_unit,
    ),
    (("docker.sock: is a directory",), f"{fixes.SOCKET} is a folder", fixes.socket_folder),
    (("cgroup isn't mounted", "no cgroup mount"), "it finds no cgroups", fixes.cgroups),
    (
        (
            "d_type",
            "driver not supported",
            "not satisfied (wrong filesystem",
            "backing file system",
        ),
        "the file system of its data does not support its storage driver",
        fixes.file_system,
    ),
    (
        (
            *("networks have same bridge name", "cannot create network", "local-kv.db"),
            "failed to allocate gateway",
        ),
        "its record of networks contradicts itself",
        fixes.bridge,
    ),
    (
        ("read-only file system", "input/output error", "structure needs cleaning"),
        "the disk of its data does not accept writes",
        fixes.read_only,
    ),
    (
        ("address already in use", "metadata database: timeout", "database: timeout"),
        "another program has its address or its data",
        fixes.other_engine,
    ),
    (
        ("graphdriver", "prior storage driver", "storage-driver has been deprecated"),
        "it does not support the storage driver of its data any more",
        fixes.storage,
    ),
    (("no space left on device",), "a disk is full", fixes.space),
    (
        ("containerd.sock", "waiting for containerd", "start containerd"),
        "containerd does not answer it",
        fixes.containerd,
    ),
    (("unknown flag", "unknown shorthand flag"), "it does not know one of its flags", fixes.flags),
    (("pid file found", "is still running"), "its pid file is left over", fixes.pid_file),
    (("incompatible with swarm",), "live-restore is not possible in a swarm", fixes.swarm),
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
