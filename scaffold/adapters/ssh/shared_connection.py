"""A shared connection of our own, held by one ssh program, with forwarded sockets."""

import contextlib
import re
import secrets
import select
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, cast

from scaffold.adapters.local.quoting import last_line, lines_of
from scaffold.adapters.ssh.command import CONNECT_S, over_control, parse_destination, ssh_argv
from scaffold.errors import TargetError
from scaffold.host.remote_steps import wrapped

ALIVE_S = 10
"""Interval of keepalive messages; the connection ends after two unanswered ones."""

READY_S = 30
"""Timeout from the start of ssh to the remote shell, without prompts."""

END_S = 5

# A shared connection of our own, whatever the user's config says of sharing.
_OPTIONS = (
    *("ControlMaster=yes", "ControlPersist=no"),
    *(f"ServerAliveInterval={ALIVE_S}", "ServerAliveCountMax=2", f"ConnectTimeout={CONNECT_S}"),
)

# Prints the path of the engine's socket, if this account may use it, and runs until its input
# ends: when our process ends, for whatever reason.
_READY = """\
case ${DOCKER_HOST-} in
  unix://*) socket=${DOCKER_HOST#unix://} ;;
  ?*) socket= ;;
  *)
    for socket in /var/run/docker.sock "/run/user/$(id -u)/docker.sock" ''; do
      [ -S "$socket" ] && [ -w "$socket" ] && break
    done
    ;;
esac
echo "@NONCE@ $socket"
exec cat >/dev/null
"""

_REFUSED = re.compile(
    "Permission denied|Host key verification failed|HOST IDENTIFICATION HAS CHANGED"
    "|Too many authentication failures|No supported authentication"
)


class RefusedError(TargetError):
    """The host refuses the login, or its key is not the known one: a retry does not help."""


class Link:
    """A connection to a host by the ssh program; it ends with `close`, or with our process.

    `folder` is a private one, for its sockets. `engine_socket` is the path of the engine's
    socket on the host, empty if none was found.
    """

    def __init__(self, host: str, config: Path | None, folder: Path, *, ask: bool) -> None:
        """Connect; with `ask` ssh may prompt at the terminal. Raises TargetError if it fails."""
        to = parse_destination(host)
        self._host, self._control = host, folder / "ssh"
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        nonce = secrets.token_hex(8)
        ready = wrapped(_READY.replace("@NONCE@", nonce))
        flags = ("-S", str(self._control))
        argv = ssh_argv(to, ready, config=config, ask=ask, options=_OPTIONS, flags=flags)
        self._control.unlink(missing_ok=True)
        try:
            self._program = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors
            )
        except FileNotFoundError as error:
            self._errors.close()
            raise TargetError(
                "the ssh program is not installed", hint="install openssh-client"
            ) from error
        try:
            self.engine_socket = self._ready(nonce, None if ask else READY_S)
        except BaseException:
            self.close()
            raise

    def _ready(self, nonce: str, seconds: float | None) -> str:
        """Wait for the line of the remote shell, and return its text."""
        deadline = None if seconds is None else time.monotonic() + seconds
        printed = b""
        output = cast("IO[bytes]", self._program.stdout)
        while f"{nonce} ".encode() not in printed or not printed.endswith(b"\n"):
            left = None if deadline is None else max(deadline - time.monotonic(), 0)
            if not select.select([output], [], [], left)[0]:
                raise TargetError(f"{self._host} gave no answer within {seconds:.0f} seconds")
            piece = output.read1(65536)  # type: ignore[attr-defined]
            if not piece:
                self._program.wait()
                raise self._failure()
            printed = (printed + piece)[-65536:]
        return printed.decode("utf-8", "replace").rpartition(f"{nonce} ")[2].strip()

    def _failure(self) -> TargetError:
        reason = self.complaint() or "ssh ended without a message"
        refused = _REFUSED.search(self._all_output())
        kind = RefusedError if refused else TargetError
        hint = f"try: ssh {self._host} true" if refused else ""
        return kind(f"cannot connect to {self._host}: {reason}", hint=hint)

    def forward(self, local: Path, remote: str) -> None:
        """Make a local socket that leads to a socket of the host. Raises TargetError."""
        local.unlink(missing_ok=True)
        # No config: the shared connection knows the host, and the user's own forwards stay out.
        argv = over_control(self._control, flags=("-O", "forward", "-L", f"{local}:{remote}"))
        done = subprocess.run(argv, capture_output=True, timeout=READY_S, check=False)
        if done.returncode:
            raise TargetError(f"ssh does not forward {remote}: {last_line(done.stderr)}")

    def argv(self, *command: str) -> tuple[str, ...]:
        """The command line that runs a remote command over this connection."""
        return tuple(over_control(self._control, *command))

    def ended(self, seconds: float) -> bool:
        """Wait for the end of the connection; whether it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._program.wait(seconds)
        return self._program.returncode is not None

    def complaint(self) -> str:
        """The last line that ssh wrote on standard error."""
        return next(reversed(lines_of(self._all_output().encode())), "")

    def _all_output(self) -> str:
        if self._errors.closed:
            return ""
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")

    def close(self) -> None:
        """End the connection: first by its input, then by force."""
        for pipe in (self._program.stdin, self._program.stdout):
            cast("IO[bytes]", pipe).close()
        self._program.terminate()
        if not self.ended(END_S):
            self._program.kill()
            self._program.wait()
        self._errors.close()
