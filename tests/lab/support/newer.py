"""Engines of newer Debian releases, each in a root file system of its own.

The root is made once by debootstrap. The engine runs in a mount namespace whose root it is;
the lab's folder and /tmp are the same ones inside and outside, so that paths mean the same.
"""

import shlex
import shutil
import subprocess
from pathlib import Path

from tests.lab.support.engine import CACHE, locked

PACKAGES = "docker.io,docker-cli,docker-buildx,docker-compose,podman,crun,iptables,ca-certificates"
SCRIPT = "/usr/share/debootstrap/scripts/sid"
"""All releases of Debian are made alike; debootstrap of an older one does not know the newer."""
LOADER = "/lib64/ld-linux-x86-64.so.2"
LIBRARIES = "/lib/x86_64-linux-gnu"


def root_of(suite: str) -> Path:
    """The root file system of a release with its Docker and podman."""
    root = CACHE / f"root-{suite}"
    with locked(root.name):
        if not root.exists():
            making = CACHE / f"root-{suite}-making"
            shutil.rmtree(making, ignore_errors=True)
            options = ("--variant=minbase", f"--include={PACKAGES}")
            made = subprocess.run(
                ["debootstrap", *options, suite, str(making), "", SCRIPT],
                capture_output=True,
                text=True,
                check=False,
            )
            assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-3000:]
            shutil.rmtree(making / "var/cache/apt/archives")
            making.rename(root)
    return root


def inside(suite: str, command: list[str]) -> list[str]:
    """The command, with that root as its own; what it mounts goes with it."""
    root = root_of(suite)
    shared = ("/proc", "/sys", "/dev", "/tmp", str(CACHE))
    lines = [f"mount --bind {shlex.quote(str(root))} {shlex.quote(str(root))}"]
    for path in shared:
        there = shlex.quote(f"{root}{path}")
        lines.append(f"mkdir -p {there}; mount --rbind {shlex.quote(path)} {there}")
    lines += [
        f"cd {shlex.quote(str(root))}",
        "mount -t tmpfs tmpfs run; mkdir -p run/lock mnt; : >run/docker.sock",
        "pivot_root . mnt; umount -l /mnt",
        f"exec {shlex.join(command)}",
    ]
    script = "\n".join(["set -e", *lines])
    return ["unshare", "--mount", "--propagation=private", "sh", "-c", script]


def program(suite: str, path: str) -> list[str]:
    """A program of that root, run from here by its own loader and libraries."""
    root = root_of(suite)
    return [f"{root}{LOADER}", "--library-path", f"{root}{LIBRARIES}", f"{root}{path}"]
