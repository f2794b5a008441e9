"""paramiko's transport, with fixes for errors of version 5.1.0 before and during a login."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable

from scaffold.adapters.local.quoting import first_line
from scaffold.adapters.ssh.paramiko_import import paramiko

CONNECT_S = 10
"""Timeout of each step of connecting."""

POLL_S = 0.05


class NotSshError(paramiko.SSHException):  # type: ignore[misc]
    """The peer is no SSH server, or one that refuses; the text is the first line it sent."""


class _AuthHandler(paramiko.auth_handler.AuthOnlyHandler):  # type: ignore[misc]
    """Handles the method `none` and quick answers, on which paramiko's own handler fails."""

    def send_auth_request(
        self, username: str, method: str, finish_message: Callable[..., None] | None = None
    ) -> list[str]:
        """Send one request of RFC 4252 (section 5) and wait; the methods still to come."""
        self.auth_method, self.username = method, username
        message = paramiko.Message()
        message.add_byte(paramiko.common.cMSG_USERAUTH_REQUEST)
        for text in (username, "ssh-connection", method):
            message.add_string(text)
        if finish_message:
            finish_message(message)
        # Before sending: the answer may arrive before this thread runs again.
        self.auth_event = threading.Event()
        with self.transport.lock:
            self.transport._send_message(message)
        methods: list[str] = self.wait_for_response(self.auth_event)
        return methods


class _Transport(paramiko.ServiceRequestingTransport):  # type: ignore[misc]
    """Keeps the reason of a server that refuses, and does not wait for one that goes away."""

    def __init__(self, sock: socket.socket) -> None:
        self._service_accepted = threading.Event()
        super().__init__(sock)

    def start_client(
        self, event: threading.Event | None = None, timeout: float | None = None
    ) -> None:
        """Exchange keys. Raises SSHException at the timeout, instead of returning."""
        super().start_client(event, timeout)
        if not self.initial_kex_done:
            raise paramiko.SSHException(f"no answer within {timeout} seconds")

    def _check_banner(self) -> None:
        """Keep what came instead of a banner: `Exceeded MaxStartups`, or another protocol."""
        readline, lines = self.packetizer.readline, []

        def kept(timeout: float) -> str:
            line: str = readline(timeout)
            lines.append(line)
            return line

        self.packetizer.readline = kept
        try:
            super()._check_banner()
        except paramiko.ssh_exception.IncompatiblePeer:
            raise
        except paramiko.SSHException as error:
            raise NotSshError(first_line("\n".join(lines).encode())) from error

    def _parse_disconnect(self, message: paramiko.Message) -> None:
        """Keep the server's reason (RFC 4253, section 11.1), which paramiko only logs."""
        message.get_int()
        self.saved_exception = paramiko.SSHException(first_line(message.get_string()))

    def _parse_global_request(self, message: paramiko.Message) -> None:
        """Acknowledge at once what sshd sends after the login: its host keys.

        Nagle's algorithm holds its next answer back until then, and Linux delays the
        acknowledgement by 40 ms if nothing else is sent (RFC 1122, section 4.2.3.2).
        """
        # Through a proxy program there is no TCP, and only Linux has this option.
        with contextlib.suppress(OSError, AttributeError):
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        super()._parse_global_request(message)

    def get_auth_handler(self) -> _AuthHandler:
        return _AuthHandler(self)

    def _parse_service_accept(self, message: paramiko.Message) -> None:
        super()._parse_service_accept(message)
        self._service_accepted.set()

    def ensure_session(self) -> None:
        """Request the login service (RFC 4253, section 10). Raises SSHException at the timeout."""
        if self._service_userauth_accepted:
            return
        message = paramiko.Message()
        message.add_byte(paramiko.common.cMSG_SERVICE_REQUEST)
        message.add_string("ssh-userauth")
        self._send_message(message)
        deadline = time.monotonic() + CONNECT_S
        while not self._service_accepted.wait(POLL_S):
            if not self.active or time.monotonic() > deadline:
                raise paramiko.SSHException("the server closed the connection before the login")
        self.auth_handler = self.get_auth_handler()


def open_transport(sock: socket.socket) -> paramiko.Transport:
    """A transport over a socket, not started yet."""
    transport = _Transport(sock)
    transport.banner_timeout = transport.auth_timeout = CONNECT_S
    return transport
