"""Hosts whose faults can be mended there: sudo is real, what it installs and starts stands in."""

from typing import NamedTuple

from tests.lab.hosts.broken_docker import DPKG
from tests.lab.hosts.broken_driver import NO_DRIVER, UNLOADED
from tests.lab.hosts.healthy import HERE
from tests.lab.hosts.pieces_docker import services, specification, toolkit
from tests.lab.hosts.pieces_gpu import CARD, RTX_5090, card, kernels, pci, smi
from tests.lab.hosts.pieces_system import USER_ID, account
from tests.lab.hosts.row import TABLE
from tests.lab.hosts.standins import (
    APT_LIST,
    BASE,
    CDI_INFO,
    CLOCK_WRONG,
    HANGS,
    INFO,
    KEYRING,
    RUNC_ONLY,
    info,
    sudoers,
)
from tests.lab.support.host_view import Changes, Disk, Folder, Private, Program

DAEMON = "/etc/docker/daemon.json"
KEYS = "/home/ada/.ssh/authorized_keys"
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvbw== someone"


class Mendable(NamedTuple):
    """One row: what is broken, and the finding or change by which it is mended.

    `packages` is what the package manager has to be asked for, `choice` what is a choice of its
    own and has to be named.
    """

    name: str
    changes: Changes
    mended: str
    packages: str = ""
    choice: str = ""


UNCONFIGURED: Changes = {INFO: info(Runtimes=RUNC_ONLY)}
NO_REPOSITORY: Changes = {
    APT_LIST: None,
    KEYRING: None,
    "/var/lib/apt/known": "",
    "/usr/share/keyrings": Folder(0),
    "/etc/apt/sources.list.d": Folder(0),
}
NO_TOOLKIT: Changes = {
    **toolkit(None),
    **UNCONFIGURED,
    **NO_REPOSITORY,
}
NO_DOCKER: Changes = {"/usr/bin/docker": None, **services()}
NOTHING: Changes = {**NO_TOOLKIT, **NO_DOCKER}
STOPPED: Changes = {INFO: None, **services(docker="failed")}
FREE_SUDO = sudoers("ada ALL=(ALL:ALL) NOPASSWD: ALL")
OLD_LIST: Changes = {
    "/etc/apt/sources.list.d/nvidia-docker.list": "deb https://nvidia.github.io x\n"
}
NO_HOOK: Changes = {"/usr/bin/nvidia-container-runtime-hook": None}
CONFIGURED: Changes = {DAEMON: '{"runtimes": {"nvidia": {"path": "x"}}}\n'}
SWITCH = ("0000:05:00.0", "0x22a3", "0x068000", "nvidia")
NO_CARD_DRIVER: Changes = {
    **NO_DRIVER,
    "/usr/bin/nvidia-smi": None,
    "/usr/sbin/modinfo": None,
}
DEAD_SMI: Changes = {**UNLOADED, "/usr/bin/nvidia-smi": BASE["/usr/bin/nvidia-smi"]}


def distribution(name: str, version: str, manager: str, repositories: str) -> Changes:
    """Another family of Linux, with its package manager and its folder of repositories."""
    return {
        "/usr/bin/apt-get": None,
        "/etc/apt/sources.list.d": None,
        f"/usr/bin/{manager}": Program((HERE / "packages").read_text()),
        "/etc/os-release": f'ID="{name}"\nVERSION_ID="{version}"\n',
        repositories: Folder(0),
    }


ROCKY = distribution("rocky", "9.5", "dnf", "/etc/yum.repos.d")
FEDORA = distribution("fedora", "43", "dnf", "/etc/yum.repos.d")
SLES = distribution("sles", "15.6", "zypper", "/etc/zypp/repos.d")
DEBIAN: Changes = {"/etc/os-release": 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'}


def shell(path: str) -> Changes:
    """Another login shell."""
    return account(path, groups=("docker", "render"))


FAULTS = (
    Mendable(
        "Docker was not told of the toolkit, under fish",
        {**UNCONFIGURED, **shell("/usr/bin/fish"), DAEMON: '{"data-root": "/data"}\n'},
        "fix toolkit.not-configured",
    ),
    Mendable(
        "no toolkit, and sudo asks for nothing",
        FREE_SUDO | NO_TOOLKIT,
        "fix toolkit.missing",
        "nvidia-container-toolkit",
    ),
    Mendable("Docker not restarted", UNCONFIGURED | CONFIGURED, "fix toolkit.restart-pending"),
    Mendable("no hook, under tcsh", NO_HOOK | shell("/usr/bin/tcsh"), "fix toolkit.no-hook"),
    Mendable("old package sources", OLD_LIST | NO_TOOLKIT, "fix toolkit.old-sources"),
    Mendable("no Docker", NO_DOCKER, "fix docker.missing", "docker-ce"),
    Mendable("Docker stopped, under zsh", STOPPED | shell("/usr/bin/zsh"), "fix docker.stopped"),
    Mendable(
        "Docker hangs",
        CONFIGURED | {HANGS: ""},
        "fix docker.hangs",
        choice="docker.hangs docker-restart",
    ),
    Mendable("not in the docker group", account(groups=("render",)), "fix docker.permission"),
    Mendable(
        "docker off the PATH",
        {"/usr/bin/docker": None, "/opt/bin/docker": BASE["/usr/bin/docker"]},
        "fix ssh.docker-not-on-path",
    ),
    Mendable("toolkit 1.17.7", toolkit("1.17.7"), "fix toolkit.cve", "nvidia-container-toolkit"),
    Mendable("toolkit 1.17.9", toolkit("1.17.9"), "fix toolkit.old", "nvidia-container-toolkit"),
    Mendable("mixed packages", toolkit("1.20.0", "1.19.1"), "fix toolkit.mixed-versions"),
    Mendable("nvidia-docker2", {"/var/lib/dpkg/status": DPKG}, "fix toolkit.obsolete-packages"),
    Mendable(
        "CDI of the driver before",
        {INFO: CDI_INFO, "/var/run/cdi/nvidia.yaml": specification("570.86.15")},
        "fix toolkit.cdi-stale",
    ),
    Mendable("CDI unread", {"/var/run/cdi/nvidia.yaml": specification()}, "fix toolkit.cdi-unread"),
    Mendable(
        "CDI and no runtime",
        {INFO: CDI_INFO.replace('"nvidia": {"path": "nvidia"}, ', "")},
        "fix toolkit.cdi-only",
    ),
    Mendable(
        "rootless, with device rules",
        {INFO: info(ServerVersion="28.1.0", SecurityOptions=["name=rootless"])},
        "fix toolkit.rootless-cgroups",
    ),
    Mendable("no uvm node", {"/dev/nvidia-uvm": None}, "fix driver.no-uvm-node"),
    Mendable(
        "persistence off",
        smi(TABLE, card(persistence_mode="Disabled"))
        | services(docker="active", nvidia_persistenced="inactive"),
        "fix driver.no-persistence",
    ),
    Mendable(
        "computing forbidden",
        smi(TABLE, card(compute_mode="Prohibited")),
        "fix gpu.compute-prohibited",
    ),
    Mendable(
        "no fabric manager",
        pci((CARD, RTX_5090, "0x030200", "nvidia"), SWITCH)
        | services(docker="active", nvidia_fabricmanager="inactive"),
        "fix gpu.fabric-manager",
    ),
    Mendable("the clock an hour off", {CLOCK_WRONG: ""}, "fix machine.clock"),
    Mendable(
        "keys without a newline",
        {"/home/ada/.ssh": Folder(USER_ID), KEYS: Private(OTHER_KEY, USER_ID)},
        "opens the host",
    ),
    Mendable(
        "~/.ssh open to all",
        {"/home/ada/.ssh": Folder(USER_ID, 0o777), KEYS: Private(f"{OTHER_KEY}\n", USER_ID)},
        "others may no longer write",
    ),
    Mendable("home open to all", {"/home/ada": Folder(USER_ID, 0o777)}, "others may no"),
    Mendable(
        "authorized_keys open to all",
        {
            "/home/ada/.ssh": Folder(USER_ID, 0o700),
            KEYS: Private(f"{OTHER_KEY}\n", USER_ID, 0o666),
        },
        "others may no",
    ),
    Mendable(
        "the driver not loaded",
        DEAD_SMI,
        "fix driver.not-loaded",
        choice="driver.not-loaded",
    ),
    Mendable(
        "the next kernel without the module",
        kernels(k6_8_0_45=True, k6_8_0_50=False),
        "fix driver.next-kernel-without-module",
        choice="driver.next-kernel-without-module",
    ),
    Mendable(
        "a small /dev/shm",
        {"/dev/shm": Disk(32)},
        "fix machine.shared-memory",
        choice="machine.shared-memory",
    ),
    Mendable(
        "Docker 18.09",
        {**CONFIGURED, INFO: info(ServerVersion="18.09.9")},
        "fix docker.too-old",
        choice="docker.too-old",
    ),
)
"""Different faults, each one that Docker, the toolkit, the driver or sshd is known for."""

FAMILIES = (
    Mendable("a bare Debian", DEBIAN | NOTHING, "fix docker.missing", "docker-ce"),
    Mendable("a bare Rocky", NOTHING | ROCKY, "fix toolkit.missing", "nvidia-container-toolkit"),
    Mendable("a bare Fedora", NOTHING | FEDORA, "fix docker.missing", "docker-buildx-plugin"),
    Mendable("a bare SLES", NOTHING | SLES, "fix toolkit.missing", "nvidia-container-toolkit"),
)
"""The same beginning on each family of distributions."""

MENDABLE = (Mendable("no fault", {}, ""), *FAULTS, *FAMILIES)
