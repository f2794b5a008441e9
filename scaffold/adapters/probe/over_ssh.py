"""The probe on another host, over SSH: one connection, one exchange."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scaffold.adapters.local.quoting import last_line
from scaffold.adapters.probe.local import GRACE_S, ProbeOptions, Receiver, run_program, script
from scaffold.adapters.ssh.asking import Asking
from scaffold.adapters.ssh.command import Destination, ssh_argv
from scaffold.adapters.ssh.config import SshTarget, resolve_target
from scaffold.adapters.ssh.connection import NoCommonAlgorithmError, connected, converse
from scaffold.adapters.ssh.paramiko_import import paramiko
from scaffold.errors import TargetError
from scaffold.parsing.recording import Recording


def probe_remote(
    host: str, asking: Asking, look: ProbeOptions, config: Path | None = None
) -> Recording:
    """Probe one host, in one exchange.

    Raises TargetError if it cannot be reached or does not run the probe.
    """
    target = resolve_target(host, config)
    try:
        with connected(target, asking) as transport:
            return probe_over(transport, host, look)
    except NoCommonAlgorithmError as error:
        return _by_openssh(target, host, look, error)


def probe_by_name(name: str, look: ProbeOptions, config: Path | None = None) -> Recording:
    """Probe a host through the ssh program, which may use a shared connection."""
    receiver = Receiver()
    started = time.time()
    run_program(ssh_argv(name, look.command(receiver.nonce), config=config), receiver, look)
    return receiver.recording(name, started)


def probe_over(transport: paramiko.Transport, name: str, look: ProbeOptions) -> Recording:
    """Probe a host over an open connection, and try whether it forwards ports.

    Raises TargetError if the connection breaks.
    """
    receiver = Receiver()
    forwarding: dict[str, str] = {}
    started = time.time()
    with _trying_to_forward(transport, forwarding):
        _exchange(transport, name, receiver, look)
    found = receiver.recording(name, started, transport.remote_version)
    return replace(found, shell_s=receiver.waited, forwarding=dict(forwarding))


NO_LISTENER = ("127.0.0.1", 1)
"""Where a channel is asked to lead: sshd decides whether it may before it tries to connect."""


@contextlib.contextmanager
def _trying_to_forward(transport: paramiko.Transport, forwarding: dict[str, str]) -> Iterator[None]:
    """Open one direct-tcpip channel in parallel with the probe, without a further round trip."""
    trying = threading.Thread(target=_forward, args=(transport, forwarding), daemon=True)
    trying.start()
    yield
    # The probe took longer than this answer; a server that never answers leaves it unknown.
    trying.join(ANSWER_S)


ANSWER_S = 1


def _forward(transport: paramiko.Transport, forwarding: dict[str, str]) -> None:
    try:
        transport.open_channel("direct-tcpip", NO_LISTENER, NO_LISTENER, timeout=GRACE_S).close()
    except paramiko.ChannelException as error:
        prohibited = error.code == paramiko.common.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED
        forwarding["tcp"] = f"refused: {error.text}" if prohibited else "unreached"
    except (paramiko.SSHException, EOFError, OSError):
        return
    else:
        forwarding["tcp"] = "open"


def _exchange(
    transport: paramiko.Transport, name: str, receiver: Receiver, look: ProbeOptions
) -> None:
    """Send the probe and receive its output."""
    deadline = time.monotonic() + look.seconds + GRACE_S
    try:
        for data, errors in converse(transport, look.command(receiver.nonce), script(), deadline):
            if receiver.feed(data, errors):
                break
    except (paramiko.SSHException, EOFError, OSError) as error:
        if not receiver.begun:
            reason = str(error) or "the server closed it"
            raise TargetError(
                f"the connection to {name} broke before the check started: {reason}",
                hint=f"try `ssh {name} true`",
            ) from error


def _by_openssh(target: SshTarget, host: str, look: ProbeOptions, cause: Exception) -> Recording:
    """Probe a server that only OpenSSH can talk to; its own trust and keys apply."""
    receiver = Receiver()
    started = time.time()
    to = Destination(target.name, target.user, target.port)
    options = ("StrictHostKeyChecking=yes",)
    probe = look.command(receiver.nonce)
    try:
        run_program(ssh_argv(to, probe, config=target.config, options=options), receiver, look)
    except FileNotFoundError as error:
        raise TargetError(
            f"{target.hostname} offers only algorithms that scaffold does not support: {cause}",
            hint="install OpenSSH's ssh program, which supports more",
        ) from error
    if not receiver.begun:
        raise TargetError(
            f"{target.hostname} can only be reached by OpenSSH, which reports: "
            f"{last_line(bytes(receiver.errors)) or 'nothing'}",
            hint=f"make `ssh {target.name} true` work first; it asks its own questions",
        ) from cause
    return receiver.recording(host, started)
