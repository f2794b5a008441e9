"""The probe on another host, over SSH: one connection, one exchange."""

import time
from pathlib import Path

from scaffold.adapters.local.quoting import last_line
from scaffold.adapters.probe.local import GRACE_S, Look, Receiver, run_program, script
from scaffold.adapters.ssh.asking import Asking
from scaffold.adapters.ssh.command import ssh_argv
from scaffold.adapters.ssh.config import Target, resolve_target
from scaffold.adapters.ssh.connection import NoCommonAlgorithmError, connected, converse
from scaffold.adapters.ssh.destination import Destination
from scaffold.adapters.ssh.paramiko_import import paramiko
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


def probe_by_name(name: str, look: Look, config: Path | None = None) -> Recording:
    """Look at a host through the ssh program, which may share a connection that is there."""
    receiver = Receiver()
    started = time.time()
    run_program(ssh_argv(name, _command(look, receiver.nonce), config=config), receiver, look)
    return receiver.recording(name, started)


def probe_over(transport: paramiko.Transport, name: str, look: Look) -> Recording:
    """Look at a host over a connection that is there. Raises TargetError where it breaks."""
    receiver = Receiver()
    started = _exchange(transport, name, receiver, look)
    return receiver.recording(name, started, transport.remote_version)


def _command(look: Look, nonce: str) -> str:
    # exec: csh and fish know it too, and no second shell stays behind.
    return f"exec /bin/sh -s -- {look.arguments(nonce)}"


def _by_paramiko(
    target: Target, asking: Asking, receiver: Receiver, look: Look
) -> tuple[float, str | None]:
    with connected(target, asking) as transport:
        return _exchange(transport, target.name, receiver, look), transport.remote_version


def _exchange(transport: paramiko.Transport, name: str, receiver: Receiver, look: Look) -> float:
    """Send the probe and take what comes; when it began."""
    started = time.time()
    deadline = time.monotonic() + look.seconds + GRACE_S
    try:
        for data, errors in converse(transport, _command(look, receiver.nonce), script(), deadline):
            if receiver.feed(data, errors):
                break
    except (paramiko.SSHException, EOFError, OSError) as error:
        if not receiver.begun:
            said = str(error) or "the server closed it"
            raise TargetError(
                f"the connection to {name} broke before the probe began: {said}",
                hint=f"try `ssh {name} true`",
            ) from error
    return started


def _by_openssh(target: Target, receiver: Receiver, look: Look, cause: Exception) -> None:
    """For servers that only OpenSSH can talk to; its own trust and keys apply, it never asks."""
    to = Destination(target.name, target.user, target.port)
    options = ("StrictHostKeyChecking=yes",)
    probe = _command(look, receiver.nonce)
    try:
        run_program(ssh_argv(to, probe, config=target.config, options=options), receiver, look)
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
