"""Hosts whose faults can be mended there: sudo is real, what it installs and starts stands in."""

import json
from typing import Any, NamedTuple

from tests.lab.host_view import REAL, Changes, Folder, Link, Private, Program
from tests.lab.hosts.broken_docker import DPKG
from tests.lab.hosts.healthy import HEALTHY, HERE
from tests.lab.hosts.pieces_docker import ENGINE, engine, services, specification, toolkit
from tests.lab.hosts.pieces_system import USER_ID, account, sshd

UUID = "GPU-5e1b5c0a-1111-2222-3333-444455556666"
LISTING = f"GPU 0: NVIDIA GeForce RTX 5090 (UUID: {UUID})"
SMI_INSIDE = f"#!/bin/sh\necho '{LISTING}'\n"
INFO = "/opt/recorded/docker/info"
RUNC_ONLY = {"runc": {"path": "runc"}}
BY_HOOK: dict[str, Any] = {"DiscoveredDevices": None, "CgroupDriver": "cgroupfs"}

_BOX = f"{REAL}/bin/busybox"
_DOCKER = f"""\
case " $(id -u) $(id -nG) " in ' 0 '*|*' docker '*) ;; *)
  echo 'permission denied while trying to connect to /var/run/docker.sock' >&2; exit 1 ;;
esac
[ -e {INFO} ] || {{ echo 'Cannot connect to the Docker daemon' >&2; exit 1; }}
case "$*" in
  'info --format'*|'version --format {{{{json'*) exec /opt/recorded/docker-replay "$@" ;;
esac
DOCKER_HOST=unix:///var/run/docker.sock exec {REAL}/bin/docker "$@"
"""
# Starting Docker reads daemon.json anew: the nvidia runtime is there if it is named in it.
_SYSTEMCTL = f"""\
case "$*" in
  *restart*docker|*enable*docker)
    kind=plain
    {_BOX} grep -qs nvidia /etc/docker/daemon.json && kind=nvidia
    {_BOX} grep -qs '"cdi"' /etc/docker/daemon.json && kind=cdi
    {_BOX} grep -qs nvidia.com {INFO} && kind=cdi
    {_BOX} cp /opt/engine/$kind {INFO}
    {_BOX} cp /opt/engine/active /opt/recorded/systemctl ;;
  *enable*persistenced|*enable*fabricmanager) ;;
  *) exec {_BOX} cat /opt/recorded/systemctl ;;
esac
"""
_APT = f"""\
case "$*" in
  *nvidia-container-toolkit*)
    {_BOX} cp -p /opt/packages/* /usr/bin/
    [ ! -e /var/lib/dpkg/status ] || : >/var/lib/dpkg/status ;;
esac
"""
_CURL = """\
case "$*" in
  *get.docker.com*) echo '/.real/bin/cp -p /opt/engine/docker /usr/bin/docker' ;;
  *) echo stand-in ;;
esac
"""
_CTK = f"""\
runtimes='"runtimes": {{"nvidia": {{"path": "nvidia-container-runtime"}}}}'
case "$*" in
  *'runtime configure'*)
    for word; do case $word in --config=*) file=${{word#--config=}} ;; esac; done
    case "$*" in *cdi.enabled*) runtimes="$runtimes, \\"features\\": {{\\"cdi\\": true}}" ;; esac
    echo "{{$runtimes}}" >"$file" ;;
  *'cdi generate'*) exec {_BOX} cp /opt/engine/specification /var/run/cdi/nvidia.yaml ;;
  *) echo NVIDIA Container Toolkit CLI version 1.20.0 ;;
esac
"""
_SMI = f"""\
[ "$1" = -L ] && {{ echo '{LISTING}'; exit 0; }}
exec /opt/recorded/smi-program "$@"
"""


def pam() -> Changes:
    """Enough of PAM for sudo to ask for this user's own password."""
    kinds = ("auth required pam_unix.so", "account required pam_permit.so")
    rule = "\n".join([*kinds, "session required pam_permit.so", ""])
    return {"/etc/pam.d/sudo": rule, "/etc/pam.d/other": rule}


def sudoers(line: str = "ada ALL=(ALL:ALL) ALL") -> Changes:
    """Who may become root, and how."""
    return {
        "/etc/sudoers": Private(f"Defaults !lecture, !use_pty\n{line}\n", 0, 0o440),
        "/usr/bin/sudo": Link(f"{REAL}/bin/sudo"),
        "/usr/libexec": Link(f"{REAL}/libexec"),
        **pam(),
    }


def info(**changes: Any) -> str:
    """What `docker info` says."""
    return json.dumps(ENGINE | BY_HOOK | changes) + "\n"


CDI_INFO = info(DiscoveredDevices=ENGINE["DiscoveredDevices"])

BASE: Changes = {
    **HEALTHY,
    **sshd("AuthorizedKeysFile .ssh/authorized_keys", "MaxStartups 100"),
    **account(groups=("docker", "render")),
    **engine(**BY_HOOK),
    **sudoers(),
    **{
        f"/usr/bin/{name}": Link(f"{REAL}/bin/{name}")
        for name in (
            "awk",
            "base64",
            "chmod",
            "chown",
            "cp",
            "cut",
            "gpasswd",
            "groups",
            "ln",
            "mkdir",
            "mv",
            "rm",
            "rmdir",
            "touch",
        )
    },
    "/usr/sbin/usermod": Link(f"{REAL}/sbin/usermod"),
    "/var/run/cdi/nvidia.yaml": None,
    "/usr/bin/docker": Program(_DOCKER),
    "/opt/recorded/docker-replay": Program((HERE / "docker").read_text()),
    "/opt/recorded/smi-program": Program((HERE / "nvidia-smi").read_text()),
    "/usr/bin/nvidia-smi": Program(_SMI),
    "/usr/bin/systemctl": Program(_SYSTEMCTL),
    "/usr/bin/apt-get": Program(_APT),
    "/usr/bin/curl": Program(_CURL),
    "/usr/bin/gpg": Program(f"exec {_BOX} cat >/dev/null"),
    "/usr/bin/nvidia-modprobe": Program(f"exec {_BOX} mknod -m 666 /dev/nvidia-uvm c 195 0"),
    **{f"/usr/bin/{name}": Link(f"{REAL}/bin/{name}") for name in ("fish", "tcsh", "zsh")},
    "/usr/bin/nvidia-ctk": Program(_CTK),
    "/usr/bin/dockerd": Program("exit 0"),
    "/opt/engine/plain": info(Runtimes=RUNC_ONLY),
    "/opt/engine/nvidia": info(),
    "/opt/engine/cdi": CDI_INFO,
    "/opt/engine/specification": specification(),
    "/opt/engine/docker": Program(_DOCKER),
    "/opt/engine/active": str(services(docker="active")["/opt/recorded/systemctl"]),
    **{
        f"/opt/packages/{name}": HEALTHY[f"/usr/bin/{name}"]
        for name in ("nvidia-container-cli", "nvidia-container-runtime-hook")
    },
    "/opt/packages/nvidia-ctk": Program(_CTK),
    "/etc/apt/sources.list.d": Folder(0),
    "/usr/share": None,
    "/etc/docker": Folder(0),
}
"""A healthy host that takes a password only, and lets its user become root."""


class Mendable(NamedTuple):
    """One row: what is broken, and a finding that is mended on the way."""

    name: str
    changes: Changes
    mended: str


UNCONFIGURED: Changes = {INFO: info(Runtimes=RUNC_ONLY)}
NO_TOOLKIT: Changes = {**toolkit(None), **UNCONFIGURED}
STOPPED: Changes = {INFO: None, **services(docker="failed")}
FREE_SUDO = sudoers("ada ALL=(ALL:ALL) NOPASSWD: ALL")
OLD_LIST: Changes = {
    "/etc/apt/sources.list.d/nvidia-docker.list": "deb https://nvidia.github.io x\n"
}
NO_HOOK: Changes = {"/usr/bin/nvidia-container-runtime-hook": None}
NO_DOCKER: Changes = {"/usr/bin/docker": None}
NO_GROUP = account(groups=("render",))
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGZvbw== someone"
KEYS = "/home/ada/.ssh/authorized_keys"


def shell(path: str) -> Changes:
    """Another login shell."""
    return account(path, groups=("docker", "render"))


MENDABLE = (
    Mendable("nothing", {}, ""),
    Mendable("not configured", UNCONFIGURED, "toolkit.not-configured"),
    Mendable("no toolkit", NO_TOOLKIT, "toolkit.missing"),
    Mendable(
        "configured and not restarted",
        {**UNCONFIGURED, "/etc/docker/daemon.json": '{"runtimes": {"nvidia": {"path": "x"}}}\n'},
        "toolkit.restart-pending",
    ),
    Mendable("no hook", NO_HOOK, "toolkit.no-hook"),
    Mendable("sudo without a password", FREE_SUDO | UNCONFIGURED, "toolkit.not-configured"),
    Mendable("no toolkit, free sudo", FREE_SUDO | NO_TOOLKIT, "toolkit.missing"),
    Mendable("old package sources", OLD_LIST, "toolkit.old-sources"),
    Mendable("old sources, no toolkit", OLD_LIST | NO_TOOLKIT, "toolkit.missing"),
    Mendable("no docker", {**NO_DOCKER, **services()}, "docker.missing"),
    Mendable("no docker, no toolkit", {**NO_DOCKER, **NO_TOOLKIT}, "docker.missing"),
    Mendable("docker stopped", STOPPED, "docker.stopped"),
    Mendable("docker stopped, no hook", STOPPED | NO_HOOK, "toolkit.no-hook"),
    Mendable("not in the group", NO_GROUP, "docker.permission"),
    Mendable("not in the group, not told", NO_GROUP | UNCONFIGURED, "toolkit.not-configured"),
    Mendable("toolkit 1.17.7", toolkit("1.17.7"), "toolkit.cve"),
    Mendable("toolkit 1.17.9", toolkit("1.17.9"), "toolkit.old"),
    Mendable("mixed packages", toolkit("1.20.0", "1.19.1"), "toolkit.mixed-versions"),
    Mendable("nvidia-docker2", {"/var/lib/dpkg/status": DPKG}, "toolkit.obsolete-packages"),
    Mendable(
        "CDI of the driver before",
        {INFO: CDI_INFO, "/var/run/cdi/nvidia.yaml": specification("570.86.15")},
        "toolkit.cdi-stale",
    ),
    Mendable("CDI unread", {"/var/run/cdi/nvidia.yaml": specification()}, "toolkit.cdi-unread"),
    Mendable("no uvm node", {"/dev/nvidia-uvm": None}, "driver.no-uvm-node"),
    Mendable("fish", shell("/usr/bin/fish") | UNCONFIGURED, "toolkit.not-configured"),
    Mendable("tcsh", shell("/usr/bin/tcsh") | UNCONFIGURED, "toolkit.not-configured"),
    Mendable("zsh", shell("/usr/bin/zsh") | UNCONFIGURED, "toolkit.not-configured"),
    Mendable(
        "keys without a newline",
        {"/home/ada/.ssh": Folder(USER_ID), KEYS: Private(OTHER_KEY, USER_ID), **NO_TOOLKIT},
        "toolkit.missing",
    ),
)
