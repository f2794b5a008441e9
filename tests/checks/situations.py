"""Hosts that are broken in one way each, and the ids of exactly what is said of them."""

from scaffold.facts import Disk, Endpoint
from tests.checks.engine_situations import DENIED, ENGINE, TOOLKIT, UNTOLD
from tests.checks.hosts import Situation, disks
from tests.checks.kernel_situations import DRIVER_ALIVE, DRIVER_DEAD, GPUS, MACHINE

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
                Disk(path=path, free_mib=90, inodes_free_percent=50, kind="ext4", mounted="/")
                for path in ("/", "/tmp", "/home/ada", "/var/lib/docker")
            )
        },
        "disk.docker-full",
    ),
    ("no disk that answers", {"system__disks": ()}, "disk.unknown"),
    (
        "free space that is unknown",
        {"system__disks": (Disk(path="/"), Disk(path="/home/ada"))},
        "disk.unknown",
    ),
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
__all__ = ["DENIED", "SITUATIONS", "UNTOLD"]
