"""Situations from public reports: units and sockets, engines' settings, distributions."""

from tests.checks.reported import (
    CLIENT,
    DRIVER,
    NO_DOCKER,
    Part,
    Reported,
    engine,
    refused,
    system,
)
from tests.checks.reported_handed import DEAD
from tests.checks.reported_kernel import KIND, not_installed
from tests.checks.reported_start import ACCOUNT, ends

SOCKET = "unix:///var/run/docker.sock"
NEW_WORDS = (
    f"failed to connect to the docker API at {SOCKET}; check if the path is correct and if the "
    "daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory"
)
DENIED = f"permission denied while trying to connect to the docker API at {SOCKET}"
OWN = "unix:///run/user/1000/docker.sock"
CDI = f"libcuda.so.{DRIVER}\nkind=nvidia.com/gpu"


BY_HOOK = {"DiscoveredDevices": None, "CDISpecDirs": None, "CgroupDriver": "cgroupfs"}


def driver(version: str) -> dict[str, Part]:
    """Another driver, and no CDI specification."""
    return {
        "module": f"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {version}\nloaded=nvidia",
        "disk_module": f"kernel=6.8.0-45-generic yes\nversion={version}\nlicense=NVIDIA",
        "smi": f"NVIDIA-SMI {version}   Driver Version: {version}    CUDA Version: 12.4",
        "cdi": "looked",
    }


def units(*rows: str) -> str:
    """Units with their LoadState and ActiveState: `docker.service masked inactive`."""
    split = (row.split() for row in rows)
    return "\n\n".join(f"Id={a}\nLoadState={b}\nActiveState={c}" for a, b, c in split)


def own(log: str) -> dict[str, Part]:
    """A rootless engine that ended, and a line of its log."""
    return refused(DEAD.format(OWN), "rootless") | {
        "account": f"{ACCOUNT}\ndocker_host={OWN}",
        "user_engine": "linger=yes\nlooked\nunit=/home/ada/.config/systemd/user/docker.service\n"
        "state=failed",
        "docker_log": log,
    }


UNITS = (
    Reported(
        "a masked service",
        refused(DEAD.format(SOCKET)) | {"services": units("docker.service masked inactive")},
        "error docker.masked",
        "dyrnq/install-docker#7; kubernetes/minikube#15636",
        fix="systemctl unmask docker.service docker.socket",
    ),
    Reported(
        "a masked socket",
        refused(DEAD.format(SOCKET))
        | {"services": units("docker.service loaded inactive", "docker.socket masked inactive")},
        "error docker.masked",
        "kubernetes/minikube#17942; docker/desktop-linux#94",
    ),
    Reported(
        "the docker command of docker-ce-cli, without an engine",
        refused(NEW_WORDS) | {"services": units("docker.service not-found inactive")},
        "error docker.no-engine",
        "docs.docker.com/engine/install, package docker-ce-cli",
        fix="docker-ce ",
    ),
    Reported(
        "a snap's engine that was stopped",
        refused(NEW_WORDS) | {"services": units("snap.docker.dockerd.service loaded inactive")},
        "error docker.stopped",
        "canonical/docker-snap#180",
        fix="snap start docker",
        never="systemctl enable",
    ),
    Reported(
        "a user of the docker group, and a socket of root's group",
        refused(DENIED)
        | {"client": f"{CLIENT}\nsocket=no /var/run/docker.sock\nsocket_group=root"},
        "error docker.socket-group",
        "docker/for-linux#1020; VOLTTRON/volttron-docker#40; weber-software/diuid#18",
        fix="systemctl restart docker.socket docker",
        never="chmod",
    ),
    Reported(
        "a user of the docker group whom the socket refuses, without systemd",
        refused(DENIED)
        | {
            "services": ("systemctl: not found", 127),
            "kind": "looked\ninit=init\nglibc=glibc 2.39",
        },
        "error docker.socket-group",
        "occidere/TIL#116; moby/moby#11377",
        fix="service docker restart",
        never="systemctl",
    ),
    Reported(
        "a distribution that gives the socket to a group of its own",
        refused(DENIED)
        | {
            "account": ACCOUNT.replace("ada docker", "ada"),
            "client": f"{CLIENT}\nsocket=no /var/run/docker.sock\nsocket_group=dockerroot",
        },
        "error docker.permission",
        "moby/moby#11377; CentOS 7, package docker",
        fix="usermod -aG dockerroot ada",
    ),
    Reported(
        "a socket whose group has no name on this host",
        refused(DENIED)
        | {
            "account": ACCOUNT.replace("ada docker", "ada"),
            "client": f"{CLIENT}\nsocket=no /var/run/docker.sock\nsocket_group=UNKNOWN",
        },
        "error docker.permission",
        "stat(1), %G; a container that was given the socket",
        fix="usermod -aG docker ada",
        never="UNKNOWN",
    ),
    Reported(
        "a node of a Slurm cluster, whose Docker is not for its users",
        refused(DENIED)
        | {
            "system": system("rocky", "9.6", "dnf", programs="systemctl srun apptainer"),
            "account": ACCOUNT.replace("ada docker", "ada"),
            "kind": f"{KIND}\nenv=SLURM_JOB_ID 1",
        },
        "error docker.permission",
        "slurm.schedmd.com/containers.html; docs.docker.com/engine/install/linux-postinstall",
        fix="apptainer exec --nv",
        never="usermod",
    ),
    Reported(
        "an engine that ends a request, which names its socket as a web address",
        refused('error during connect: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.51/info": EOF')
        | {"context": ("", 1)},
        "error docker.failed",
        "docker/cli, error during connect; engine ended while it answered",
    ),
    Reported(
        "DOCKER_HOST leads to an engine that wants TLS",
        refused("Error response from daemon: Client sent an HTTP request to an HTTPS server.")
        | {"account": f"{ACCOUNT}\ndocker_host=tcp://build:2376"},
        "error docker.elsewhere-dead",
        "docs.docker.com/engine/security/protect-access",
    ),
    Reported(
        "DOCKER_HOST of podman-docker, and Podman's socket is not started",
        refused(DEAD.format("unix:///run/user/1000/podman/podman.sock"))
        | {"account": f"{ACCOUNT}\ndocker_host=unix:///run/user/1000/podman/podman.sock"},
        "error docker.elsewhere-dead",
        "podman-container-tools/podman#4507; podman-system-service(1)",
        fix="systemctl --user enable --now podman.socket",
    ),
    Reported(
        "AppArmor refuses a rootless engine its user namespace",
        own(
            "[rootlesskit:parent] error: failed to start the child: fork/exec /proc/self/exe: "
            "operation not permitted"
        ),
        "error docker.rootless-fails",
        "moby/moby#47480; ScribeMD/rootless-docker#401; containerd/nerdctl#3063",
        fix="docker-ce-rootless-extras",
    ),
    Reported(
        "an account without numbers for its containers' users",
        own(
            "[rootlesskit:parent] error: failed to setup UID/GID map: newuidmap 42 [0 1000 1] "
            "failed: exit status 1"
        ),
        "error docker.rootless-fails",
        "rootlesscontaine.rs/getting-started/common/subuid",
        fix="usermod --add-subuids",
    ),
    Reported(
        "a rootless engine without a session of systemd",
        own("XDG_RUNTIME_DIR needs to be set; error: failed to start dockerd"),
        "error docker.rootless-fails",
        "rootlesscontaine.rs/getting-started/common/login",
        fix="Log in over SSH",
    ),
    Reported(
        "a rootless engine whose log names something new",
        own("error: something else"),
        "error docker.rootless-stopped",
        "docs.docker.com/engine/security/rootless",
    ),
)

START = (
    Reported(
        "RHEL 10 without the packet filter's modules",
        ends(
            "failed to start daemon: failed to append jump rules to nat-PREROUTING: iptables "
            "failed: Warning: Extension addrtype revision 0 not supported, missing kernel module?",
            system=system("almalinux", "10.2", "dnf", "6.12.0-211.el10_2.x86_64"),
        ),
        "error docker.fails-to-start",
        "docker/docker-ce-packaging#1340; docker/for-linux#1559; kubernetes/kops#18724",
        fix="kernel-modules-extra-$(uname -r)",
    ),
    Reported(
        "a WSL kernel without the packet filter's modules",
        ends(
            "failed to start daemon: Warning: Extension addrtype revision 0 not supported, missing "
            "kernel module?"
        ),
        "error docker.fails-to-start",
        "jamesmcm/vopono#297; moby/moby#49020",
        never="dnf",
    ),
    Reported(
        "a Jetson whose iptables does not fit its kernel",
        ends(
            "failed to start daemon: failed to create NAT chain DOCKER: iptables failed: iptables "
            "v1.8.7 (nf_tables): Could not fetch rule set generation id: Invalid argument",
            system=system(machine="aarch64", kernel="5.15.136-tegra", jetson="yes"),
        ),
        "info machine.jetson, error docker.fails-to-start",
        "dusty-nv/NanoLLM#3; dusty-nv/jetson-containers#508; pythops/jetson-image#147",
        fix="iptables-legacy",
    ),
    Reported(
        "Docker 19.03 on a machine with cgroups of version 2",
        ends("failed to start daemon: Devices cgroup isn't mounted"),
        "error docker.fails-to-start",
        "docker/cli#2104, #3613; nix-community/NixOS-WSL#293",
        fix="Upgrade Docker",
        never="enable --now docker",
    ),
    Reported(
        "xfs without d_type",
        ends(
            "failed to start daemon: error initializing graphdriver: overlay2: the backing xfs "
            "filesystem is formatted without d_type support"
        ),
        "error docker.fails-to-start",
        "moby/moby#10294; docker/for-linux#196",
        fix="ftype=1",
        never='"storage-driver": "overlay2"',
    ),
    Reported(
        "overlay2 on a file system that does not support it",
        ends("failed to start daemon: error initializing graphdriver: driver not supported"),
        "error docker.fails-to-start",
        "moby/moby#29873",
        fix="data-root=/FOLDER",
    ),
    Reported(
        "two bridges of one name in Docker's record of networks",
        ends(
            'Error creating default "bridge" network: cannot create network 1 (docker0): conflicts '
            "with network 2 (docker0): networks have same bridge name"
        ),
        "error docker.fails-to-start",
        "moby/moby#49291; docker/for-linux#1512; moby/moby#47998",
        fix="local-kv.db.before-scaffold",
    ),
    Reported(
        "Docker's disk accepts no writes at its start",
        ends("failed to start daemon: mkdir /var/lib/docker: read-only file system"),
        "error docker.fails-to-start",
        "ext4(5), errors=remount-ro",
        fix="fsck",
    ),
    Reported(
        "firewalld has Docker's bridge in another zone",
        ends(
            'failed to start daemon: Error creating default "bridge" network: Failed to program '
            "NAT chain: ZONE_CONFLICT: 'docker0' already bound to a zone"
        ),
        "error docker.fails-to-start",
        "moby/moby#41609; docker/for-linux#1163, #1177",
        fix="firewall-cmd --permanent --zone=trusted --remove-interface=docker0",
    ),
    Reported(
        "a flag names a default runtime that nothing defines",
        ends('failed to start daemon: specified default runtime "nvidia" does not exist'),
        "error docker.fails-to-start",
        "NVIDIA/nvidia-docker#1002; NVIDIA/nvidia-container-runtime#154",
        fix="nvidia-ctk runtime configure",
    ),
    Reported(
        "a limit of size that this file system does not support",
        ends(
            "failed to start daemon: error initializing graphdriver: Storage Option overlay2.size "
            "only supported for backingFS XFS. Found extfs"
        ),
        "error docker.fails-to-start",
        "moby/moby#40667, #46823",
        fix="Correct /etc/docker/daemon.json",
        never="data-root",
    ),
    Reported(
        "another dockerd has the data",
        ends("failed to start daemon: error while opening volume store metadata database: timeout"),
        "error docker.fails-to-start",
        "moby/moby#29519; docker/for-linux#162",
        fix="pgrep -a dockerd",
    ),
)

SETTINGS = (
    Reported(
        "Docker 28 on a Jetson whose kernel lacks the table raw",
        {
            "system": system(machine="aarch64", kernel="5.15.148-tegra", jetson="yes"),
            "docker_info": engine("28.2.2", CgroupDriver="cgroupfs"),
            "kind": f"{KIND}\niptable_raw=no",
        },
        "info machine.jetson, warn docker.jetson-ports",
        "moby/moby#49557; TommyChangUMD/ros-humble-ros1-bridge-builder#29",
        fix="DOCKER_INSECURE_NO_IPTABLES_RAW",
    ),
    Reported(
        "Docker 27 on the same Jetson",
        {
            "system": system(machine="aarch64", kernel="5.15.148-tegra", jetson="yes"),
            "docker_info": engine("27.5.1", CgroupDriver="cgroupfs"),
            "kind": f"{KIND}\niptable_raw=no",
        },
        "info machine.jetson",
        "moby/moby#49557",
    ),
    Reported(
        "RHEL 10 has no iptable_raw, and nftables takes its place",
        {"system": system("rhel", "10.1", "dnf"), "kind": f"{KIND}\niptable_raw=no"},
        "",
        "docker/for-linux#1537; moby/moby#49020",
    ),
    Reported(
        "gVisor is the default runtime",
        {"docker_info": engine(DefaultRuntime="runsc", Runtimes={"nvidia": {}, "runsc": {}})},
        "warn docker.other-runtime",
        "google/gvisor#14; nestybox/sysbox#50",
        fix="--runtime=runc",
    ),
    Reported(
        "NVIDIA's runtime is the default one",
        {"docker_info": engine(DefaultRuntime="nvidia")},
        "",
        "NVIDIA/nvidia-docker#1002",
    ),
    Reported(
        "hardening switched the forwarding of packets off",
        {"docker_info": engine(IPv4Forwarding=False)},
        "warn docker.no-ip-forwarding",
        "moby/moby#47966; debops/debops#1878; wg-easy/wg-easy#225",
        fix="net.ipv4.ip_forward=1",
    ),
    Reported(
        "Docker Desktop runs Windows containers",
        {"docker_info": engine(OSType="windows")},
        "error docker.windows-containers",
        "docs.docker.com/desktop/setup/install/windows-install",
    ),
    Reported(
        "the credential helper of a Docker Desktop that is gone",
        {"client": f"{CLIENT}\nlost_helper=docker-credential-desktop"},
        "warn docker.credential-helper",
        "lando/drupal#155; lux4rd0/grafana-loki-syslog-aio#16; sfx101/deck#86",
        fix="credsStore",
    ),
    Reported(
        "a proxy for the login, and none for the engine",
        {"account": f"{ACCOUNT}\nproxy=yes"},
        "warn docker.no-proxy",
        "docker/for-linux#1444; NVIDIA/nvidia-docker#432; docker-library/hello-world#28",
        fix="https-proxy",
    ),
    Reported(
        "a proxy for both",
        {"account": f"{ACCOUNT}\nproxy=yes", "docker_info": engine(HttpsProxy="http://proxy:3128")},
        "",
        "docs.docker.com/engine/daemon/proxy",
    ),
    Reported(
        "a login without a proxy",
        {"account": ACCOUNT},
        "",
        "docs.docker.com/engine/daemon/proxy",
    ),
    Reported(
        "two CDI specifications in one folder",
        {
            "docker_info": engine(DiscoveredDevices=None, CgroupDriver="cgroupfs"),
            "cdi": f"looked\nfile=/etc/cdi/nvidia.yaml\n{CDI}\nfile=/etc/cdi/nvidia.json\n{CDI}",
        },
        "warn toolkit.cdi-conflict",
        "nvidia-ctk cdi list: conflicting device; NVIDIA/nvidia-container-toolkit#146",
        fix="mv /etc/cdi/nvidia.json",
        never="--cdi.enabled",
    ),
    Reported(
        "a specification in each of both folders is no conflict",
        {"cdi": f"looked\nfile=/etc/cdi/nvidia.yaml\n{CDI}\nfile=/var/run/cdi/nvidia.yaml\n{CDI}"},
        "",
        "cdi specification, priority of folders",
    ),
    Reported(
        "the specifications of a Kubernetes device plugin are of another kind",
        {
            "cdi": f"looked\nfile=/var/run/cdi/nvidia.yaml\n{CDI}\n"
            "file=/var/run/cdi/k8s.device-plugin.nvidia.com-gpu.json\n"
            "kind=k8s.device-plugin.nvidia.com/gpu"
        },
        "",
        "NVIDIA/nvidia-container-toolkit#1239, #1895",
    ),
    Reported(
        "images in the memory of a diskless node",
        {"mounts": "ext4 / rw\ntmpfs /var/lib/docker rw"},
        "warn disk.docker-in-memory",
        "docs of Warewulf, diskless nodes",
        fix="data-root",
    ),
    Reported(
        "an engine inside a container of Sysbox is its own",
        {"kind": f"{KIND}\nfile=/.dockerenv"},
        "",
        "nestybox/sysbox#643",
    ),
    Reported(
        "a config.json that may not be read only warns",
        {
            "docker_info": "WARNING: Error loading config file: /home/ada/.docker/config.json: "
            f"permission denied\n{engine()}"
        },
        "",
        "microsoft/vscode-remote-release#2095; docker/cli, config file",
    ),
)

PACKAGES = (
    Reported(
        "a toolkit that does not find the devices of driver 550",
        {
            **driver("550.163.01"),
            "toolkit": "ctk=version 1.14.3\ncli=1.14.3\nhook=/usr/bin/x",
            "docker_info": engine("24.0.7", **BY_HOOK),
        },
        "warn driver.branch-ended, error toolkit.too-old, warn toolkit.cve",
        "NVIDIA/nvidia-container-toolkit#381",
        fix="libnvidia-container1",
    ),
    Reported(
        "the same toolkit with driver 535",
        {
            **driver("535.183.01"),
            "toolkit": "ctk=version 1.14.3\ncli=1.14.3\nhook=/usr/bin/x",
            "docker_info": engine("24.0.7", **BY_HOOK),
        },
        "warn toolkit.cve",
        "NVIDIA/nvidia-container-toolkit#381",
    ),
    Reported(
        "a toolkit that knows no cgroups of version 2",
        {
            **driver("535.183.01"),
            "toolkit": "ctk=version 1.7.0\ncli=1.7.0\nhook=/usr/bin/x",
            "docker_info": engine("24.0.7", **BY_HOOK, CgroupVersion="2"),
        },
        "error toolkit.too-old, warn toolkit.cve",
        "NVIDIA/nvidia-docker#1447, #1660, #1549; NVIDIA/k8s-device-plugin#235",
    ),
    Reported(
        "Synology's Container Manager, whose Docker knows no NVIDIA runtime",
        {
            "system": system("", "7.2", "", "4.4.302+"),
            "kind": f"{KIND}\nfile=/etc/synoinfo.conf",
            "toolkit": "ctk=\ncli=\nhook=/usr/local/nvidia-runtime/bin/hook",
            "docker_info": engine("24.0.2", **BY_HOOK, Runtimes={"runc": {}}),
            "cdi": "looked",
        },
        "error toolkit.not-configured",
        "PeterSuh-Q3/syno_nvidia_driver#1; markdumay/synology-docker#55",
        fix="synopkg restart ContainerManager",
        never="systemctl",
    ),
    Reported(
        "QNAP without NVIDIA's app",
        {
            "system": system("qts", "5.2", ""),
            "kind": f"{KIND}\nfile=/etc/config/qpkg.conf",
            "toolkit": "ctk=\ncli=\nhook=",
            "docker_info": engine("27.1.2", **BY_HOOK, Runtimes={"runc": {}}),
            "cdi": "looked",
        },
        "error toolkit.missing",
        "jellyfin/jellyfin#9806; blakeblackshear/frigate#3182",
        fix="App Center",
        never="apt-get",
    ),
    Reported(
        "no driver on Ubuntu 25.10, for which NVIDIA has no repository",
        not_installed(system=system(release="25.10")),
        "error driver.missing",
        "developer.download.nvidia.com/compute/cuda/repos: releases with long support",
        fix="nvidia-driver-580-open",
        never="cuda-keyring",
    ),
    Reported(
        "no driver on Proxmox VE, whose kernel has headers of its own",
        not_installed(system=system("debian", "13", kernel="6.17.2-1-pve")),
        "error driver.missing",
        "pve.proxmox.com/wiki/NVIDIA_vGPU, headers",
        fix="proxmox-headers-$(uname -r)",
        never=" linux-headers",
    ),
    Reported(
        "no driver on Ubuntu 26.04",
        not_installed(system=system(release="26.04")),
        "error driver.missing",
        "NVIDIA driver installation guide, Ubuntu",
        fix="ubuntu2604",
    ),
    Reported(
        "no Docker on Parrot, whose releases are not Debian's",
        NO_DOCKER | {"system": system("parrot", "6.4", os_ID_LIKE="debian")},
        "error docker.missing",
        "parrotsec.org/docs",
        fix="docker.io",
        never="download.docker.com",
    ),
    Reported(
        "no Docker on openEuler",
        NO_DOCKER | {"system": system("openEuler", "24.03", "dnf")},
        "error docker.missing",
        "docs.openeuler.org, container engines",
        fix="dnf install -y docker",
    ),
)
SETTING_ROWS = (*UNITS, *START, *SETTINGS, *PACKAGES)
