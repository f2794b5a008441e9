"""Hosts whose Docker engine or NVIDIA Container Toolkit has a fault."""

import json

from tests.lab.hosts.pieces_docker import engine, services, specification, toolkit
from tests.lab.hosts.pieces_system import account, sshd
from tests.lab.hosts.row import HANGING, REAL_DOCKER, SOCKET, Broken
from tests.lab.support.host_view import REAL, Changes, Folder, Link, Private, Program

NO_CDI: Changes = {"/var/run/cdi/nvidia.yaml": None}
OLD = {"DiscoveredDevices": None, "CgroupDriver": "cgroupfs", "CDISpecDirs": None}
RUNC_ONLY = {"runc": {"path": "runc"}}
STOPPED: Changes = REAL_DOCKER | services(docker="failed")


def daemon_file(content: object, path: str = "/etc/docker/daemon.json") -> Changes:
    """daemon.json, as text or as what JSON says."""
    text = content if isinstance(content, str) else json.dumps(content, indent=4)
    return {path: text + "\n"}


DOCKER = (
    Broken("no docker", {"/usr/bin/docker": None} | services(), "docker.missing"),
    Broken(
        "podman under docker's name",
        {
            "/usr/bin/docker": Link("podman"),
            "/usr/bin/podman": Program(
                """[ "$1" = info ] && echo '{"host": {"arch": "amd64"}, "store": {}}'"""
            ),
        },
        "docker.podman",
    ),
    Broken("docker hangs", {"/usr/bin/docker": HANGING}, "docker.hangs", 2),
    Broken("the engine is stopped", STOPPED, "docker.stopped"),
    Broken(
        "not in the docker group",
        {**REAL_DOCKER, SOCKET: Private("", 0), **account(groups=())},
        "docker.permission",
    ),
    Broken(
        "in the docker group since a minute",
        {
            **REAL_DOCKER,
            SOCKET: Private("", 0),
            "/usr/bin/id": Program(f'[ "$*" = -nG ] && echo ada || exec {REAL}/bin/id "$@"'),
        },
        "docker.group-pending",
    ),
    Broken(
        "DOCKER_HOST to nowhere",
        REAL_DOCKER | sshd("SetEnv DOCKER_HOST=tcp://127.0.0.1:1"),
        "docker.elsewhere-dead",
    ),
    Broken(
        "DOCKER_HOST to an engine that answers",
        sshd("SetEnv DOCKER_HOST=tcp://gpu02:2375"),
        "docker.host-variable",
    ),
    Broken(
        "daemon.json without a comma", STOPPED | daemon_file('{"a": 1 "b": 2}'), "daemon.invalid"
    ),
    Broken("daemon.json broken since the start", daemon_file("{"), "daemon.invalid-later"),
    Broken(
        "hosts in daemon.json and in the unit",
        STOPPED | daemon_file({"hosts": ["unix:///var/run/docker.sock"]}),
        "daemon.hosts-twice",
    ),
    Broken("CDI switched off", daemon_file({"features": {"cdi": False}}), "daemon.cdi-off"),
    Broken(
        "a snap that shows no GPU",
        NO_CDI
        | engine(Runtimes=RUNC_ONLY, DiscoveredDevices=None, DockerRootDir="/var/snap/docker/x")
        | {"/var/snap/docker/x": Folder()},
        "docker.snap",
    ),
    Broken("Docker Desktop on Linux", engine(OperatingSystem="Docker Desktop"), "docker.desktop"),
    Broken("storage by vfs", engine(Driver="vfs"), "docker.storage-vfs"),
    Broken("Docker 18.09", NO_CDI | engine(ServerVersion="18.09.9", **OLD), "docker.too-old"),
    Broken(
        "Debian's Docker 20.10",
        NO_CDI | engine(ServerVersion="20.10.24+dfsg1", **OLD),
        "docker.no-buildkit",
    ),
    Broken(
        "rootless by the hook",
        NO_CDI | engine(ServerVersion="28.1.0", SecurityOptions=["name=rootless"], **OLD),
        "docker.rootless toolkit.rootless-cgroups",
    ),
    Broken(
        "rootless by the hook, in order",
        {
            **NO_CDI,
            **engine(ServerVersion="28.1.0", SecurityOptions=["name=rootless"], **OLD),
            "/etc/nvidia-container-runtime/config.toml": "no-cgroups = true\n",
        },
        "docker.rootless",
    ),
)

DPKG = """Package: nvidia-docker2
Status: install ok installed
Version: 2.13.0-1
Architecture: all
Maintainer: x <x@x>
Description: x
"""

TOOLKIT = (
    Broken(
        "no toolkit",
        {**toolkit(None), **engine(Runtimes=RUNC_ONLY, DiscoveredDevices=None)},
        "toolkit.missing",
    ),
    Broken(
        "toolkit not configured",
        NO_CDI | engine(Runtimes=RUNC_ONLY, DiscoveredDevices=None),
        "toolkit.not-configured",
    ),
    Broken(
        "toolkit configured, Docker not restarted",
        NO_CDI
        | engine(Runtimes=RUNC_ONLY, DiscoveredDevices=None)
        | daemon_file({"runtimes": {"nvidia": {"path": "nvidia-container-runtime"}}}),
        "toolkit.restart-pending",
    ),
    Broken(
        "no hook, and --gpus needs it",
        {
            **NO_CDI,
            **engine(ServerVersion="28.1.0", **OLD),
            "/usr/bin/nvidia-container-runtime-hook": None,
        },
        "toolkit.no-hook",
    ),
    Broken("CDI and no runtime", engine(Runtimes=RUNC_ONLY), "toolkit.cdi-only"),
    Broken("toolkit 1.17.7", toolkit("1.17.7"), "toolkit.cve"),
    Broken("toolkit 1.17.9", toolkit("1.17.9"), "toolkit.old"),
    Broken("library of another version", toolkit("1.20.0", "1.19.1"), "toolkit.mixed-versions"),
    Broken("nvidia-docker2 left over", {"/var/lib/dpkg/status": DPKG}, "toolkit.obsolete-packages"),
    Broken(
        "old package sources left over",
        {"/etc/apt/sources.list.d/nvidia-docker.list": "deb https://nvidia.github.io x\n"},
        "toolkit.old-sources",
    ),
    Broken(
        "CDI of the driver before",
        {"/var/run/cdi/nvidia.yaml": specification("570.86.15")},
        "toolkit.cdi-stale",
    ),
    Broken(
        "a CDI specification that this Docker does not read",
        engine(ServerVersion="28.1.0", **OLD),
        "toolkit.cdi-unread",
    ),
    Broken(
        "systemd's cgroups, without CDI",
        NO_CDI | engine(ServerVersion="28.1.0", **(OLD | {"CgroupDriver": "systemd"})),
        "toolkit.daemon-reload",
    ),
)
