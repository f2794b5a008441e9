"""Programs of a mendable host: what they change is what the probe then sees."""

import json
from typing import Any

from tests.lab.hosts.healthy import HEALTHY, HERE
from tests.lab.hosts.pieces_docker import ENGINE, engine, services, specification
from tests.lab.hosts.pieces_system import account, sshd
from tests.lab.support.host_view import REAL, Changes, Folder, Link, Private, Program

UUID = "GPU-5e1b5c0a-1111-2222-3333-444455556666"
LISTING = f"GPU 0: NVIDIA GeForce RTX 5090 (UUID: {UUID})"
SMI_INSIDE = f"#!/bin/sh\necho '{LISTING}'\n"
INFO = "/opt/recorded/docker/info"
ASKED = "/var/log/asked"
"""Each call of a package manager, of systemctl where it changes something, and of reboot."""
HANGS, CLOCK_WRONG = "/opt/docker-hangs", "/opt/clock-wrong"
RUNC_ONLY = {"runc": {"path": "runc"}}
BY_HOOK: dict[str, Any] = {"DiscoveredDevices": None, "CgroupDriver": "cgroupfs"}
APT_LIST = "/etc/apt/sources.list.d/nvidia-container-toolkit.list"
KEYRING = "/usr/share/keyrings/nvidia-container-toolkit-keyring.gpg"
REPOSITORY = (
    f"deb [signed-by={KEYRING}] https://nvidia.github.io/libnvidia-container/stable/deb/$(ARCH) /\n"
)

BOX = f"{REAL}/bin/busybox"
_DOCKER = f"""\
[ ! -e {HANGS} ] || exec sleep 1000
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
case "$1" in show) exec {BOX} cat /opt/recorded/systemctl ;; is-active) exit 0 ;; esac
echo "systemctl $*" >>{ASKED}
case "$*" in
  *restart*docker|*enable*docker)
    [ -e /usr/bin/docker ] || {{ echo 'Unit docker.service does not exist' >&2; exit 1; }}
    rm -f {HANGS}
    kind=plain
    {BOX} grep -qs nvidia /etc/docker/daemon.json && kind=nvidia
    {BOX} grep -qs '"cdi"' /etc/docker/daemon.json && kind=cdi
    {BOX} grep -qs nvidia.com {INFO} && kind=cdi
    {BOX} cp /opt/engine/$kind {INFO}
    {BOX} cp /opt/engine/active /opt/recorded/systemctl ;;
  *enable*nvidia-fabricmanager) {BOX} cp /opt/engine/fabric /opt/recorded/systemctl ;;
  *enable*nvidia-persistenced)
    {BOX} sed -i s/Disabled/Enabled/ /opt/recorded/nvidia-smi/fields ;;
esac
"""
# Adds its runtime to what stands in the file, as nvidia-ctk does.
_CTK = f"""\
runtimes='"runtimes": {{"nvidia": {{"path": "nvidia-container-runtime"}}}}'
case "$*" in
  *'runtime configure'*)
    file=/etc/docker/daemon.json
    for word; do case $word in --config=*) file=${{word#--config=}} ;; esac; done
    case "$*" in *cdi.enabled*) runtimes="$runtimes, \\"features\\": {{\\"cdi\\": true}}" ;; esac
    rest=$({BOX} sed 's/^{{//; s/}}$//' "$file" 2>/dev/null)
    echo "{{$runtimes${{rest:+, $rest}}}}" >"$file" ;;
  *'cdi generate'*) exec {BOX} cp /opt/engine/specification /var/run/cdi/nvidia.yaml ;;
  *no-cgroups*)
    {BOX} mkdir -p /etc/nvidia-container-runtime
    echo 'no-cgroups = true' >/etc/nvidia-container-runtime/config.toml ;;
  *) echo NVIDIA Container Toolkit CLI version 1.20.0 ;;
esac
"""
_SMI = f"""\
case "$*" in
  -L) [ "$({BOX} cat /opt/recorded/nvidia-smi/code)" != 0 ] || {{ echo '{LISTING}'; exit 0; }} ;;
  '-c 0') exec {BOX} sed -i s/Prohibited/Default/ /opt/recorded/nvidia-smi/fields ;;
esac
exec /opt/recorded/smi-program "$@"
"""
# The driver as it is once its module is in the kernel.
_MODPROBE = f"""\
for file in modules driver/nvidia/version; do
  {BOX} mkdir -p /proc/driver/nvidia
  {BOX} cp /opt/driver/proc/$file /proc/$file
done
{BOX} cp /opt/driver/smi/* /opt/recorded/nvidia-smi/
{BOX} cp -p /opt/driver/nvidia-smi /usr/bin/nvidia-smi
{BOX} cp -p /opt/driver/modinfo /usr/sbin/modinfo
{BOX} cp /opt/driver/modules.dep /lib/modules/6.8.0-45-generic/modules.dep
for name in nvidia0 nvidiactl nvidia-uvm; do
  [ -e /dev/$name ] || {BOX} mknod -m 666 /dev/$name c 195 0
done
"""
# What the package cuda-keyring brings: a key, and a list that names it.
_DPKG = """\
[ "$1" = -i ] || exit 0
read -r text <"$2"
[ "$text" = keyring ] || { echo "dpkg: error: $2 is no package" >&2; exit 1; }
key=/usr/share/keyrings/cuda-archive-keyring.gpg
repository=https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2404/x86_64
echo key >"$key"
echo "deb [signed-by=$key] $repository/ /" >/etc/apt/sources.list.d/cuda-ubuntu2404-x86_64.list
"""
_REBOOT = f"""\
echo reboot >>{ASKED}
[ ! -e /opt/driver/installed ] || /usr/sbin/modprobe nvidia
"""
_DKMS = f"""\
for folder in /lib/modules/*; do {BOX} cp /opt/driver/modules.dep "$folder/modules.dep"; done
"""
_GPG = f"""\
while [ "$#" -gt 0 ]; do [ "$1" != -o ] || file=$2; shift; done
text=$({BOX} cat)
case $text in
  -----BEGIN*) echo "$text" >"$file" ;;
  *) echo 'gpg: no valid OpenPGP data found' >&2; exit 2 ;;
esac
"""
_DATE = f"""\
if [ -e {CLOCK_WRONG} ]; then echo $(($({BOX} date +%s) + 3600)); exit; fi
exec {REAL}/bin/date "$@"
"""


def pam() -> Changes:
    """Enough of PAM for sudo to ask for this user's own password."""
    kinds = ("auth required pam_unix.so", "account required pam_permit.so")
    rule = "\n".join([*kinds, "session required pam_permit.so", ""])
    return {"/etc/pam.d/sudo": rule, "/etc/pam.d/other": rule}


def unix_pam(service: str) -> Changes:
    """PAM's rules by which passwords, and the dates of accounts, count."""
    rules = [f"{kind} required pam_unix.so" for kind in ("auth", "account", "session")]
    return {f"/etc/pam.d/{service}": "\n".join([*rules, ""])}


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
UBUNTU: Changes = {"/usr/bin/apt-get": Program((HERE / "packages").read_text())}
_LINKED = (
    *("awk", "base64", "chmod", "chown", "cp", "cut", "flock", "gpasswd", "groups", "install"),
    *("ln", "mkdir", "mktemp", "mount", "mv", "rm", "rmdir", "stat", "touch"),
    *("fish", "tcsh", "zsh"),
)
_TOOLKIT = ("nvidia-container-cli", "nvidia-container-runtime-hook")

BASE: Changes = {
    **HEALTHY,
    **sshd("AuthorizedKeysFile .ssh/authorized_keys", "MaxStartups 100"),
    **account(groups=("docker", "render")),
    **engine(**BY_HOOK),
    **sudoers(),
    **UBUNTU,
    **{f"/usr/bin/{name}": Link(f"{REAL}/bin/{name}") for name in _LINKED},
    "/usr/sbin/usermod": Link(f"{REAL}/sbin/usermod"),
    "/var/run/cdi/nvidia.yaml": None,
    "/usr/bin/docker": Program(_DOCKER),
    "/opt/recorded/docker-replay": Program((HERE / "docker").read_text()),
    "/opt/recorded/smi-program": Program((HERE / "nvidia-smi").read_text()),
    "/usr/bin/nvidia-smi": Program(_SMI),
    "/usr/bin/systemctl": Program(_SYSTEMCTL),
    "/usr/bin/curl": Program((HERE / "curl").read_text()),
    "/usr/bin/gpg": Program(_GPG),
    "/usr/bin/date": Program(_DATE),
    "/usr/bin/timedatectl": Program(f"rm -f {CLOCK_WRONG}"),
    "/usr/bin/dpkg": Program(_DPKG),
    "/usr/bin/nvidia-modprobe": Program(f"exec {BOX} mknod -m 666 /dev/nvidia-uvm c 195 0"),
    "/usr/bin/nvidia-ctk": Program(_CTK),
    "/usr/bin/dockerd": Program("exit 0"),
    "/usr/sbin/modprobe": Program(_MODPROBE),
    "/usr/sbin/dkms": Program(_DKMS),
    "/usr/sbin/reboot": Program(_REBOOT),
    "/opt/engine/plain": info(Runtimes=RUNC_ONLY),
    "/opt/engine/nvidia": info(),
    "/opt/engine/cdi": CDI_INFO,
    "/opt/engine/specification": specification(),
    "/opt/engine/docker": Program(_DOCKER),
    "/opt/engine/active": str(services(docker="active")["/opt/recorded/systemctl"]),
    "/opt/engine/fabric": str(
        services(docker="active", nvidia_fabricmanager="active")["/opt/recorded/systemctl"]
    ),
    **{f"/opt/packages/{name}": HEALTHY[f"/usr/bin/{name}"] for name in _TOOLKIT},
    "/opt/packages/nvidia-ctk": Program(_CTK),
    "/opt/driver/proc/modules": HEALTHY["/proc/modules"],
    "/opt/driver/proc/driver/nvidia/version": HEALTHY["/proc/driver/nvidia/version"],
    "/opt/driver/modinfo": HEALTHY["/usr/sbin/modinfo"],
    "/opt/driver/modules.dep": HEALTHY["/lib/modules/6.8.0-45-generic/modules.dep"],
    "/opt/driver/nvidia-smi": Program(_SMI),
    **{
        f"/opt/driver/smi/{name}": HEALTHY[f"/opt/recorded/nvidia-smi/{name}"]
        for name in ("code", "table", "fields", "list", "processes")
    },
    APT_LIST: REPOSITORY,
    KEYRING: "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
    "/var/lib/apt/known": REPOSITORY,
    ASKED: "",
    "/etc/docker": Folder(0),
}
"""A healthy host that takes a password only, and lets its user become root."""
