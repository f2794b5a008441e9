"""Hosts from public reports: parts of a recording, and what the check finds on each.

A healthy Ubuntu host is the base of every row; a row names the parts that differ. `finds` lists
every finding with its level; `fix` is a text of its fix, `never` one that must not be offered.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from scaffold.parsing.recording import Recording
from tests.recordings import recording

Part = str | tuple[str, int | None]
CLOCK = 1764000000.0
"""A day in November 2025, on which R580 is current."""
DRIVER = "580.95.05"
HEADER = f"NVIDIA-SMI {DRIVER}   Driver Version: {DRIVER}    CUDA Version: 13.0"
FIELDS = (
    "index, name, uuid, memory.total [MiB], memory.free [MiB], pci.bus_id, persistence_mode, "
    "compute_mode, ecc.mode.current, compute_cap"
)


class Reported(NamedTuple):
    """One row: a sentence, the parts that differ, what is found, where it was reported."""

    name: str
    parts: Mapping[str, Part]
    finds: str
    source: str
    fix: str = ""
    never: str = ""
    forwarding: str = ""
    shell_s: float | None = None


def gpus(*names: str, **cells: str) -> str:
    """The query's answer; a cell of every GPU can be replaced: `free="[N/A]"`."""
    rows = [
        ", ".join(
            (
                str(index),
                name,
                f"GPU-{index}",
                cells.get("total", "46068"),
                cells.get("free", "45000"),
                f"00000000:{index + 1:02X}:00.0",
                cells.get("persistence", "Enabled"),
                cells.get("compute", "Default"),
                "[N/A]",
                cells.get("capability", "8.9"),
            )
        )
        for index, name in enumerate(names)
    ]
    return "\n".join((FIELDS, *rows))


def cards(*devices: str, driver: str = "nvidia") -> str:
    """GPUs on the bus; `26b9` is an L40S, `26b9:vfio-pci` one that another driver holds."""
    words = [(*device.split(":"), driver)[:2] for device in devices]
    return "\n".join(
        f"device 0000:{index + 1:02x}:00.0 0x030200 0x{number} {holder}"
        for index, (number, holder) in enumerate(words)
    )


def system(
    name: str = "ubuntu",
    release: str = "24.04",
    manager: str = "apt-get",
    kernel: str = "6.8.0-45-generic",
    **more: str,
) -> str:
    """Distribution, kernel and package manager, and further lines `key=value`."""
    lines = [
        f"now={CLOCK:.0f}",
        f"uname=Linux {kernel} {more.pop('machine', 'x86_64')}",
        "hostname=gpu01",
        f"os.ID={name}",
        f'os.VERSION_ID="{release}"',
        f'os.PRETTY_NAME="{name} {release}"',
        "MemTotal: 131072000 kB",
        *([f"packages={manager}"] if manager else []),
        *(f"program={one}" for one in more.pop("programs", "systemctl").split()),
        *(f"{key.replace('os_', 'os.')}={value}" for key, value in more.items()),
    ]
    return "\n".join(lines)


def engine(version: str = "29.2.1", **changes: object) -> str:
    """The answer of `docker info`."""
    info: dict[str, object] = {
        "ServerVersion": version,
        "Name": "gpu01",
        "DockerRootDir": "/var/lib/docker",
        "Driver": "overlay2",
        "CgroupDriver": "systemd",
        "Runtimes": {"nvidia": {}, "runc": {}},
        "DiscoveredDevices": [{"ID": "nvidia.com/gpu=all"}],
        "CDISpecDirs": ["/etc/cdi", "/var/run/cdi"],
        "SecurityOptions": ["name=apparmor"],
    }
    return json.dumps(info | changes) + "\ncode=0"


def refused(error: str, context: str = "default") -> dict[str, Part]:
    """The parts of a docker command that fails with an error message."""
    info = {"ServerErrors": [error], "ClientInfo": {"Context": context}}
    return {"docker_info": f"{json.dumps(info)}\n{error}\ncode=1", "docker_disk": ("", 1)}


def daemon(text: str) -> str:
    """The docker command and a daemon.json."""
    lines = "\n".join(f"|{line}" for line in text.splitlines())
    return f"{CLIENT}\nfile=/etc/docker/daemon.json\n{lines}"


def failing(code: int, text: str, **more: Part) -> dict[str, Part]:
    """nvidia-smi fails in each of its calls."""
    return dict.fromkeys(("smi", "gpus", "slices", "processes"), (text, code)) | more


CLIENT = "login=/usr/bin/docker\ntarget=/usr/bin/docker"
MISSING = ("sh: nvidia-smi: not found", 127)
NO_DOCKER: dict[str, Part] = {
    "docker_info": "sh: docker: not found\ncode=127",
    "client": "login=",
    "docker_disk": ("", 1),
}
NO_TOOLKIT: dict[str, Part] = {"toolkit": "ctk=\ncli=\nhook=", "cdi": "looked"}
PLAIN_ENGINE = {"Runtimes": {"runc": {}}, "DiscoveredDevices": None}
DISK = "disk={0}\n/dev/x 1000 1 524288000 1% {0}\n/dev/x 1000 1 999 1% {0}"
BASE: dict[str, Part] = {
    "system": system(),
    "account": "user=ada\nuid=1000\ngid=1000\nhome=/home/ada\ngroups=ada docker\n"
    "configured=ada docker\npasswd=ada:x:1000:1000::/home/ada:/bin/bash\nwritable=yes",
    "pci": cards("26b9"),
    "module": f"NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  {DRIVER}\nloaded=nvidia",
    "disk_module": f"kernel=6.8.0-45-generic yes\nversion={DRIVER}\nlicense=Dual MIT/GPL",
    "nodes": "looked\nyes /dev/nvidia0\nyes /dev/nvidia-uvm",
    "smi": HEADER,
    "gpus": gpus("NVIDIA L40S"),
    "services": "Id=docker.service\nLoadState=loaded\nActiveState=active",
    "docker_info": engine(),
    "docker_disk": DISK.format("/var/lib/docker"),
    "home_disk": DISK.format("/home/ada"),
    "client": CLIENT,
    "toolkit": "ctk=version 1.20.0\ncli=1.20.0\nhook=/usr/bin/nvidia-container-runtime-hook",
    "cdi": f"looked\nfile=/var/run/cdi/nvidia.yaml\nlibcuda.so.{DRIVER}\nkind=nvidia.com/gpu",
    "kind": "looked\ninit=systemd\nuid_map=0 0 4294967295\nglibc=glibc 2.39\n"
    "libstdcxx=/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.33",
    "context": "default unix:///var/run/docker.sock",
    "user_engine": "looked\nstate=",
    "details": "login=/usr/bin/nvidia-smi\nprogram=/usr/bin/nvidia-smi",
    "quota": ("quota: not found", 127),
}


def recorded(row: Reported) -> Recording:
    """The recording of one row."""
    texts = BASE | dict(row.parts)
    pairs = {name: text if isinstance(text, tuple) else (text, 0) for name, text in texts.items()}
    return recording(
        pairs,
        clock=CLOCK,
        software="SSH-2.0-OpenSSH_9.6",
        shell_s=row.shell_s,
        forwarding={"tcp": row.forwarding or "unreached"},
    )
