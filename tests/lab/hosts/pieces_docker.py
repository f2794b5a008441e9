"""Pieces of a view: the Docker engine's answers, systemd's units, the toolkit and CDI."""

import json
from typing import Any

from tests.lab.hosts.pieces_gpu import DRIVER
from tests.lab.support.host_view import REAL, Changes, Program

ENGINE: dict[str, Any] = {
    "ServerVersion": "29.2.1",
    "OperatingSystem": "Ubuntu 24.04.1 LTS",
    "Driver": "overlay2",
    "DockerRootDir": "/var/lib/docker",
    "CgroupDriver": "systemd",
    "CgroupVersion": "2",
    "DefaultRuntime": "runc",
    "Runtimes": {name: {"path": name} for name in ("io.containerd.runc.v2", "nvidia", "runc")},
    "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"],
    "CDISpecDirs": ["/etc/cdi", "/var/run/cdi"],
    "DiscoveredDevices": [
        {"Source": "cdi", "ID": "nvidia.com/gpu=0"},
        {"Source": "cdi", "ID": "nvidia.com/gpu=all"},
    ],
    "ServerErrors": None,
    "Warnings": ["WARNING: bridge-nf-call-iptables is disabled"] * 40,
}


def engine(**changes: Any) -> Changes:
    """The engine's answers; the list of warnings makes them as long as real ones."""
    info = ENGINE | changes
    version = {
        "Client": {"Version": info["ServerVersion"], "ApiVersion": "1.52"},
        "Server": {"Version": info["ServerVersion"], "ApiVersion": "1.52"},
    }
    return {
        "/opt/recorded/docker/info": json.dumps(info) + "\n",
        "/opt/recorded/docker/root": f"{info['DockerRootDir']}\n",
        "/opt/recorded/docker/version": json.dumps(version) + "\n",
    }


def services(**states: str) -> Changes:
    """systemd's units: `docker="active"`; the others do not exist."""
    blocks = [
        f"Id={name.replace('_', '-')}.service\nLoadState=loaded\nActiveState={state}\n"
        for name, state in states.items()
    ]
    text = "\n".join([*blocks, "Id=docker.socket\nLoadState=not-found\nActiveState=inactive\n"])
    return {"/opt/recorded/systemctl": text}


def replay(path: str) -> Program:
    """A program that prints a file."""
    return Program(f"exec {REAL}/bin/cat {path}")


def toolkit(version: str | None = "1.20.0", library: str | None = None) -> Changes:
    """The NVIDIA Container Toolkit, or none of it."""
    if version is None:
        return dict.fromkeys(
            (
                "/usr/bin/nvidia-ctk",
                "/usr/bin/nvidia-container-cli",
                "/usr/bin/nvidia-container-runtime",
                _HOOK,
                "/var/run/cdi/nvidia.yaml",
            )
        )
    return {
        "/usr/bin/nvidia-ctk": Program(f"echo NVIDIA Container Toolkit CLI version {version}"),
        "/usr/bin/nvidia-container-cli": Program(f"echo cli-version: {library or version}"),
        "/usr/bin/nvidia-container-runtime": Program("exit 0"),
        _HOOK: Program("exit 0"),
    }


_HOOK = "/usr/bin/nvidia-container-runtime-hook"


def specification(driver: str = DRIVER, *, device: str = "/dev/nvidia0") -> str:
    """A CDI specification, as nvidia-ctk writes it for a driver and a device."""
    return f"""---
cdiVersion: 0.5.0
kind: nvidia.com/gpu
devices:
- name: "0"
  containerEdits:
    deviceNodes:
    - path: {device}
containerEdits:
  hooks:
  - hookName: createContainer
    path: /usr/bin/nvidia-ctk
  mounts:
  - containerPath: /usr/lib/x86_64-linux-gnu/libcuda.so.{driver}
    hostPath: {library(driver)}
"""


def library(driver: str = DRIVER) -> str:
    """Where the host keeps the driver's library."""
    return f"/opt/nvidia-libraries/libcuda.so.{driver}"


def cdi(driver: str = DRIVER, **options: str) -> Changes:
    """A CDI specification, and the library that it names."""
    return {
        "/var/run/cdi/nvidia.yaml": specification(driver, **options),
        library(driver): "",
    }
