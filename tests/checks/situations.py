"""Hosts that are broken in one way each, and the ids of exactly what is said of them."""

from dataclasses import replace

from scaffold.facts import (
    ClientFacts,
    DaemonFile,
    DeviceNode,
    Disk,
    Endpoint,
    PciDevice,
    Platform,
    Smi,
    ToolkitFacts,
)
from tests.checks.hosts import CARD, DRIVER, HEALTHY, KERNEL, L40S, disks

Situation = tuple[str, dict[str, object], str]

COULD_NOT = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
DEAD = {
    "driver__smi": Smi(9, COULD_NOT),
    "driver__module_version": None,
    "driver__loaded": (),
    "driver_version": None,
    "cuda_reported": None,
    "gpus": None,
}
GONE = DEAD | {
    "driver__smi": Smi(127, "sh: nvidia-smi: not found"),
    "driver__installed_version": None,
    "driver__kernels_with_module": (),
    "gpus": (),
}
PASCAL = PciDevice("0000:01:00.0", "1b06", "030000", "nvidia", "GP102")
BLACKWELL = PciDevice("0000:01:00.0", "2b85", "030000", "nvidia", "")
SWITCH = PciDevice("0000:05:00.0", "22a3", "068000", "nvidia")
WSL = {
    "platform": Platform.WSL2,
    "pci": (),
    "driver__module_version": None,
    "driver__installed_version": None,
    "driver__nodes": (),
}
JETSON = {
    "platform": Platform.JETSON,
    "architecture": "aarch64",
    "pci": (),
    "driver__smi": Smi(127),
    "driver__module_version": None,
    "driver__installed_version": None,
    "driver__nodes": (),
    "gpus": (),
}


def gpu(**changes: object) -> dict[str, object]:
    """Changes that give the GPU other values."""
    return {"gpus": (replace(L40S, **changes),)}


def failing(code: int | None, said: str, **more: object) -> dict[str, object]:
    """nvidia-smi fails with the module loaded."""
    return {"driver__smi": Smi(code, said), "gpus": None} | more


MACHINE: list[Situation] = [
    ("kernel and architecture did not come", {"system__kernel": None}, "machine.unknown"),
    ("a Mac", {"system__kernel_name": "Darwin", "system__kernel": "24.1.0"}, "machine.not-linux"),
    ("a POWER machine", {"architecture": "ppc64le"}, "machine.architecture"),
    ("CentOS 6", {"system__kernel": "2.6.32-754.el6"}, "machine.kernel-old"),
    ("CentOS 7", {"system__kernel": "3.10.0-1160.el7"}, "machine.kernel-edge"),
    ("a clock an hour behind", {"system__clock_skew_s": -3600}, "machine.clock"),
    ("a clock that nobody compared", {"system__clock_skew_s": None}, ""),
    ("2 GiB of memory", {"memory_mib": 2048}, "machine.memory"),
    ("a small /dev/shm", {"system__shm_mib": 63}, "machine.shared-memory"),
    ("WSL2 in order", WSL, "machine.wsl2"),
    (
        "a Jetson in order, without nvidia-smi",
        JETSON | {"toolkit__cdi_driver_versions": ()},
        "machine.jetson",
    ),
]

DRIVER_DEAD: list[Situation] = [
    ("no card and no driver", GONE | {"pci": ()}, "hardware.no-gpu"),
    (
        "a bus that nobody may see, and no driver",
        GONE | {"pci": None},
        "hardware.unknown driver.missing",
    ),
    ("a card and no driver", GONE, "driver.missing"),
    ("nouveau among the modules", GONE | {"driver__loaded": ("nouveau",)}, "driver.nouveau"),
    ("nouveau at the card", GONE | {"pci": (replace(CARD, driver="nouveau"),)}, "driver.nouveau"),
    ("Secure Boot is on", DEAD | {"driver__secure_boot": True}, "driver.secure-boot"),
    (
        "the kernel rejected the module",
        DEAD | {"driver__messages": ("nvidia: module verification failed: signature",)},
        "driver.secure-boot",
    ),
    (
        "a kernel update without the module",
        DEAD | {"driver__installed_version": None, "driver__kernels_with_module": ("6.8.0-40",)},
        "driver.kernel-without-module",
    ),
    ("installed and not loaded", DEAD, "driver.not-loaded"),
    (
        "upgraded and not rebooted",
        failing(18, "Failed to initialize NVML: Driver/library version mismatch"),
        "driver.mismatch",
    ),
    ("nvidia-smi hangs", failing(None, ""), "driver.hangs"),
    ("nvidia-smi prints for ever", failing(None, "", probe__cut=("smi",)), "driver.failed"),
    (
        "R590 on a GTX 1080 Ti",
        failing(6, "No devices were found", pci=(PASCAL,), driver_version="590.48.01"),
        "driver.branch-drops-card",
    ),
    (
        "R590 on a GTX 1080 Ti, the module not loaded",
        DEAD | {"pci": (PASCAL,), "driver__installed_version": "590.48.01"},
        "driver.branch-drops-card",
    ),
    (
        "the open module on a GTX 1080 Ti",
        failing(6, "No devices were found", pci=(PASCAL,)),
        "driver.wrong-module",
    ),
    (
        "the proprietary module on an RTX 5090",
        failing(6, "No devices were found", pci=(BLACKWELL,), driver__open_module=False),
        "driver.wrong-module",
    ),
    ("firmware that does not start", failing(6, "No devices were found"), "driver.no-devices"),
    ("a card off the bus", failing(15, "Unable to determine the device handle"), "driver.gpu-lost"),
    ("no right to the device files", failing(4, "Insufficient Permissions"), "driver.permissions"),
    ("a module without nvidia-smi", failing(127, ""), "driver.no-nvidia-smi"),
    ("an error that nobody knows", failing(255, "Unknown Error"), "driver.failed"),
    (
        "WSL2 without Windows' driver",
        WSL | {"driver__smi": Smi(127)},
        "machine.wsl2 driver.wsl-missing",
    ),
    (
        "WSL2 with a Linux driver",
        WSL | {"driver__installed_version": "535.1"},
        "machine.wsl2 driver.wsl-linux-driver",
    ),
    ("WSL2 whose nvidia-smi hangs", WSL | {"driver__smi": Smi()}, "machine.wsl2 driver.hangs"),
    (
        "WSL2 whose nvidia-smi fails",
        WSL | {"driver__smi": Smi(9, "GPU access blocked")},
        "machine.wsl2 driver.failed",
    ),
    ("a driver that nobody looked at", {"driver__smi": None}, "driver.unknown"),
]

STALE = {"toolkit__cdi_driver_versions": ()}

DRIVER_ALIVE: list[Situation] = [
    ("driver 410", STALE | {"driver_version": "410.104"}, "driver.too-old"),
    ("R470, ended in 2024", STALE | {"driver_version": "470.256.02"}, "driver.branch-ended"),
    ("R455, ended long ago", STALE | {"driver_version": "455.45.01"}, "driver.branch-ended"),
    (
        "R535 before its end",
        STALE | {"driver_version": "535.183.01", "system__probed_on": "2026-01-01"},
        "",
    ),
    (
        "R470 on a day that nobody knows",
        STALE | {"driver_version": "470.256.02", "system__probed_on": None},
        "",
    ),
    ("a branch of tomorrow", STALE | {"driver_version": "999.1"}, ""),
    (
        "another driver on disk",
        {"driver__installed_version": "580.105.08"},
        "driver.upgrade-pending",
    ),
    (
        "a new kernel without the module",
        {"driver__kernels": (KERNEL, "6.8.0-50-generic")},
        "driver.next-kernel-without-module",
    ),
    ("no uvm node", {"driver__nodes": (DeviceNode("/dev/nvidia0", True),)}, "driver.no-uvm-node"),
    (
        "nodes of another group",
        {"driver__nodes": (DeviceNode("/dev/nvidia0", False), DeviceNode("/dev/nvidia-uvm", True))},
        "driver.node-permissions",
    ),
    ("persistence off", gpu(persistence=False), "driver.no-persistence"),
]

GPUS: list[Situation] = [
    ("no list of GPUs", {"gpus": None}, "gpu.unknown"),
    ("a Fermi card", gpu(name="GeForce GTX 580", compute_capability="2.0"), "gpu.too-old"),
    ("a GTX 1080 Ti", gpu(name="GeForce GTX 1080 Ti", compute_capability=None), "gpu.legacy"),
    ("a card of no table", gpu(name="NVIDIA Q9", compute_capability=None), "gpu.not-known"),
    ("ERR! in a cell", gpu(cell_error=True), "gpu.in-error"),
    ("memory errors", gpu(ecc_uncorrected=3), "gpu.ecc-errors"),
    ("one of two cards shown", {"pci": (CARD, replace(CARD, address="2"))}, "gpu.missing"),
    ("MIG on, no instance", gpu(mig_enabled=True, mig_pending=True), "gpu.mig-without-instances"),
    ("MIG on from the next reset", gpu(mig_enabled=False, mig_pending=True), "gpu.mig-pending"),
    ("MIG off from the next reset", gpu(mig_enabled=True, mig_pending=False), "gpu.mig-pending"),
    ("MIG with an instance", gpu(mig_enabled=True, mig_pending=True, mig_devices=("MIG-1",)), ""),
    ("NVSwitch, fabric manager missing", {"pci": (CARD, SWITCH)}, "gpu.fabric-manager"),
    ("NVSwitch without systemd", {"pci": (CARD, SWITCH), "system__services": None}, ""),
    (
        "NVSwitch and its manager",
        {
            "pci": (CARD, SWITCH),
            "system__services": (("nvidia-fabricmanager.service", "active"),),
        },
        "",
    ),
    ("computing forbidden", gpu(compute_mode="Prohibited"), "gpu.compute-prohibited"),
    ("one process a card", gpu(compute_mode="Exclusive_Process", index=None), "gpu.exclusive"),
    ("all memory taken", gpu(memory_free_mib=100), "gpu.busy"),
    ("memory that nobody knows", gpu(memory_free_mib=None), ""),
]

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
        "Ubuntu's usual cgroups, without CDI",
        OLD_ENGINE | {"docker__cgroup_driver": "systemd"},
        "toolkit.daemon-reload",
    ),
]

DISKS: list[Situation] = [
    ("5 GiB for images", disks(path="/var/lib/docker", free_mib=5000), "disk.docker-full"),
    ("15 GiB for images", disks(path="/var/lib/docker", free_mib=15000), "disk.docker-low"),
    ("no inodes", disks(path="/var/lib/docker", inodes_free_percent=1), "disk.inodes"),
    ("images on NFS", disks(path="/var/lib/docker", kind="nfs4"), "disk.docker-network"),
    ("home on NFS", disks(path="/home/ada", kind="nfs4"), "disk.home-network"),
    ("home full", disks(path="/home/ada", free_mib=100), "disk.home-full"),
    ("/tmp full", disks(path="/tmp", free_mib=1), "disk.tmp-full"),
    (
        "one disk for all, and full",
        {
            "system__disks": tuple(
                Disk(path, 90, 50, "ext4", "/") for path in ("/", "/tmp", "/home/ada")
            )
        },
        "disk.docker-full",
    ),
    ("no disk that answers", {"system__disks": ()}, ""),
    ("room that nobody knows", {"system__disks": (Disk("/"), Disk("/home/ada"))}, ""),
    ("a dead mount", {"probe__hung": ("home_disk",)}, "disk.hangs"),
]

LOGIN: list[Situation] = [
    ("a login that says hello", {"login__noise": "Welcome!\nto gpu01"}, "ssh.noisy-login"),
    (
        "docker in /snap/bin only",
        {"client__path": None, "client__elsewhere": "/snap/bin/docker"},
        "ssh.docker-not-on-path",
    ),
    (
        "docker in /usr/local/bin only",
        {"client__path": None, "client__elsewhere": "/usr/local/bin/docker"},
        "ssh.docker-not-on-path",
    ),
    ("fish", {"login__shell": "/usr/bin/fish"}, "ssh.foreign-shell"),
    ("no home folder", {"login__home": "/nowhere"}, "ssh.no-home"),
    ("no port forwarding", {"sshd__tcp_forwarding": "no"}, "ssh.no-tcp-forwarding"),
    ("forwarding to us only", {"sshd__tcp_forwarding": "remote"}, "ssh.no-tcp-forwarding"),
    ("forwarding allowed", {"sshd__tcp_forwarding": "local", "sshd__max_sessions": 10}, ""),
    ("no socket forwarding", {"sshd__stream_forwarding": "no"}, "ssh.no-stream-forwarding"),
    ("two sessions", {"sshd__max_sessions": 2}, "ssh.max-sessions"),
]

HUB, NGC = "https://registry-1.docker.io/v2/", "https://nvcr.io/v2/"
REST: list[Situation] = [
    ("nothing reached", {"network": (Endpoint(HUB, error="curl: (28)"),)}, "network.none"),
    (
        "one not reached",
        {"network": (Endpoint(HUB, 401, 0.1), Endpoint(NGC))},
        "network.unreachable",
    ),
    ("one slow", {"network": (Endpoint(HUB, 401, 3.5),)}, "network.slow"),
    ("all reached", {"network": (Endpoint(HUB, 401), Endpoint(NGC, 200, 0.2))}, ""),
    ("curl hangs", {"probe__hung": ("reach",)}, "probe.no-answer"),
    ("a connection that broke", {"probe__complete": False}, "probe.incomplete"),
    ("modinfo hangs", {"probe__hung": ("disk_module",)}, "probe.no-answer"),
    ("a bus without end", {"probe__cut": ("pci",)}, "probe.no-answer"),
]

SITUATIONS = (
    *MACHINE,
    *DRIVER_DEAD,
    *DRIVER_ALIVE,
    *GPUS,
    *ENGINE,
    *TOOLKIT,
    *DISKS,
    *LOGIN,
    *REST,
)
__all__ = ["DRIVER", "HEALTHY", "SITUATIONS"]
