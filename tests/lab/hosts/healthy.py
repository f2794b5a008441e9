"""A healthy GPU host: Ubuntu 24.04, an RTX 5090 on R580, Docker 29.2 and toolkit 1.20."""

from pathlib import Path

from tests.lab.hosts.pieces_docker import cdi, engine, replay, services, toolkit
from tests.lab.hosts.pieces_gpu import (
    CARD,
    RTX_5090,
    card,
    kernels,
    module,
    modules,
    nodes,
    pci,
    recorded,
    smi,
)
from tests.lab.hosts.pieces_system import USER_ID, account, memory, mounts, sshd, uname
from tests.lab.support.host_view import REAL, TOOLS, Changes, Disk, Folder, Link, Program

HERE = Path(__file__).parent

HEALTHY: Changes = {
    **{f"/usr/bin/{name}": Link(f"{REAL}/bin/{name}") for name in TOOLS},
    "/usr/bin/apt-get": Link(f"{REAL}/bin/true"),
    "/usr/bin/mokutil": Program("echo SecureBoot disabled"),
    **uname(),
    **memory(128),
    **mounts(),
    **account(),
    **sshd(),
    **pci((CARD, RTX_5090, "0x030000", "nvidia")),
    **module(),
    **kernels(k6_8_0_45=True),
    **modules("nvidia_uvm", "nvidia_drm", "nvidia_modeset", "nvidia", "ext4"),
    **nodes("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm"),
    **smi(recorded("rtx5090_580.76.05.txt"), card()),
    "/usr/bin/nvidia-smi": Program((HERE / "nvidia-smi").read_text()),
    **engine(),
    "/usr/bin/docker": Program((HERE / "docker").read_text()),
    **services(docker="active"),
    "/usr/bin/systemctl": replay("/opt/recorded/systemctl"),
    **toolkit(),
    **cdi(),
    "/etc/os-release": 'ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04.1 LTS"\n',
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/home/ada": Folder(USER_ID),
    "/var/log/lastlog": "",
    "/var/log/wtmp": "",
    "/run/utmp": "",
    "/dev/shm": Disk(64 * 1024),
    "/tmp": Disk(64 * 1024),
    "/var/lib/docker": Disk(500 * 1024),
}
"""Of a host of which nothing at all is to be said."""
