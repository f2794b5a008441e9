"""Asking a machine who uses its GPUs: here, or by the ssh program."""

import secrets
import subprocess
from pathlib import Path

from scaffold.adapters.ssh.command import parse_destination
from scaffold.adapters.ssh.program import ProgramTransport
from scaffold.errors import TargetError
from scaffold.host.remote_steps import wrapped
from scaffold.parsing.gpu_use import SCRIPT, GpuUse, read_gpu_use

SSH_FAILED = 255
"""How the ssh program itself ends: ssh(1), EXIT STATUS."""

SECONDS = 20
"""For one host: connecting, and an nvidia-smi without persistence."""


def gpu_use(host: str | None, config: Path | None = None) -> GpuUse | None:
    """GPU use of a host or of this machine; None if nvidia-smi gives no answer.

    Raises TargetError if the host cannot be reached in time.
    """
    nonce = secrets.token_hex(8)
    script = SCRIPT.replace("@NONCE@", nonce)
    if host is None:
        return read_gpu_use(_here(script), nonce)
    # A port goes with an address only in the form of a URL (ssh(1)).
    name = f"ssh://{host}" if parse_destination(host).port else host
    done = ProgramTransport(name, config).run(wrapped(script), seconds=SECONDS)
    if done.code == SSH_FAILED:
        raise TargetError(f"{host} cannot be reached: {done.last_words}")
    return read_gpu_use(done.out, nonce)


def _here(script: str) -> str:
    argv = ["/bin/sh", "-c", script]
    try:
        done = subprocess.run(argv, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace")
