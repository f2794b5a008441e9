"""Situations from public reports: engines, daemon.json, the toolkit, disks and the login."""

from tests.checks.reported import (
    CLIENT,
    DRIVER,
    NO_DOCKER,
    NO_TOOLKIT,
    PLAIN_ENGINE,
    Part,
    Reported,
    daemon,
    engine,
    refused,
    system,
)
from tests.checks.reported_handed import DEAD, FAILED_ENGINE, QUIET_HOOK, WSL

STOPPED = refused(DEAD.format("unix:///var/run/docker.sock")) | {"services": FAILED_ENGINE}
UNIT = (
    "Id=docker.service\nLoadState=loaded\nActiveState=failed\n"
    "ExecStart={ path=/usr/bin/dockerd ; argv[]=/usr/bin/dockerd "
)
CONFIG = (
    "ctk=version 1.20.0\ncli=1.20.0\nhook=/usr/bin/nvidia-container-runtime-hook\n"
    "config=/etc/nvidia-container-runtime/config.toml\n"
)
KIND = "looked\ninit=systemd\nuid_map=0 0 4294967295\nglibc=glibc {}"


def broken(text: str) -> dict[str, Part]:
    """A daemon.json that Docker failed on."""
    return STOPPED | {"client": daemon(text)}


ENGINES = (
    Reported(
        "the docker command of a WSL distribution without integration",
        WSL
        | NO_TOOLKIT
        | refused("The command 'docker' could not be found in this WSL 2 distro.", ""),
        "info machine.wsl2, error docker.wsl-integration",
        "docker/for-win#13088; microsoft/WSL#9949",
        fix="WSL integration",
        never="systemctl",
    ),
    Reported(
        "a rootless engine in a folder of its own",
        refused(DEAD.format("unix:///var/tmp/xdg_runtime_dir_1000/docker.sock"), "rootless")
        | {"context": ("", 1)},
        "error docker.rootless-stopped",
        "NVIDIA/deepops#824",
        fix="systemctl --user start docker",
    ),
    Reported(
        "a rootless engine without linger",
        {
            "docker_info": engine(SecurityOptions=["name=rootless"]),
            "user_engine": "looked\nstate=active",
        },
        "info docker.rootless, warn docker.rootless-no-linger",
        "docker/for-linux#1089",
        fix="loginctl enable-linger ada",
    ),
    Reported(
        "a rootless engine that lingers",
        {
            "docker_info": engine(SecurityOptions=["name=rootless"]),
            "user_engine": "linger=yes\nlooked\nstate=active",
        },
        "info docker.rootless",
        "docker/for-linux#1089",
    ),
    Reported(
        "a rootless engine by the hook",
        {
            "docker_info": engine(
                "27.3.1",
                SecurityOptions=["name=rootless"],
                DiscoveredDevices=None,
                CDISpecDirs=None,
                CgroupDriver="cgroupfs",
            ),
            "cdi": "looked",
        },
        "info docker.rootless, error toolkit.rootless-cgroups",
        "NVIDIA/nvidia-container-toolkit#106; NVIDIA/nvidia-docker#1155",
        fix="no-cgroups",
    ),
    Reported(
        "Podman's socket that does not answer",
        refused(DEAD.format("unix:///run/user/1000/podman/podman.sock"), "podman")
        | {"context": ("", 1)},
        "error docker.context-dead",
        "podman-container-tools/podman#4507",
        fix="docker context use default",
    ),
    Reported(
        "a context that leads to another machine",
        {"docker_info": engine(Name="build01"), "context": "build01 ssh://build01"},
        "warn docker.context-remote",
        "docs.docker.com/engine/manage-resources/contexts",
        never="prune",
    ),
    Reported(
        "DOCKER_API_VERSION is newer than the engine",
        refused(
            "Error response from daemon: client version 1.52 is too new. Maximum supported API "
            "version is 1.43"
        ),
        "error docker.client-version",
        "moby/moby#19936",
        fix="DOCKER_API_VERSION=1.43",
    ),
    Reported(
        "an engine that stopped on Alpine",
        STOPPED
        | {
            "system": system("alpine", "3.22", "apk", programs="rc-service"),
            "services": ("systemctl: not found", 127),
            "kind": "looked\ninit=init\nmusl=/lib/ld-musl-x86_64.so.1",
        },
        "error docker.stopped",
        "wiki.alpinelinux.org/wiki/Docker",
        fix="rc-service docker start",
        never="systemctl",
    ),
    Reported(
        "no Docker on Linux Mint, which is built on Ubuntu",
        NO_DOCKER | {"system": system("linuxmint", "22", os_ID_LIKE='"ubuntu debian"')},
        "error docker.missing",
        "docker/desktop-linux#7",
        fix="linux/ubuntu",
        never="get.docker.com",
    ),
    Reported(
        "no Docker on openSUSE",
        NO_DOCKER | {"system": system("opensuse-leap", "15.6", "zypper")},
        "error docker.missing",
        "en.opensuse.org/Docker",
        fix="zypper --non-interactive install docker",
    ),
    Reported(
        "no Docker on Unraid, which has no packages",
        NO_DOCKER
        | {"system": system("slackware", "15.0", "", os_NAME="Unraid")}
        | {"kind": f"{KIND.format('2.39')}\nfile=/etc/unraid-version"},
        "error docker.missing",
        "docs.unraid.net, Docker settings",
        never="apt-get",
    ),
)

DAEMON = (
    Reported(
        "a comma is missing in daemon.json",
        broken('{"dns": ["172.17.0.1"]\n "runtimes": {}}'),
        "error daemon.invalid",
        "NVIDIA/nvidia-docker#1420",
        never="enable --now docker",
    ),
    Reported(
        "a brace too many in daemon.json",
        broken('{"insecure-registries": ["192.0.2.1:5006"] },\n "graph": "/data"}'),
        "error daemon.invalid",
        "NVIDIA/nvidia-docker#542",
    ),
    Reported(
        "a key that this Docker does not know yet",
        broken('{"firewall-backend": "nftables"}')
        | {"docker_version": '{"Client": {"Version": "26.1.4"}}'},
        "error daemon.invalid",
        "dyrnq/install-docker#25",
    ),
    Reported(
        "a key that Docker no longer knows",
        broken('{"disable-legacy-registry": true}')
        | {"docker_version": '{"Client": {"Version": "19.03.5"}}'},
        "error daemon.invalid",
        "florianutz/DockerCE-CIS#2",
    ),
    Reported(
        "a key with a typing error, while the engine runs",
        {"client": daemon('{"default-runtimes": "nvidia"}')},
        "warn daemon.invalid-later",
        "docker/docs#19398",
    ),
    Reported(
        "log options must be text",
        broken('{"log-opts": {"max-file": 3}}'),
        "error daemon.invalid",
        "docs.docker.com/engine/logging/configure: values must be strings",
    ),
    Reported(
        "a switch that is text",
        broken('{"live-restore": "true"}'),
        "error daemon.invalid",
        "moby/moby, daemon/config/config.go",
    ),
    Reported(
        "debug as a flag and in the file",
        broken('{"debug": true}') | {"services": f"{UNIT}-H fd:// --debug ; ignore_errors=no ; }}"},
        "error daemon.hosts-twice",
        "moby/moby#41725",
        fix="debug",
    ),
    Reported(
        "hosts in the file beside the unit's -H",
        broken('{"hosts": ["tcp://127.0.0.1:2375"]}')
        | {"services": f"{UNIT}-H fd:// ; ignore_errors=no ; }}"},
        "error daemon.hosts-twice",
        "NVIDIA/nvidia-docker#490",
    ),
    Reported(
        "a default runtime that a flag defines",
        broken('{"default-runtime": "nvidia"}')
        | {"services": f"{UNIT}--add-runtime=nvidia=/usr/bin/x ; ignore_errors=no ; }}"},
        "error docker.stopped",
        "NVIDIA/nvidia-container-runtime#35",
    ),
    Reported(
        "a runtime whose program was removed",
        {
            "client": f"{daemon('{}')}\nmissing=nvidia-container-runtime",
        },
        "warn daemon.runtime-missing",
        "NVIDIA/nvidia-container-runtime#98",
    ),
)

TOOLKIT = (
    Reported(
        "ldconfig.real on a Debian that has none",
        {
            "system": system("debian", "12"),
            "docker_info": QUIET_HOOK,
            "cdi": "looked",
            "toolkit": f"{CONFIG}toml=[nvidia-container-cli]\n"
            'toml=ldconfig = "@/sbin/ldconfig.real"\ngone=/sbin/ldconfig.real',
        },
        "error toolkit.config-paths",
        "hekmak/Conf-net#5; NVIDIA/nvidia-docker#587",
        fix="nvidia-container-cli.ldconfig=@/sbin/ldconfig",
    ),
    Reported(
        "a path of the GPU operator's own nvidia-container-cli",
        {
            "docker_info": QUIET_HOOK,
            "cdi": "looked",
            "toolkit": f"{CONFIG}toml=[nvidia-container-cli]\n"
            'toml=path = "/usr/local/nvidia/toolkit/nvidia-container-cli"\n'
            "gone=/usr/local/nvidia/toolkit/nvidia-container-cli",
        },
        "error toolkit.config-paths",
        "NVIDIA/gpu-operator#375",
        fix="Remove nvidia-container-cli.path",
    ),
    Reported(
        "mode cdi with an engine that calls the hook",
        {
            "docker_info": QUIET_HOOK,
            "toolkit": f'{CONFIG}toml=[nvidia-container-runtime]\ntoml=mode = "cdi"',
        },
        "error toolkit.config-mode, info toolkit.cdi-unread",
        "NVIDIA/nvidia-container-toolkit#1246",
        fix="nvidia-container-runtime.mode=auto",
    ),
    Reported(
        "mode csv on a server",
        {
            "docker_info": QUIET_HOOK,
            "cdi": "looked",
            "toolkit": f'{CONFIG}toml=[nvidia-container-runtime]\ntoml=mode = "csv"',
        },
        "error toolkit.config-mode",
        "NVIDIA/dcgm-exporter#101",
    ),
    Reported(
        "a config.toml that is no TOML",
        {"toolkit": f"{CONFIG}toml=root = /run/nvidia"},
        "error toolkit.config-invalid",
        "NVIDIA/nvidia-container-toolkit#483",
    ),
    Reported(
        "libraries of the driver before in a CDI file",
        {
            "cdi": "looked\nfile=/etc/cdi/nvidia.yaml\nlibcuda.so.580.65.06\nkind=nvidia.com/gpu\n"
            "gone=/usr/lib/libEGL_nvidia.so.580.65.06"
        },
        "error toolkit.cdi-stale",
        "Igalia/webkit-container-sdk#23",
        fix="mv /etc/cdi/nvidia.yaml /etc/cdi/nvidia.yaml.before-scaffold",
    ),
    Reported(
        "an old CDI file that a fresh one overrides",
        {
            "cdi": "looked\nfile=/etc/cdi/nvidia.yaml\nlibcuda.so.580.65.06\nkind=nvidia.com/gpu\n"
            "gone=/usr/lib/libEGL_nvidia.so.580.65.06\nfile=/var/run/cdi/nvidia.yaml\n"
            f"libcuda.so.{DRIVER}\nkind=nvidia.com/gpu"
        },
        "",
        "NVIDIA/NemoClaw#4733",
    ),
    Reported(
        "a CDI file of another vendor with a missing path",
        {
            "cdi": f"looked\nfile=/etc/cdi/intel.yaml\nkind=intel.com/gpu\ngone=/dev/dri/card9\n"
            f"file=/var/run/cdi/nvidia.yaml\nlibcuda.so.{DRIVER}\nkind=nvidia.com/gpu"
        },
        "",
        "cdi specification, vendors",
    ),
    Reported(
        "the hook was renamed and is missing",
        {
            "docker_info": engine(
                "19.03.12", DiscoveredDevices=None, CDISpecDirs=None, CgroupDriver="cgroupfs"
            ),
            "cdi": "looked",
            "toolkit": "ctk=version 1.20.0\ncli=1.20.0\nhook=",
        },
        "warn docker.no-buildkit, error toolkit.no-hook",
        "NVIDIA/nvidia-docker#1337",
    ),
    Reported(
        "SELinux labels and containers that may use devices",
        {
            "docker_info": engine(SecurityOptions=["name=selinux"]),
            "system": system("fedora", "42", "dnf", enforce="1"),
            "kind": f"{KIND.format('2.41')}\ncontainer_use_devices --> on",
        },
        "",
        "NVIDIA/nvidia-docker#676",
    ),
)

LOGIN = (
    Reported(
        "Ubuntu 18.04 is too old for VS Code's server",
        {"system": system(release="18.04"), "kind": KIND.format("2.27")},
        "warn ssh.editor-server",
        "microsoft/vscode-remote-release#10910; microsoft/vscode#204264",
    ),
    Reported(
        "a libstdc++ that is too old",
        {"kind": f"{KIND.format('2.28')}\nlibstdcxx=/usr/lib64/libstdc++.so.6.0.19"},
        "warn ssh.editor-server",
        "microsoft/vscode-remote-release#9961",
    ),
    Reported(
        "a disk quota that is used up",
        {
            "quota": "Disk quotas for user ada (uid 1000):\n Filesystem blocks quota limit grace "
            "files quota limit grace\n /dev/sda1 1048576* 900000 1048576 6days 9 0 0"
        },
        "warn disk.quota",
        "microsoft/vscode-remote-release#4001",
    ),
    Reported(
        "a quota of files that is used up",
        {"quota": "home:/ada 10 0 0 99999 90000 100000 none"},
        "warn disk.quota",
        "microsoft/vscode-remote-release#5649",
    ),
    Reported(
        "no inodes left in the home folder",
        {"home_disk": "disk=/home/ada\nx 1 1 99999999 1% /home\nx 100 100 0 100% /home"},
        "warn disk.home-inodes",
        "microsoft/vscode-remote-release#5649",
    ),
    Reported(
        "a home folder that is not writable",
        {
            "account": "user=ada\nuid=1000\nhome=/home/ada\ngroups=ada docker\nwritable=no",
        },
        "warn ssh.home-read-only",
        "microsoft/vscode-remote-release#10508",
    ),
    Reported(
        "a login that takes ten seconds",
        {},
        "warn ssh.slow-login",
        "microsoft/vscode-remote-release#2509",
        shell_s=10.2,
    ),
    Reported(
        "sshd's file forbids forwarding, a Match block allows it to this user",
        {"sshd": "# /etc/ssh/sshd_config\nAllowTcpForwarding no\nMatch User ada"},
        "",
        "microsoft/vscode-remote-release#744",
        forwarding="unreached",
    ),
    Reported(
        "images of containerd's own store on a full disk",
        {
            "docker_info": engine(DriverStatus=[["driver-type", "io.containerd.snapshotter.v1"]]),
            "disk": "disk=/var/lib/containerd\ny 9 1 3000000 1% /var/lib/containerd\ny 9 1 8 1% /",
        },
        "error disk.docker-full",
        "Docker Engine 29 release notes: containerd image store",
    ),
    Reported(
        "a data-root below a mount that is hidden from this user",
        {
            "docker_info": engine(DockerRootDir="/srv/fast/docker"),
            "docker_disk": "disk=/srv/fast/docker\ny 9 1 524288000 1% /srv/fast\ny 9 1 8 1% /s",
        },
        "",
        "docs.docker.com/engine/daemon, data-root",
    ),
)
ENGINE_ROWS = (*ENGINES, *DAEMON, *TOOLKIT, *LOGIN)
__all__ = ["CLIENT", "ENGINE_ROWS", "PLAIN_ENGINE"]
