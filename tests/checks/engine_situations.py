"""Hosts whose Docker or toolkit is broken, and the ids of exactly what is said of them."""

from dataclasses import replace

from scaffold.facts import (
    ClientFacts,
    DaemonFile,
    Disk,
    ToolkitFacts,
)
from tests.checks.hosts import Situation
from tests.checks.kernel_situations import JETSON, STALE, WSL

BROKEN = DaemonFile("/etc/docker/daemon.json", '{"runtimes": {', "Expecting value: line 1")
STOPPED: dict[str, object] = {
    "docker": None,
    "client__error": "Cannot connect to the Docker daemon at unix:///var/run/docker.sock.",
    "client__socket": None,
    "client__socket_usable": None,
    "system__services": (("docker.service", "failed"),),
}
DENIED = STOPPED | {
    "client__error": "permission denied while trying to connect to the Docker daemon socket",
    "system__services": (("docker.service", "active"),),
    "login__groups": ("ada",),
    "login__configured_groups": ("ada",),
}


def file(text: str, path: str = "/etc/docker/daemon.json") -> dict[str, object]:
    """Changes that put a daemon.json there."""
    return {"client__daemon_files": (DaemonFile(path, text),)}


ENGINE: list[Situation] = [
    ("broken daemon.json", STOPPED | {"client__daemon_files": (BROKEN,)}, "daemon.invalid"),
    (
        "daemon.json broken since the start",
        {"client__daemon_files": (BROKEN,)},
        "daemon.invalid-later",
    ),
    (
        "a broken file of another engine",
        {"client__daemon_files": (replace(BROKEN, path="/home/ada/.config/docker/daemon.json"),)},
        "",
    ),
    (
        "a broken file of the snap",
        STOPPED
        | {
            "client__target": "/snap/bin/docker",
            "client__daemon_files": (
                replace(BROKEN, path="/var/snap/docker/current/config/daemon.json"),
            ),
        },
        "daemon.invalid",
    ),
    ("hosts given twice", STOPPED | file('{"hosts": ["tcp://0.0.0.0"]}'), "daemon.hosts-twice"),
    ("CDI switched off", file('{"features": {"cdi": false}}'), "daemon.cdi-off"),
    (
        "a daemon.json that nobody may read",
        {"client__daemon_files": (DaemonFile("/etc/docker/daemon.json"),)},
        "",
    ),
    ("an empty daemon.json", file(" "), ""),
    (
        "no docker",
        {"docker": None, "client": ClientFacts(), "system__services": None},
        "docker.missing",
    ),
    ("podman as docker", STOPPED | {"client__podman": True}, "docker.podman"),
    ("docker hangs", {"docker": None, "client__hangs": True}, "docker.hangs"),
    (
        "docker hangs, so that nobody knows where its images are",
        {"docker": None, "client__hangs": True, "probe__hung": ("docker_disk",)},
        "docker.hangs",
    ),
    ("not in the docker group", DENIED, "docker.permission"),
    (
        "a socket that cannot be opened, without a word",
        DENIED | {"client__error": "", "client__socket_usable": False, "login__user": None},
        "docker.permission",
    ),
    (
        "in the docker group since a minute",
        DENIED | {"login__configured_groups": ("ada", "docker")},
        "docker.group-pending",
    ),
    ("engine stopped", STOPPED, "docker.stopped"),
    ("engine stopped, no systemd", STOPPED | {"system__services": None}, "docker.stopped"),
    (
        "DOCKER_HOST to nowhere",
        STOPPED | {"client__docker_host": "tcp://old:2375"},
        "docker.elsewhere-dead",
    ),
    (
        "an error of docker's own",
        STOPPED | {"client__error": "error during connect"},
        "docker.failed",
    ),
    ("docker said nothing", STOPPED | {"client__error": ""}, "docker.unknown"),
    ("a version that nobody can read", {"docker__server_version": "dev"}, "toolkit.daemon-reload"),
    (
        "DOCKER_HOST that answers",
        {"client__docker_host": "tcp://other:2375"},
        "docker.host-variable",
    ),
    ("storage by vfs", {"docker__storage_driver": "vfs"}, "docker.storage-vfs"),
    (
        "a snap that shows the GPU",
        {"client__target": "/snap/docker/2932/bin/docker"},
        "docker.snap-confined",
    ),
    (
        "a snap that shows none",
        {
            "docker__root": "/var/snap/docker/common",
            "system__disks": (
                Disk(
                    path="/var/snap/docker/common",
                    free_mib=500_000,
                    inodes_free_percent=90,
                    kind="ext4",
                    mounted="/",
                ),
            ),
            "login__home": None,
            "docker__runtimes": (),
            "docker__cdi_devices": (),
        },
        "docker.snap",
    ),
    ("Docker Desktop on Linux", {"docker__operating_system": "Docker Desktop"}, "docker.desktop"),
    (
        "Docker Desktop in WSL2",
        WSL | {"docker__operating_system": "Docker Desktop", "toolkit": ToolkitFacts()},
        "machine.wsl2",
    ),
    ("rootless by CDI", {"docker__rootless": True}, "docker.rootless"),
]

OLD_ENGINE: dict[str, object] = {
    "docker__server_version": "28.1.0",
    "docker__cdi_devices": (),
    "docker__cgroup_driver": "cgroupfs",
    "toolkit__cdi_files": (),
    "toolkit__cdi_driver_versions": (),
}
UNTOLD = (
    {"docker__runtimes": ("runc",), "docker__cdi_devices": ()} | STALE | {"toolkit__cdi_files": ()}
)

TOOLKIT: list[Situation] = [
    ("Docker 18.09", OLD_ENGINE | {"docker__server_version": "18.09.9"}, "docker.too-old"),
    (
        "Docker 20.10",
        OLD_ENGINE
        | {"docker__server_version": "20.10.24+dfsg1", "docker__buildkit_default": False},
        "docker.no-buildkit",
    ),
    ("no toolkit", UNTOLD | {"toolkit": ToolkitFacts()}, "toolkit.missing"),
    ("toolkit not configured", UNTOLD, "toolkit.not-configured"),
    (
        "toolkit configured, Docker not restarted",
        UNTOLD | file('{"runtimes": {"nvidia": {"path": "nvidia-container-runtime"}}}'),
        "toolkit.restart-pending",
    ),
    (
        "a Jetson whose Docker knows CDI only",
        JETSON | STALE | {"docker__runtimes": ("runc",)},
        "machine.jetson toolkit.jetson-runtime",
    ),
    ("no hook, and --gpus needs it", OLD_ENGINE | {"toolkit__hook": None}, "toolkit.no-hook"),
    ("no hook, and --gpus goes by CDI", {"toolkit__hook": None}, ""),
    ("CDI and no runtime", {"docker__runtimes": ("runc",)}, "toolkit.cdi-only"),
    (
        "rootless by the hook",
        OLD_ENGINE | {"docker__rootless": True},
        "docker.rootless toolkit.rootless-cgroups",
    ),
    (
        "rootless by the hook, in order",
        OLD_ENGINE | {"docker__rootless": True, "toolkit__no_cgroups": True},
        "docker.rootless",
    ),
    (
        "toolkit 1.17.7",
        {"toolkit__version": "1.17.7", "toolkit__library_version": "1.17.7"},
        "toolkit.cve",
    ),
    (
        "toolkit 1.17.9",
        {"toolkit__version": "1.17.9", "toolkit__library_version": "1.17.9"},
        "toolkit.old",
    ),
    ("a toolkit of unknown version", {"toolkit__version": None}, ""),
    (
        "library of another version",
        {"toolkit__library_version": "1.19.1"},
        "toolkit.mixed-versions",
    ),
    (
        "nvidia-docker2 left over",
        {"toolkit__obsolete_packages": ("nvidia-docker2",)},
        "toolkit.obsolete-packages",
    ),
    (
        "old apt sources",
        {"toolkit__old_sources": ("/etc/apt/sources.list.d/nvidia-docker.list",)},
        "toolkit.old-sources",
    ),
    (
        "CDI of the driver before",
        {"toolkit__cdi_driver_versions": ("570.86.15",)},
        "toolkit.cdi-stale",
    ),
    (
        "CDI of the driver before, which this Docker does not read",
        OLD_ENGINE
        | {
            "toolkit__cdi_driver_versions": ("570.86.15",),
            "toolkit__cdi_files": ("/etc/cdi/n.yaml",),
        },
        "toolkit.cdi-unread",
    ),
    (
        "a docker command from before CDI, with a newer engine",
        {
            "docker__runtimes": ("runc",),
            "client__version": "20.10.24",
            "docker__cdi_devices": (),
        },
        "toolkit.cdi-hidden",
    ),
    (
        "a docker command that shows the folders of CDI, and not the newer engine's devices",
        {
            "docker__runtimes": ("runc",),
            "client__version": "26.1.5",
            "docker__cdi_devices": (),
            "docker__cdi_folders": ("/etc/cdi",),
            "toolkit__cdi_files": ("/etc/cdi/nvidia.yaml",),
        },
        "toolkit.cdi-only",
    ),
    (
        "Ubuntu's usual cgroups, without CDI",
        OLD_ENGINE | {"docker__cgroup_driver": "systemd"},
        "toolkit.daemon-reload",
    ),
]
