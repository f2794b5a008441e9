"""The probe on another host, over SSH: one connection, one exchange."""

import time
from pathlib import Path

from scaffold.adapters.asking import Asking
from scaffold.adapters.probe import GRACE_S, Look, Receiver, run_program, script
from scaffold.adapters.quick_paramiko import paramiko
from scaffold.adapters.said import last_line
from scaffold.adapters.ssh import NoCommonAlgorithmError, connected, converse
from scaffold.adapters.ssh_config import Target, resolve_target
from scaffold.errors import TargetError
from scaffold.parsing.recording import Recording


def probe_remote(host: str, asking: Asking, look: Look, config: Path | None = None) -> Recording:
    """Look at one host, in one exchange.

    Raises TargetError where it cannot be reached or does not run the probe.
    """
    target = resolve_target(host, config)
    receiver = Receiver()
    started = time.time()
    software = None
    try:
        started, software = _by_paramiko(target, asking, receiver, look)
    except NoCommonAlgorithmError as error:
        _by_openssh(target, receiver, look, error)
    return receiver.recording(host, started, software)


def _command(look: Look, nonce: str) -> str:
    # exec: csh and fish know it too, and no second shell stays behind.
    return f"exec /bin/sh -s -- {look.arguments(nonce)}"


def _by_paramiko(
    target: Target, asking: Asking, receiver: Receiver, look: Look
) -> tuple[float, str | None]:
    with connected(target, asking) as transport:
        started = time.time()
        deadline = time.monotonic() + look.seconds + GRACE_S
        try:
            for data, errors in converse(
                transport, _command(look, receiver.nonce), script(), deadline
            ):
                if receiver.feed(data, errors):
                    break
        except (paramiko.SSHException, EOFError, OSError) as error:
            if not receiver.begun:
                said = str(error) or "the server closed it"
                raise TargetError(
                    f"the connection to {target.hostname} broke before the probe began: {said}",
                    hint=f"try `ssh {target.name} true`",
                ) from error
        return started, transport.remote_version


def _by_openssh(target: Target, receiver: Receiver, look: Look, cause: Exception) -> None:
    """For servers that only OpenSSH can talk to; its own trust and keys apply, it never asks."""
    command = target.ssh_command()
    command += ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-T", "--"]
    try:
        run_program([*command, target.name, _command(look, receiver.nonce)], receiver, look)
    except FileNotFoundError as error:
        raise TargetError(
            f"{target.hostname} speaks only algorithms that are not known here: {cause}",
            hint="install OpenSSH's ssh: it is used where it knows more",
        ) from error
    if not receiver.begun:
        raise TargetError(
            f"{target.hostname} can only be reached by OpenSSH, which says: "
            f"{last_line(bytes(receiver.errors)) or 'nothing'}",
            hint=f"make `ssh {target.name} true` work first: it asks what it has to",
        ) from cause
