"""One SSH connection: paramiko on what `ssh -G` says, OpenSSH itself for jumps and proxies."""

import contextlib
import logging
import selectors
import shlex
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

from scaffold.adapters.local.quoting import last_line
from scaffold.adapters.ssh.asking import Asking
from scaffold.adapters.ssh.auth import authenticate, refused_in_words
from scaffold.adapters.ssh.command import ssh_argv
from scaffold.adapters.ssh.config import SshTarget
from scaffold.adapters.ssh.names import nearest_alias
from scaffold.adapters.ssh.paramiko_import import paramiko
from scaffold.adapters.ssh.paramiko_transport import CONNECT_S, NotSshError, open_transport
from scaffold.adapters.ssh.trust import check_host_key, prefer_known_types, read_entries
from scaffold.errors import TargetError
from scaffold.nearest import suggestion

# Without a handler, logging prints paramiko's tracebacks to the user's terminal.
logging.getLogger("paramiko").addHandler(logging.NullHandler())
logging.getLogger("paramiko").propagate = False

CHUNK = 65536
CODE_S = 5
"""Timeout for the exit code after the end of the output."""


class NoCommonAlgorithmError(Exception):
    """paramiko and the server share no algorithm, but OpenSSH and the server may."""


@contextlib.contextmanager
def connected(target: SshTarget, asking: Asking) -> Iterator[paramiko.Transport]:
    """A connection that is trusted and logged in.

    Raises TargetError with the reason, NoCommonAlgorithmError if ssh should be tried.
    """
    with contextlib.ExitStack() as closing:
        sock = closing.enter_context(_reached(target, asking))
        transport = open_transport(sock)
        closing.callback(transport.close)
        entries = read_entries(target)
        prefer_known_types(transport, target, entries)
        with _explained(target, transport):
            transport.start_client(timeout=CONNECT_S)
            check_host_key(transport, target, entries, asking)
            authenticate(transport, target, asking.secret)
        yield transport


@contextlib.contextmanager
def _explained(target: SshTarget, transport: paramiko.Transport) -> Iterator[None]:
    """Turn paramiko's exceptions into messages for the user, or the server's own reason."""
    try:
        yield
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise NoCommonAlgorithmError(str(error)) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise refused_in_words(target, transport) or _failure(target, error) from error


def _failure(target: SshTarget, error: Exception) -> TargetError:
    output = str(error)
    where = f"{target.hostname} port {target.port}"
    if isinstance(error, NotSshError):
        return TargetError(
            f"{where} does not answer as an SSH server"
            + (f"; its answer: {output}" if output else ""),
            hint="it may be full (sshd's MaxStartups) or penalise earlier failures: wait a "
            "minute, or check Port in your ssh config",
        )
    if "Too many authentication failures" in output:
        return TargetError(
            f"{where} saw too many keys",
            hint="set IdentitiesOnly yes and IdentityFile for this host in your ssh config",
        )
    return TargetError(
        f"the connection to {where} broke: {output or 'the server closed it'}",
        hint=f"try `ssh -v {target.user}@{target.name} true`",
    )


@contextlib.contextmanager
def _reached(target: SshTarget, asking: Asking) -> Iterator[socket.socket]:
    command = proxy(target, at_terminal=asking.at_terminal)
    with _through(command) if command else _direct(target) as sock:
        yield sock


@contextlib.contextmanager
def _direct(target: SshTarget) -> Iterator[socket.socket]:
    where = f"{target.hostname} port {target.port}"
    try:
        sock = socket.create_connection((target.hostname, target.port), CONNECT_S)
    except socket.gaierror as error:
        near = nearest_alias(target.name)
        meant = f"{suggestion(near)}Otherwise " if near else ""
        raise TargetError(
            f"no host is called {target.hostname}",
            hint=f"{meant}check the spelling; a new server: "
            f"scaffold host setup USER@SERVER --name {shlex.quote(target.name)}",
        ) from error
    except OSError as error:
        reason = error.strerror or "no answer in time"
        raise TargetError(
            f"cannot reach {where}: {reason}", hint="is the host on, and your VPN connected?"
        ) from error
    with sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield sock


def proxy(target: SshTarget, *, at_terminal: bool) -> list[str] | None:
    """The program that makes the connection; OpenSSH does all of ProxyJump's logic."""
    if target.proxy_command:
        return ["/bin/sh", "-c", f"exec {target.proxy_command}"]
    if not target.proxy_jump:
        return None
    *before, last = target.proxy_jump.split(",")
    host = f"[{target.hostname}]" if ":" in target.hostname else target.hostname
    flags = [*(("-J", ",".join(before)) if before else ()), "-W", f"{host}:{target.port}"]
    # At a terminal ssh asks for the jump host's secrets itself; without one it must not wait.
    return ssh_argv(last, config=target.config, ask=at_terminal, flags=flags)


@contextlib.contextmanager
def _through(command: list[str]) -> Iterator[socket.socket]:
    """A socket whose other end is the program's standard input and output."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            program = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.PIPE,
            )
        try:
            yield ours
        except TargetError as error:
            raise _proxy_failure(command, program, error) from error
        finally:
            program.kill()
            program.communicate()


def _proxy_failure(
    command: list[str], program: "subprocess.Popen[bytes]", error: TargetError
) -> TargetError:
    """The program's own message, if it ended by itself; it says more than a missing banner."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(0.5)
    if not program.returncode or program.stderr is None:
        return error
    output = last_line(program.stderr.read(4096))
    return TargetError(
        f"the connection to the host is blocked: {output or 'no reason given'}",
        hint=f"try the command alone: {shlex.join(command)}",
    )


def converse(
    transport: paramiko.Transport,
    command: str,
    text: bytes,
    deadline: float,
    ended: Callable[[int], None] | None = None,
) -> Iterator[tuple[bytes, bytes]]:
    """Run a command with `text` on its standard input; yield what comes on stdout and stderr.

    Ends with the output, at the deadline (of time.monotonic) or when the caller has enough; at the
    end of the output `ended` receives the exit code, if the server sent one.
    Raises SSHException, EOFError or OSError if the connection breaks.
    """
    channel = transport.open_session(timeout=CONNECT_S)
    try:
        channel.settimeout(CONNECT_S)
        with _bounded(transport, deadline):
            channel.exec_command(command)
        _send(transport, channel, text)
        yield from _output(channel, deadline)
        # sshd sends the code after the end of the output; a killed command has none.
        if ended and channel.status_event.wait(min(deadline - time.monotonic(), CODE_S)):
            ended(channel.exit_status)
    finally:
        channel.close()


def _send(transport: paramiko.Transport, channel: paramiko.Channel, text: bytes) -> None:
    """Send standard input; a program that ended without reading it may have printed why."""
    try:
        channel.sendall(text)
        channel.shutdown_write()
    except OSError:
        if not transport.is_active():
            raise


def _output(channel: paramiko.Channel, deadline: float) -> Iterator[tuple[bytes, bytes]]:
    with selectors.DefaultSelector() as selector:
        # Readable when either stream has something, or the channel has ended.
        selector.register(channel, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            selector.select(left)
            ended = channel.eof_received or channel.closed
            errors = channel.recv_stderr(CHUNK) if channel.recv_stderr_ready() else b""
            data = channel.recv(CHUNK) if channel.recv_ready() else b""
            yield data, errors
            if ended and not (data or errors):
                return


@contextlib.contextmanager
def _bounded(transport: paramiko.Transport, deadline: float) -> Iterator[None]:
    """End the connection at the deadline: paramiko waits without limit for an answer to exec."""
    timer = threading.Timer(max(deadline - time.monotonic(), 0), transport.close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
