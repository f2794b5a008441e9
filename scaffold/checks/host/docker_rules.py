"""What can be said of the Docker engine."""

from scaffold.checks.host.machine import PREREQUISITES
from scaffold.findings import Level, Rule, by_hand, root, run, see

ANEW = by_hand("Log out and in again; a shared connection keeps old groups: ssh -O exit HOST.")
INSTALL = root(
    "Install Docker Engine from Docker's own packages.",
    *("sh", "-c", "curl -fsSL https://get.docker.com | sh"),
)

MISSING = Rule(
    "docker.missing",
    Level.ERROR,
    "There is no docker command",
    "Containers need an engine, and VS Code and the Dev Containers CLI call this command.",
    "docs.docker.com/engine/install",
    (INSTALL,),
)
PODMAN = Rule(
    "docker.podman",
    Level.ERROR,
    "docker is podman under another name",
    "podman gives GPUs by CDI names only, and has no engine that a Docker context could reach.",
    "NVIDIA cloud-native docs, CDI; podman-docker",
    (INSTALL, by_hand("Or tell VS Code to use podman (dev.containers.dockerPath) and use CDI.")),
)
HANGS = Rule(
    "docker.hangs",
    Level.ERROR,
    "docker gives no answer",
    "The engine is stuck: often a full disk, a dead network file system or a broken plugin.",
    "docs.docker.com/engine/daemon/troubleshoot",
    (
        see("Read its log.", "journalctl", "-u", "docker", "-n", "50", "--no-pager"),
        root("Restart it; running containers stop.", "systemctl", "restart", "docker"),
    ),
)
PERMISSION = Rule(
    "docker.permission",
    Level.ERROR,
    "This user may not talk to Docker",
    "The socket belongs to root and the docker group. That group is as good as root.",
    "docs.docker.com/engine/install/linux-postinstall",
)
GROUP_PENDING = Rule(
    "docker.group-pending",
    Level.ERROR,
    "The docker group is not in effect yet",
    "The user was added to it, but this login began before; groups are read at login.",
    "usermod manual page; docs.docker.com/engine/install/linux-postinstall",
    (ANEW,),
)
STOPPED = Rule(
    "docker.stopped",
    Level.ERROR,
    "The Docker engine does not run",
    "The command is there, but nobody answers at its socket.",
    "docs.docker.com/engine/daemon/start",
    (
        root("Start it, now and after each reboot.", "systemctl", "enable", "--now", "docker"),
        see("If it does not start, read why.", "journalctl", "-u", "docker", "-n", "50"),
    ),
)
ELSEWHERE = Rule(
    "docker.elsewhere-dead",
    Level.ERROR,
    "DOCKER_HOST points to an engine that does not answer",
    "The variable is set for this login and beats every context.",
    "docs.docker.com/reference/cli/docker, environment variables",
    (by_hand("Take DOCKER_HOST out of the login's files (~/.profile, ~/.bashrc, ~/.ssh/rc)."),),
)
FAILED = Rule(
    "docker.failed",
    Level.ERROR,
    "docker fails",
    "VS Code and the Dev Containers CLI would fail in the same way.",
    "docker's own words",
    (see("See its own words.", "docker", "info"),),
)
UNKNOWN = Rule(
    "docker.unknown",
    Level.UNKNOWN,
    "The Docker engine could not be looked at",
    "Unknown is no pass.",
    "the probe's own record",
    (see("Ask it.", "docker", "info"),),
)
TOO_OLD = Rule(
    "docker.too-old",
    Level.ERROR,
    "Docker is older than 19.03",
    "--gpus came with 19.03. From 1.12 on, the obsolete nvidia-docker2 can be used by hand.",
    PREREQUISITES,
    (INSTALL,),
)
NO_BUILDKIT = Rule(
    "docker.no-buildkit",
    Level.WARN,
    "BuildKit is not the default builder",
    "Before Docker 23 a Dockerfile with cache mounts fails unless BuildKit is asked for.",
    "Docker Engine 23.0 release notes",
    (by_hand("Set DOCKER_BUILDKIT=1 when building, or upgrade Docker."), INSTALL),
)
SNAP = Rule(
    "docker.snap",
    Level.ERROR,
    "Docker is installed as a snap, and it shows no GPU",
    "The snap does not see the host's toolkit or /etc/docker/daemon.json.",
    "NVIDIA/nvidia-docker#1311, #1642; canonical/docker-snap#161",
    (
        root("Remove it; its containers and volumes go with it.", "snap", "remove", "docker"),
        INSTALL,
    ),
)
SNAP_WORKS = Rule(
    "docker.snap-confined",
    Level.INFO,
    "Docker is installed as a snap",
    "It reads only files under /home, and is configured under /var/snap/docker.",
    "canonical/docker-snap#161, #180",
)
DESKTOP = Rule(
    "docker.desktop",
    Level.ERROR,
    "Docker Desktop runs the containers in a virtual machine",
    "On Linux that machine has no GPU.",
    "docker/for-win#13835",
    (INSTALL, run("Leave Desktop's engine.", "docker", "context", "use", "default")),
)
ROOTLESS = Rule(
    "docker.rootless",
    Level.INFO,
    "Docker runs rootless",
    "Files that the container's root writes are this user's; ports below 1024 are closed to it.",
    "docs.docker.com/engine/security/rootless",
)
VFS = Rule(
    "docker.storage-vfs",
    Level.WARN,
    "Docker keeps a full copy of every layer",
    "The storage driver vfs has no copy-on-write: GPU images fill the disk and start slowly.",
    "docs.docker.com/engine/storage/drivers/vfs-driver",
    (by_hand("Put Docker's data on ext4 or xfs, where overlay2 works; images are pulled again."),),
)
HOST_VARIABLE = Rule(
    "docker.host-variable",
    Level.INFO,
    "DOCKER_HOST is set on the host",
    "It beats every context there; what is said of Docker here is of that engine.",
    "docs.docker.com/reference/cli/docker, environment variables",
)
