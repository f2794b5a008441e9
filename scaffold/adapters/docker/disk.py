"""Free space on the disk of an engine: local, or asked over ssh."""

import os
import shlex
import subprocess
from pathlib import Path

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.parsing.untrusted.numbers import whole
from scaffold.workspace.sides import HostPath

TIMEOUT_S = 20


def free_bytes(engine: DockerEngine) -> int | None:
    """Free bytes on the engine's disk; None if they cannot be found out."""
    root = HostPath(str(engine.info().get("DockerRootDir") or ""))
    if not root.text.startswith("/"):
        return None
    if not engine.is_local:
        return _remote(engine.remote_shell, root) if engine.remote_shell else None
    return _local(Path(root.text))


def _local(root: Path) -> int | None:
    """None where the folder is inside Docker Desktop's virtual machine, or closed to the user."""
    try:
        disk = os.statvfs(root)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize


def _remote(shell: tuple[str, ...], root: HostPath) -> int | None:
    """Ask `df`, whose fourth column of POSIX output is the free space in kilobytes."""
    try:
        done = subprocess.run(
            [*shell, shlex.join(["df", "-P", "-k", "--", root.text])],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.decode("utf-8", "replace").strip().rpartition("\n")[2].split()
    free = whole(words[3]) if len(words) > 5 else None
    return None if free is None else free << 10
