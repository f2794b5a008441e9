"""Hosts whose faults can be mended there: sudo is real, what it installs and starts stands in."""

import json
from typing import Any, NamedTuple

from tests.lab.host_view import REAL, Changes, Folder, Link, Private, Program
from tests.lab.hosts.healthy import HEALTHY, HERE
from tests.lab.hosts.pieces_docker import ENGINE, engine, services, toolkit
from tests.lab.hosts.pieces_system import PASSWORD, account, sshd

UUID = "GPU-5e1b5c0a-1111-2222-3333-444455556666"
LISTING = f"GPU 0: NVIDIA GeForce RTX 5090 (UUID: {UUID})"
SMI_INSIDE = f"#!/bin/sh\necho '{LISTING}'\n"
INFO = "/opt/recorded/docker/info"
RUNC_ONLY = {"runc": {"path": "runc"}}
BY_HOOK: dict[str, Any] = {"DiscoveredDevices": None, "CgroupDriver": "cgroupfs"}

_BOX = f"{REAL}/bin/busybox"
_DOCKER = f"""\
case "$*" in
  'info --format'*|'version --format {{{{json'*) exec /opt/recorded/docker-replay "$@" ;;
esac
[ -e {INFO} ] || exit 1
DOCKER_HOST=unix:///var/run/docker.sock exec {REAL}/bin/docker "$@"
"""
# Starting Docker reads daemon.json anew: the nvidia runtime is there if it is named in it.
_SYSTEMCTL = f"""\
case "$*" in
  *restart*docker|*enable*docker)
    {_BOX} cp /opt/engine/plain {INFO}
    {_BOX} grep -qs nvidia /etc/docker/daemon.json && {_BOX} cp /opt/engine/nvidia {INFO}
    {_BOX} cp /opt/engine/active /opt/recorded/systemctl ;;
  *enable*persistenced|*enable*fabricmanager) ;;
  *) exec {_BOX} cat /opt/recorded/systemctl ;;
esac
"""
_APT = f"""\
echo "apt-get $*" >>/var/log/installed
case "$*" in
  *nvidia-container-toolkit*) {_BOX} cp -p /opt/packages/* /usr/bin/ ;;
esac
"""
_CTK = """\
case "$*" in
  *'runtime configure'*)
    for word; do case $word in --config=*) file=${word#--config=} ;; esac; done
    echo '{"runtimes": {"nvidia": {"path": "nvidia-container-runtime"}}}' >"$file" ;;
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
            "usermod",
        )
    },
    "/var/run/cdi/nvidia.yaml": None,
    "/usr/bin/docker": Program(_DOCKER),
    "/opt/recorded/docker-replay": Program((HERE / "docker").read_text()),
    "/opt/recorded/smi-program": Program((HERE / "nvidia-smi").read_text()),
    "/usr/bin/nvidia-smi": Program(_SMI),
    "/usr/bin/systemctl": Program(_SYSTEMCTL),
    "/usr/bin/apt-get": Program(_APT),
    "/usr/bin/curl": Program("echo stand-in"),
    "/usr/bin/gpg": Program(f'for last; do :; done; exec {_BOX} cat >"$last"'),
    "/usr/bin/nvidia-ctk": Program(_CTK),
    "/usr/bin/dockerd": Program("exit 0"),
    "/opt/engine/plain": info(Runtimes=RUNC_ONLY),
    "/opt/engine/nvidia": info(),
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
    """One row: what is broken, and what has to be agreed to beyond `--yes`."""

    name: str
    changes: Changes
    mended: str
    password: str = PASSWORD


MENDABLE = (
    Mendable("nothing", {}, ""),
    Mendable(
        "not configured",
        {INFO: info(Runtimes=RUNC_ONLY)},
        "toolkit.not-configured",
    ),
    Mendable(
        "no toolkit",
        {**toolkit(None), INFO: info(Runtimes=RUNC_ONLY)},
        "toolkit.missing",
    ),
    Mendable(
        "configured and not restarted",
        {
            INFO: info(Runtimes=RUNC_ONLY),
            "/etc/docker/daemon.json": '{"runtimes": {"nvidia": {"path": "x"}}}\n',
        },
        "toolkit.restart-pending",
    ),
    Mendable(
        "no hook",
        {"/usr/bin/nvidia-container-runtime-hook": None},
        "toolkit.no-hook",
    ),
    Mendable(
        "sudo without a password",
        {**sudoers("ada ALL=(ALL:ALL) NOPASSWD: ALL"), INFO: info(Runtimes=RUNC_ONLY)},
        "toolkit.not-configured",
    ),
    Mendable(
        "old package sources",
        {"/etc/apt/sources.list.d/nvidia-docker.list": "deb https://nvidia.github.io x\n"},
        "toolkit.old-sources",
    ),
)
