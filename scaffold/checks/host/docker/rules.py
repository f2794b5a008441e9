"""Findings about the Docker engine and the docker command."""

from scaffold.checks.host.machine import PREREQUISITES
from scaffold.findings import Consent, Interrupts, Level, Rule, by_hand, root, see

ANEW = by_hand("Log out and in again; a shared connection keeps old groups: ssh -O exit HOST.")
PODMAN_WAY = by_hand(
    "Or keep Podman: set dev.containers.dockerPath to podman and give GPUs by CDI names."
)

MISSING = Rule(
    id="docker.missing",
    level=Level.ERROR,
    title="The docker command is missing",
    why="Containers need an engine, and VS Code and the Dev Containers CLI call this command.",
    source="docs.docker.com/engine/install",
    consent=Consent.ROUTINE,
    symptom="docker: command not found",
)
INSIDE_CONTAINER = Rule(
    id="docker.inside-container",
    level=Level.ERROR,
    title="The host is itself a container, and no engine can run in it",
    why="Rented GPU machines and Kubernetes pods are containers of the provider's engine, without "
    "the rights that an engine needs.",
    source="moby/moby#35317; systemd/systemd#17320",
    fix=(
        by_hand("Use it as it is by Remote-SSH: install packages in it, without a dev container."),
        by_hand("Or rent a virtual machine or bare metal, where Docker runs."),
    ),
    symptom="System has not been booted with systemd as init system (PID 1). Can't operate.",
)
CLUSTER = Rule(
    id="docker.cluster",
    level=Level.ERROR,
    title="This cluster has no Docker",
    why="Users of a cluster share its nodes, and access to Docker would make each of them root.",
    source="apptainer.org/docs; slurm.schedmd.com/containers.html",
    fix=(by_hand("Ask the cluster's admins which container engine its compute nodes have."),),
)
PODMAN = Rule(
    id="docker.podman",
    level=Level.ERROR,
    title="docker is Podman under another name",
    why="Podman gives GPUs by CDI names only, and the Dev Containers CLI expects Docker's answers.",
    source="NVIDIA cloud-native docs, CDI; podman-docker",
)
HANGS = Rule(
    id="docker.hangs",
    level=Level.ERROR,
    title="docker gives no answer",
    why="The engine is stuck: often a full disk, a dead network file system or a broken plugin.",
    source="docs.docker.com/engine/daemon/troubleshoot",
    fix=(
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
    id="docker.permission",
    level=Level.ERROR,
    title="This user may not use Docker",
    why="The socket belongs to root and the docker group. That group is as good as root.",
    source="docs.docker.com/engine/install/linux-postinstall",
    consent=Consent.ROUTINE,
    symptom="permission denied while trying to connect to the Docker daemon socket",
)
GROUP_PENDING = Rule(
    id="docker.group-pending",
    level=Level.ERROR,
    title="The docker group is not in effect yet",
    why="The user was added to it, but this login began before; groups are read at login.",
    source="usermod manual page; docs.docker.com/engine/install/linux-postinstall",
    fix=(ANEW,),
)
STOPPED = Rule(
    id="docker.stopped",
    level=Level.ERROR,
    title="The Docker daemon is not running",
    why="The docker command is installed, but no daemon answers at its socket.",
    source="docs.docker.com/engine/daemon/start",
    consent=Consent.ROUTINE,
    symptom="Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker "
    "daemon running?",
)
ROOTLESS_STOPPED = Rule(
    id="docker.rootless-stopped",
    level=Level.ERROR,
    title="The user's own rootless Docker is not running",
    why="A user's services end with their last login, unless the account may linger.",
    source="docs.docker.com/engine/security/rootless, usage",
    consent=Consent.ROUTINE,
    symptom="Cannot connect to the Docker daemon at unix:///run/user/1000/docker.sock.",
)
ROOTLESS_NO_LINGER = Rule(
    id="docker.rootless-no-linger",
    level=Level.WARN,
    title="The user's rootless Docker stops with their last login",
    why="Containers end when the last connection closes, and a new login does not start them "
    "again.",
    source="docs.docker.com/engine/security/rootless, usage; docker/for-linux#1089",
    consent=Consent.ROUTINE,
)
CONTEXT_DEAD = Rule(
    id="docker.context-dead",
    level=Level.ERROR,
    title="The current Docker context leads to an engine that does not answer",
    why="Every docker command uses that context, also the one that VS Code runs over SSH.",
    source="docs.docker.com/engine/manage-resources/contexts; docker/desktop-linux#7",
    consent=Consent.OWN_CHOICE,
    symptom="Cannot connect to the Docker daemon at unix:///home/ada/.docker/desktop/docker.sock.",
)
CLIENT_TOO_OLD = Rule(
    id="docker.client-version",
    level=Level.ERROR,
    title="The docker command and the engine use different API versions",
    why="The engine refuses clients below its lowest API version, Docker 29 below 1.44.",
    source="Docker Engine 29 release notes; bitwarden/server#6732",
    consent=Consent.OWN_CHOICE,
    symptom="client version 1.41 is too old. Minimum supported API version is 1.44, please "
    "upgrade your client to a newer version",
)
WSL_INTEGRATION = Rule(
    id="docker.wsl-integration",
    level=Level.ERROR,
    title="Docker Desktop is not connected to this WSL distribution",
    why="The docker command is a stub that only says so.",
    source="docs.docker.com/desktop/features/wsl; docker/for-win#13088",
    fix=(
        by_hand(
            "In Docker Desktop: Settings, Resources, WSL integration, enable this distribution."
        ),
        by_hand("Or install Docker Engine inside WSL2."),
    ),
    symptom="The command 'docker' could not be found in this WSL 2 distro.",
)
ELSEWHERE = Rule(
    id="docker.elsewhere-dead",
    level=Level.ERROR,
    title="DOCKER_HOST points to an engine that does not answer",
    why="The variable is set for this login and beats every context.",
    source="docs.docker.com/reference/cli/docker, environment variables",
    fix=(by_hand("Remove DOCKER_HOST from the login's files (~/.profile, ~/.bashrc, ~/.ssh/rc)."),),
)
FAILED = Rule(
    id="docker.failed",
    level=Level.ERROR,
    title="docker fails",
    why="VS Code and the Dev Containers CLI would fail in the same way.",
    source="docker's own error message",
    fix=(see("Read its error message.", "docker", "info"),),
)
UNKNOWN = Rule(
    id="docker.unknown",
    level=Level.UNKNOWN,
    title="The state of the Docker engine is unknown",
    why="Unknown is no pass.",
    source="the probe's own record",
    fix=(see("Read its answer.", "docker", "info"),),
)
TOO_OLD = Rule(
    id="docker.too-old",
    level=Level.ERROR,
    title="Docker is older than 19.03",
    why="--gpus came with 19.03. From 1.12 on, the obsolete nvidia-docker2 can be used by hand.",
    source=PREREQUISITES,
    consent=Consent.OWN_CHOICE,
)
NO_BUILDKIT = Rule(
    id="docker.no-buildkit",
    level=Level.WARN,
    title="BuildKit is not the default builder",
    why="Before Docker 23 a Dockerfile with cache mounts fails unless BuildKit is asked for.",
    source="Docker Engine 23.0 release notes",
    consent=Consent.OWN_CHOICE,
)
SNAP = Rule(
    id="docker.snap",
    level=Level.ERROR,
    title="Docker is installed as a snap, and it shows no GPU",
    why="The snap does not see the host's toolkit or /etc/docker/daemon.json.",
    source="NVIDIA/nvidia-docker#1311, #1642; canonical/docker-snap#161",
    consent=Consent.OWN_CHOICE,
)
SNAP_WORKS = Rule(
    id="docker.snap-confined",
    level=Level.INFO,
    title="Docker is installed as a snap",
    why="It reads only files under /home, and is configured under /var/snap/docker.",
    source="canonical/docker-snap#161, #180",
)
DESKTOP = Rule(
    id="docker.desktop",
    level=Level.ERROR,
    title="Docker Desktop runs the containers in a virtual machine",
    why="On Linux that machine has no GPU.",
    source="docker/for-win#13835",
)
ROOTLESS = Rule(
    id="docker.rootless",
    level=Level.INFO,
    title="Docker runs rootless",
    why="Files that the container's root writes are this user's; ports below 1024 are closed to "
    "it.",
    source="docs.docker.com/engine/security/rootless",
)
VFS = Rule(
    id="docker.storage-vfs",
    level=Level.WARN,
    title="Docker keeps a full copy of every layer",
    why="The storage driver vfs has no copy-on-write: GPU images fill the disk and start slowly.",
    source="docs.docker.com/engine/storage/drivers/vfs-driver",
    fix=(
        by_hand("Put Docker's data on ext4 or xfs, where overlay2 works; images are pulled again."),
    ),
)
HOST_VARIABLE = Rule(
    id="docker.host-variable",
    level=Level.INFO,
    title="DOCKER_HOST is set on the host",
    why="It beats every context on that host; all findings about Docker are about that engine.",
    source="docs.docker.com/reference/cli/docker, environment variables",
)
CONTEXT_REMOTE = Rule(
    id="docker.context-remote",
    level=Level.WARN,
    title="The docker command uses the engine of another machine",
    why="Containers then run on that machine, with its GPUs and disks.",
    source="docs.docker.com/engine/manage-resources/contexts",
    fix=(by_hand("To use this host's own engine: docker context use default."),),
)
