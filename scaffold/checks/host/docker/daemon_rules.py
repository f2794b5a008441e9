"""Findings about daemon.json, and the keys that dockerd knows."""

from scaffold.findings import Level, Rule, by_hand

VALIDATE = "dockerd --validate --config-file=FILE; docs.docker.com/engine/daemon/troubleshoot"

INVALID = Rule(
    id="daemon.invalid",
    level=Level.ERROR,
    title="daemon.json is broken, and Docker does not start",
    why="dockerd ends at the first fault in this file: often a missing comma.",
    source=f"NVIDIA/nvidia-docker#1420, #542; {VALIDATE}",
    symptom="unable to configure the Docker daemon with file /etc/docker/daemon.json",
)
INVALID_LATER = Rule(
    id="daemon.invalid-later",
    level=Level.WARN,
    title="daemon.json is broken, and Docker will not start again",
    why="The engine runs on what it read before; the next restart or reboot ends it.",
    source=VALIDATE,
)
HOSTS = Rule(
    id="daemon.hosts-twice",
    level=Level.ERROR,
    title="A setting is given both in daemon.json and as a flag of the service",
    why="systemd starts dockerd with -H fd:// and other flags, and dockerd refuses a setting given "
    "twice.",
    source="docs.docker.com/engine/daemon/troubleshoot; moby/moby#41725",
    symptom="the following directives are specified both as a flag and in the configuration file",
)
DEFAULT_RUNTIME = Rule(
    id="daemon.default-runtime",
    level=Level.ERROR,
    title="The default runtime is defined nowhere",
    why="daemon.json names a default-runtime that neither its runtimes nor a flag defines; dockerd "
    "does not start.",
    source="NVIDIA/nvidia-docker#1002; NVIDIA/nvidia-container-runtime#154",
    symptom='specified default runtime "nvidia" does not exist',
)
RUNTIME_MISSING = Rule(
    id="daemon.runtime-missing",
    level=Level.WARN,
    title="The program of a runtime does not exist",
    why="daemon.json names a program that is not installed; containers with that runtime fail.",
    source="NVIDIA/nvidia-container-runtime#98",
    fix=(by_hand("Install that program, or remove its entry from runtimes in daemon.json."),),
    symptom="exec: nvidia-container-runtime: executable file not found in $PATH",
)
CDI_OFF = Rule(
    id="daemon.cdi-off",
    level=Level.WARN,
    title="daemon.json switches CDI off",
    why="Docker then cannot give a GPU by its CDI name, and --gpus uses the older runtime hook.",
    source="Docker Engine 28.2 release notes: CDI is on by default",
    fix=(by_hand('Remove "cdi": false from "features" in daemon.json, and restart Docker.'),),
)

NO_NETWORK = Rule(
    id="daemon.no-network",
    level=Level.WARN,
    title="Containers have no way to the internet",
    why="With these settings Docker makes no network rules; pip and apt in a container fail "
    "unless the host's own firewall forwards their traffic.",
    source="moby/moby#13381, #4737; docs.docker.com/engine/network/packet-filtering-firewalls",
    fix=(
        by_hand('Remove "iptables": false and "bridge": "none" from daemon.json, restart Docker.'),
        by_hand("Or let the firewall masquerade Docker's networks; or use --network=host."),
    ),
    symptom="Temporary failure in name resolution",
)
NO_LONGER = {"aufs": (24,), "overlay": (24,), "devicemapper": (25,)}
"""Storage drivers and the Docker that they were removed from: its release notes."""

BUILT_IN_RUNTIMES = {"runc", "io.containerd.runc.v2", "io.containerd.runtime.v1.linux"}

TEXT, LIST, NUMBER, SWITCH, TABLE, SIZE = "text", "list", "number", "switch", "table", "size"
KEYS = {
    **dict.fromkeys(
        (
            *("api-cors-header", "bip", "bip6", "bridge", "bridge-accept-fwmark", "cgroup-parent"),
            *("cluster-advertise", "cluster-store", "containerd", "containerd-namespace"),
            *("containerd-plugin-namespace", "data-root", "default-cgroupns-mode"),
            *("default-gateway", "default-gateway-v6", "default-init", "default-ipc-mode"),
            *("default-runtime", "deprecated-key-path", "exec-root", "firewall-backend"),
            *("fixed-cidr", "fixed-cidr-v6", "graph", "group", "host-gateway-ip", "http-proxy"),
            *("https-proxy", "init-path", "ip", "log-driver", "log-format", "log-level"),
            *("metrics-addr", "no-proxy", "pidfile", "resolv-conf", "seccomp-profile"),
            *("storage-driver", "swarm-default-advertise-addr", "tlscacert", "tlscert", "tlskey"),
            *("userland-proxy-path", "userns-remap"),
        ),
        TEXT,
    ),
    **dict.fromkeys(
        (
            *("allow-nondistributable-artifacts", "authorization-plugins", "cdi-spec-dirs"),
            *("default-address-pools", "dns", "dns-opts", "dns-search", "exec-opts", "hosts"),
            *("host-gateway-ips", "insecure-registries", "labels", "node-generic-resources"),
            *("registry-mirrors", "storage-opts"),
        ),
        LIST,
    ),
    **dict.fromkeys(
        (
            *("cpu-rt-period", "cpu-rt-runtime", "max-concurrent-downloads"),
            *("max-concurrent-uploads", "max-download-attempts", "mtu"),
            *("network-control-plane-mtu", "network-diagnostic-port", "oom-score-adjust"),
            *("shutdown-timeout", "swarm-raft-election-tick", "swarm-raft-heartbeat-tick"),
        ),
        NUMBER,
    ),
    **dict.fromkeys(
        (
            *("allow-direct-routing", "cri-containerd", "debug", "disable-legacy-registry"),
            *("experimental", "icc", "init", "ip-forward", "ip-forward-no-drop", "ip-masq"),
            *("ip6tables", "iptables", "ipv6", "live-restore", "no-new-privileges", "raw-logs"),
            *("rootless", "selinux-enabled", "tls", "tlsverify", "userland-proxy", "validate"),
        ),
        SWITCH,
    ),
    **dict.fromkeys(
        (
            *("builder", "cluster-store-opts", "default-network-opts", "default-ulimits"),
            *("features", "log-opts", "proxies", "runtimes"),
        ),
        TABLE,
    ),
    "default-shm-size": SIZE,
}
"""Keys of daemon.json and their types: moby/moby, daemon/config/config.go and config_linux.go."""

SINCE = {"firewall-backend": (29,), "cdi-spec-dirs": (25,), "proxies": (23,)}
UNTIL = {
    "disable-legacy-registry": (19, 3),
    **dict.fromkeys(("graph", "cluster-store", "cluster-advertise", "cluster-store-opts"), (23,)),
}
"""Docker from which a key is known, and from which it is unknown again: its release notes."""

FLAGS = {
    "-H": "hosts",
    "--host": "hosts",
    "-g": "graph",
    "-G": "group",
    "-D": "debug",
    "-b": "bridge",
}
"""Flags whose key has another name."""
LISTS = {
    *("label", "dns", "dns-opt", "insecure-registry", "registry-mirror", "storage-opt", "exec-opt"),
    *("default-ulimit", "cdi-spec-dir"),
}
"""Flags whose key is their plural."""
MAY_REPEAT = {"runtimes"}
"""Keys that dockerd merges with its flags."""
