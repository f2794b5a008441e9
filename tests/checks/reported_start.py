"""Situations from public reports: engines that do not start, nodes of clusters, remote editors."""

from tests.checks.reported import (
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
from tests.checks.reported_engines import CONFIG, STOPPED
from tests.checks.reported_handed import DEAD, QUIET_HOOK, WSL

KIND = "looked\ninit=systemd\nuid_map=0 0 4294967295\nglibc=glibc 2.39"
ACCOUNT = (
    "user=ada\nuid=1000\ngid=1000\nhome=/home/ada\ngroups=ada docker\nconfigured=ada docker\n"
    "passwd=ada:x:1000:1000::/home/ada:/bin/bash\nwritable=yes"
)
FATAL = 'level=fatal msg="{}"'


def ends(line: str, **parts: Part) -> dict[str, Part]:
    """An engine that ends as soon as it starts, with the line of its log that says why."""
    return STOPPED | {"docker_log": FATAL.format(line)} | parts


def plugins(*names: str) -> str:
    """The answer of a docker command with these plugins."""
    return engine(ClientInfo={"Plugins": [{"Name": name} for name in names]})


def configured(text: str, **parts: Part) -> dict[str, Part]:
    """A config.toml of the toolkit, and an engine whose --gpus calls the hook."""
    return {
        "docker_info": QUIET_HOOK,
        "cdi": "looked",
        "toolkit": f"{CONFIG}{text}",
    } | parts


START = (
    Reported(
        "a VPN's routes leave no addresses to Docker",
        ends(
            "Error initializing network controller: list bridge addresses failed: "
            "PredefinedLocalScopeDefaultNetworks List: [172.17.0.0/16]: no available network"
        ),
        "error docker.fails-to-start",
        "docker/for-linux#599, #418; bitwarden/server#439",
        fix="--set address-pool=",
        never="enable --now docker",
    ),
    Reported(
        "iptables has no nat table in this kernel",
        ends(
            'failed to register "bridge" driver: failed to create NAT chain DOCKER: iptables '
            "failed: modprobe: FATAL: Module ip_tables not found"
        ),
        "error docker.fails-to-start",
        "docker/for-linux#1070; moby/moby#32349, #46400",
        fix="iptable_nat",
        never="enable --now docker",
    ),
    Reported(
        "Docker starts no more after pacman -Syu, whose kernel replaced the running one",
        ends(
            "failed to start daemon: Error initializing network controller: iptables failed",
            system=system("arch", "", "pacman", "6.17.8-arch1-1"),
            disk_module="kernel=6.18.1-arch1-1 yes",
        ),
        "error docker.fails-to-start",
        "moby/moby#41792; wiki.archlinux.org/title/System_maintenance",
        fix="reboot",
    ),
    Reported(
        "docker.socket is not running",
        ends("failed to load listeners: no sockets found via socket activation: make sure"),
        "error docker.fails-to-start",
        "docker/for-linux#476; moby/moby#23793",
        fix="systemctl enable --now docker.socket",
    ),
    Reported(
        "a container's mount made a folder of the socket",
        ends(
            "failed to load listeners: can't create unix socket /var/run/docker.sock: "
            "is a directory"
        ),
        "error docker.fails-to-start",
        "moby/moby#30348; rancher/rancher#9432",
        fix="rmdir /var/run/docker.sock",
        never="rm -rf",
    ),
    Reported(
        "images of devicemapper, which Docker no longer has",
        ends(
            "error initializing graphdriver: the devicemapper storage-driver has been deprecated "
            "and removed"
        ),
        "error docker.fails-to-start",
        "moby/moby#36365; docker/docker-install#114",
        fix="overlay2",
        never="rm -rf",
    ),
    Reported(
        "containerd does not run",
        ends('failed to start daemon: failed to dial "/run/containerd/containerd.sock": timeout'),
        "error docker.fails-to-start",
        "weaveworks/ignite#443",
        fix="enable --now containerd",
    ),
    Reported(
        "a log that names a reason which no row knows is the evidence",
        ends("failed to start daemon: something that nobody has seen before"),
        "error docker.stopped",
        "docs.docker.com/engine/daemon/troubleshoot",
        fix="journalctl -u docker",
    ),
    Reported(
        "a flag of the service that this Docker does not know",
        STOPPED | {"docker_log": "unknown flag: --graph\nSee 'dockerd --help'."},
        "error docker.fails-to-start",
        "Docker Engine 23.0 release notes: --graph is removed",
        fix="systemctl edit docker",
    ),
)

ENGINES = (
    Reported(
        "DOCKER_CONTEXT leads to an engine that does not answer",
        refused(DEAD.format("unix:///home/ada/.docker/desktop/docker.sock"), "desktop-linux")
        | {
            "account": f"{ACCOUNT}\ndocker_context=desktop-linux",
            "context": "desktop-linux unix:///home/ada/.docker/desktop/docker.sock",
        },
        "error docker.context-dead",
        "docker/cli#1899, #2669",
        fix="Remove DOCKER_CONTEXT",
        never="docker context use default",
    ),
    Reported(
        "Colima's engine in a virtual machine",
        {
            "docker_info": engine("27.4.0", Name="colima", **PLAIN_ENGINE),
            "context": "colima unix:///home/ada/.colima/default/docker.sock",
            **NO_TOOLKIT,
        },
        "error docker.virtual-machine",
        "abiosoft/colima, README",
        fix="docker context use default",
        never="nvidia-ctk",
    ),
    Reported(
        "minikube's docker-env in the login's files",
        {
            "account": f"{ACCOUNT}\ndocker_host=tcp://192.168.49.2:2376",
            "docker_info": engine("27.4.1", Name="minikube", **PLAIN_ENGINE),
            "context": "default tcp://192.168.49.2:2376",
            **NO_TOOLKIT,
        },
        "error docker.virtual-machine",
        "minikube.sigs.k8s.io/docs/commands/docker-env",
        fix="Remove DOCKER_HOST",
    ),
    Reported(
        "Docker of a distribution without buildx",
        {"docker_info": plugins("compose")},
        "info docker.no-buildx",
        "NVIDIA-ISAAC-ROS/isaac_ros_common#90; devcontainers/features#570",
        fix="docker-buildx",
    ),
    Reported(
        "Docker with buildx and compose",
        {"docker_info": plugins("buildx", "compose")},
        "",
        "docs.docker.com/engine/install/ubuntu",
    ),
    Reported(
        "a Kubernetes node, whose pods run on containerd",
        NO_DOCKER
        | NO_TOOLKIT
        | {
            "services": "Id=containerd.service\nLoadState=loaded\nActiveState=active\n\n"
            "Id=kubelet.service\nLoadState=loaded\nActiveState=active"
        },
        "error docker.kubernetes-node",
        "weaveworks/ignite#443; kubernetes/kubernetes#43400",
        fix="kubectl drain",
        never="apt-get",
    ),
    Reported(
        "a k3s node that has Docker too is a usual host",
        {
            "services": "Id=docker.service\nLoadState=loaded\nActiveState=active\n\n"
            "Id=k3s.service\nLoadState=loaded\nActiveState=active"
        },
        "",
        "docs.k3s.io/advanced",
    ),
    Reported(
        "Docker's disk was remounted read-only",
        {"mounts": "ext4 / rw,relatime\next4 /var/lib/docker ro,relatime"},
        "error disk.docker-read-only",
        "ext4(5), errors=remount-ro",
        fix="fsck",
    ),
)

DAEMON = (
    Reported(
        "the default runtime's program was removed",
        {
            "client": daemon(
                '{"default-runtime": "nvidia", "runtimes": {"nvidia": {"path": "/usr/bin/gone"}}}'
            )
            + "\nmissing=/usr/bin/gone"
        },
        "error daemon.runtime-missing",
        "NVIDIA/nvidia-container-runtime#98",
    ),
    Reported(
        "a storage driver that this Docker no longer has",
        STOPPED
        | {
            "client": daemon('{"storage-driver": "aufs"}'),
            "docker_version": '{"Client": {"Version": "27.1.0"}}',
        },
        "error daemon.invalid",
        "Docker Engine 24.0 release notes; moby/moby#15651",
        never="enable --now docker",
    ),
    Reported(
        "a storage driver that this Docker still has",
        {
            "client": daemon('{"storage-driver": "devicemapper"}'),
            "docker_info": engine(
                "20.10.24", DiscoveredDevices=None, CDISpecDirs=None, CgroupDriver="cgroupfs"
            ),
            "cdi": "looked",
        },
        "warn docker.no-buildkit",
        "Docker Engine 25.0 release notes",
    ),
    Reported(
        "Docker makes no network rules",
        {"client": daemon('{"iptables": false}')},
        "warn daemon.no-network",
        "moby/moby#13381, #4737",
        fix="masquerade",
    ),
    Reported(
        "Docker has no bridge",
        {"client": daemon('{"bridge": "none"}')},
        "warn daemon.no-network",
        "docs.docker.com/engine/network",
    ),
    Reported(
        "nerdctl under docker's name",
        {"client": "login=/usr/local/bin/docker\ntarget=/usr/local/bin/nerdctl"},
        "error docker.nerdctl",
        "containerd/nerdctl, README",
    ),
    Reported(
        "Docker's data on a disk of Windows",
        {"mounts": "ext4 / rw\nfuseblk /var/lib/docker rw"},
        "error disk.docker-file-system",
        "docs.docker.com/engine/storage/drivers/select-storage-driver",
    ),
)

TOOLKIT = (
    Reported(
        "no-cgroups was set for rootless Docker, and the system's Docker runs",
        configured("toml=[nvidia-container-cli]\ntoml=no-cgroups = true"),
        "error toolkit.no-cgroups",
        "NVIDIA/nvidia-container-toolkit#381; NVIDIA/dcgm-exporter#440",
        fix="nvidia-container-cli.no-cgroups=false",
    ),
    Reported(
        "no-cgroups on WSL2 with Docker's own packages",
        WSL | configured("toml=[nvidia-container-cli]\ntoml=no-cgroups = true"),
        "info machine.wsl2, error toolkit.no-cgroups",
        "NVIDIA/nvidia-container-toolkit#85",
    ),
    Reported(
        "no-cgroups does not matter where --gpus goes through CDI",
        {"toolkit": f"{CONFIG}toml=[nvidia-container-cli]\ntoml=no-cgroups = true"},
        "",
        "Docker Engine 29.2 release notes",
    ),
    Reported(
        "no-cgroups with a rootless engine is right",
        configured(
            "toml=[nvidia-container-cli]\ntoml=no-cgroups = true",
            docker_info=engine(
                "27.3.1",
                SecurityOptions=["name=rootless"],
                DiscoveredDevices=None,
                CDISpecDirs=None,
                CgroupDriver="cgroupfs",
            ),
        ),
        "info docker.rootless",
        "NVIDIA cloud-native docs, rootless mode",
    ),
    Reported(
        "a toolkit that was set up for Kubernetes ignores what --gpus asks for",
        configured("toml=accept-nvidia-visible-devices-envvar-when-unprivileged = false"),
        "error toolkit.variable-ignored",
        "NVIDIA/k8s-device-plugin#203",
        fix="accept-nvidia-visible-devices-envvar-when-unprivileged=true",
    ),
    Reported(
        "a mode that the toolkit does not know",
        configured('toml=[nvidia-container-runtime]\ntoml=mode = "hook"'),
        "error toolkit.config-mode",
        "NVIDIA/nvidia-container-toolkit, internal/info/auto.go",
        fix="nvidia-container-runtime.mode=auto",
    ),
    Reported(
        "the mode that toolkit 1.18 chooses by itself",
        configured('toml=[nvidia-container-runtime]\ntoml=mode = "jit-cdi"'),
        "",
        "NVIDIA Container Toolkit 1.18.0 release notes",
    ),
    Reported(
        "the toolkit on openSUSE MicroOS is there after the next boot",
        NO_TOOLKIT
        | {
            "system": system(
                "opensuse-microos", "20260101", "zypper", programs="systemctl transactional-update"
            ),
            "docker_info": engine(**PLAIN_ENGINE),
        },
        "error toolkit.missing",
        "NVIDIA/nvidia-docker#1608; suse-edge/suse-edge.github.io#73",
        fix="transactional-update --non-interactive pkg install nvidia-container-toolkit",
        never="zypper --non-interactive install",
    ),
    Reported(
        "the toolkit on Azure Linux, whose package manager is tdnf",
        NO_TOOLKIT
        | {"system": system("azurelinux", "3.0", "tdnf"), "docker_info": engine(**PLAIN_ENGINE)},
        "error toolkit.missing",
        "NVIDIA/gpu-driver-container#42; NVIDIA/DCGM#113",
        fix="tdnf install -y nvidia-container-toolkit",
    ),
    Reported(
        "TrueNAS has apt and must not use it",
        NO_TOOLKIT
        | {
            "system": system("debian", "12"),
            "kind": f"{KIND}\nfile=/usr/bin/midclt",
            "docker_info": engine(**PLAIN_ENGINE),
        },
        "error toolkit.missing",
        "truenas.com/docs/scale, Apps settings",
        fix="Apps settings",
        never="apt-get",
    ),
)

EDITORS = (
    Reported(
        "a home folder that is mounted noexec",
        {"mounts": "ext4 / rw\next4 /home rw,nosuid,nodev,noexec,relatime"},
        "warn ssh.home-no-exec",
        "microsoft/vscode-remote-release#1211",
        fix="serverInstallPath",
    ),
    Reported(
        "VS Code's folder was made by root",
        {"account": f"{ACCOUNT}\nlocked=.vscode-server\nlocked=.docker"},
        "warn ssh.folder-locked",
        "microsoft/vscode-remote-release#2095",
        fix="chown -R ada /home/ada/.vscode-server /home/ada/.docker",
    ),
    Reported(
        "few files may be watched",
        {"kind": f"{KIND}\nwatches=8192"},
        "info ssh.few-watches",
        "microsoft/vscode-remote-release#40, #329",
        fix="max_user_watches=524288",
    ),
    Reported(
        "NixOS without nix-ld starts no server of VS Code",
        {
            "system": system("nixos", "25.05", "", programs="systemctl nix-env"),
            "kind": f"{KIND}\nroot=ext4\nloader=/nix/store/x-stub-ld-x86_64-unknown-linux-musl",
        },
        "warn ssh.editor-server",
        "nix-community/nixos-vscode-server#86; microsoft/vscode-remote-release#648",
        fix="programs.nix-ld.enable = true",
        never="upgrade the distribution",
    ),
    Reported(
        "NixOS with nix-ld",
        {
            "system": system("nixos", "25.05", "", programs="systemctl nix-env"),
            "kind": f"{KIND}\nroot=ext4\nloader=/nix/store/x-nix-ld-2.0.4/libexec/nix-ld",
        },
        "",
        "nix-community/nix-ld#85",
    ),
)
START_ROWS = (*START, *ENGINES, *DAEMON, *TOOLKIT, *EDITORS)
