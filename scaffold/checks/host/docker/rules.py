"""Findings about the Docker engine and the docker command."""

from scaffold.checks.host.machine import PREREQUISITES
from scaffold.findings import Consent, Interrupts, Level, Rule, by_hand, root, see

ANEW = by_hand("Log out and in again; a shared connection keeps old groups: ssh -O exit HOST.")
PODMAN_WAY = by_hand(
    "Or keep Podman: set dev.containers.dockerPath to podman and give GPUs by CDI names."
)

MISSING = Rule(
    "docker.missing",
    Level.ERROR,
    "There is no docker command",
    "Containers need an engine, and VS Code and the Dev Containers CLI call this command.",
    "docs.docker.com/engine/install",
    consent=Consent.ROUTINE,
    symptom="docker: command not found",
)
INSIDE_CONTAINER = Rule(
    "docker.inside-container",
    Level.ERROR,
    "The host is itself a container, and no engine can run in it",
    "Rented GPU machines and Kubernetes pods are containers of somebody else's engine, without "
    "the rights that an engine needs.",
    "moby/moby#35317; systemd/systemd#17320",
    (
        by_hand("Use it as it is by Remote-SSH: install packages in it, without a dev container."),
        by_hand("Or rent a virtual machine or bare metal, where Docker runs."),
    ),
    symptom="System has not been booted with systemd as init system (PID 1). Can't operate.",
)
CLUSTER = Rule(
    "docker.cluster",
    Level.ERROR,
    "This cluster has no Docker",
    "Users of a cluster share its nodes, and access to Docker would make each of them root.",
    "apptainer.org/docs; slurm.schedmd.com/containers.html",
    (by_hand("Ask the cluster's admins which container engine its compute nodes have."),),
)
PODMAN = Rule(
    "docker.podman",
    Level.ERROR,
    "docker is Podman under another name",
    "Podman gives GPUs by CDI names only, and the Dev Containers CLI expects Docker's answers.",
    "NVIDIA cloud-native docs, CDI; podman-docker",
)
HANGS = Rule(
    "docker.hangs",
    Level.ERROR,
    "docker gives no answer",
    "The engine is stuck: often a full disk, a dead network file system or a broken plugin.",
    "docs.docker.com/engine/daemon/troubleshoot",
    (
        see("Read its log.", "journalctl", "-u", "docker", "-n", "50", "--no-pager"),
        root(
            "Restart it; running containers stop.",
            *("systemctl", "restart", "docker"),
            interrupts=Interrupts.CONTAINERS,
        ),
    ),
    consent=Consent.ROUTINE,
)
PERMISSION = Rule(
    "docker.permission",
    Level.ERROR,
    "This user may not use Docker",
    "The socket belongs to root and the docker group. That group is as good as root.",
    "docs.docker.com/engine/install/linux-postinstall",
    consent=Consent.ROUTINE,
    symptom="permission denied while trying to connect to the Docker daemon socket",
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
    "The Docker daemon is not running",
    "The docker command is installed, but no daemon answers at its socket.",
    "docs.docker.com/engine/daemon/start",
    consent=Consent.ROUTINE,
    symptom="Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker "
    "daemon running?",
)
ROOTLESS_STOPPED = Rule(
    "docker.rootless-stopped",
    Level.ERROR,
    "The user's own rootless Docker is not running",
    "A user's services end with their last login, unless the account may linger.",
    "docs.docker.com/engine/security/rootless, usage",
    consent=Consent.ROUTINE,
    symptom="Cannot connect to the Docker daemon at unix:///run/user/1000/docker.sock.",
)
ROOTLESS_NO_LINGER = Rule(
    "docker.rootless-no-linger",
    Level.WARN,
    "The user's rootless Docker stops with their last login",
    "Containers end when the last connection closes, and a new login does not start them again.",
    "docs.docker.com/engine/security/rootless, usage; docker/for-linux#1089",
    consent=Consent.ROUTINE,
)
CONTEXT_DEAD = Rule(
    "docker.context-dead",
    Level.ERROR,
    "The current Docker context leads to an engine that does not answer",
    "Every docker command uses that context, also the one that VS Code runs over SSH.",
    "docs.docker.com/engine/manage-resources/contexts; docker/desktop-linux#7",
    consent=Consent.OWN_CHOICE,
    symptom="Cannot connect to the Docker daemon at unix:///home/ada/.docker/desktop/docker.sock.",
)
CLIENT_TOO_OLD = Rule(
    "docker.client-version",
    Level.ERROR,
    "The docker command and the engine speak different API versions",
    "The engine refuses clients below its lowest API version, Docker 29 below 1.44.",
    "Docker Engine 29 release notes; bitwarden/server#6732",
    consent=Consent.OWN_CHOICE,
    symptom="client version 1.41 is too old. Minimum supported API version is 1.44, please "
    "upgrade your client to a newer version",
)
WSL_INTEGRATION = Rule(
    "docker.wsl-integration",
    Level.ERROR,
    "Docker Desktop is not connected to this WSL distribution",
    "The docker command is a stub that only says so.",
    "docs.docker.com/desktop/features/wsl; docker/for-win#13088",
    (
        by_hand(
            "In Docker Desktop: Settings, Resources, WSL integration, enable this distribution."
        ),
        by_hand("Or install Docker Engine inside WSL2."),
    ),
    symptom="The command 'docker' could not be found in this WSL 2 distro.",
)
ELSEWHERE = Rule(
    "docker.elsewhere-dead",
    Level.ERROR,
    "DOCKER_HOST points to an engine that does not answer",
    "The variable is set for this login and beats every context.",
    "docs.docker.com/reference/cli/docker, environment variables",
    (by_hand("Remove DOCKER_HOST from the login's files (~/.profile, ~/.bashrc, ~/.ssh/rc)."),),
)
FAILED = Rule(
    "docker.failed",
    Level.ERROR,
    "docker fails",
    "VS Code and the Dev Containers CLI would fail in the same way.",
    "docker's own error message",
    (see("Read its error message.", "docker", "info"),),
)
UNKNOWN = Rule(
    "docker.unknown",
    Level.UNKNOWN,
    "The state of the Docker engine is unknown",
    "Unknown is no pass.",
    "the probe's own record",
    (see("Read its answer.", "docker", "info"),),
)
TOO_OLD = Rule(
    "docker.too-old",
    Level.ERROR,
    "Docker is older than 19.03",
    "--gpus came with 19.03. From 1.12 on, the obsolete nvidia-docker2 can be used by hand.",
    PREREQUISITES,
    consent=Consent.OWN_CHOICE,
)
NO_BUILDKIT = Rule(
    "docker.no-buildkit",
    Level.WARN,
    "BuildKit is not the default builder",
    "Before Docker 23 a Dockerfile with cache mounts fails unless BuildKit is asked for.",
    "Docker Engine 23.0 release notes",
    consent=Consent.OWN_CHOICE,
)
SNAP = Rule(
    "docker.snap",
    Level.ERROR,
    "Docker is installed as a snap, and it shows no GPU",
    "The snap does not see the host's toolkit or /etc/docker/daemon.json.",
    "NVIDIA/nvidia-docker#1311, #1642; canonical/docker-snap#161",
    consent=Consent.OWN_CHOICE,
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
    "It beats every context on that host; all findings about Docker are about that engine.",
    "docs.docker.com/reference/cli/docker, environment variables",
)
CONTEXT_REMOTE = Rule(
    "docker.context-remote",
    Level.WARN,
    "The docker command uses the engine of another machine",
    "Containers then run there, with that machine's GPUs and disks.",
    "docs.docker.com/engine/manage-resources/contexts",
    (by_hand("To use this host's own engine: docker context use default."),),
)
