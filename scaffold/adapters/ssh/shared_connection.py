"""One ssh program that stays: a shared connection of our own, and sockets forwarded over it."""

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
from scaffold.adapters.ssh.command import CONNECT_S, over_control, ssh_argv
from scaffold.adapters.ssh.destination import parse_destination
from scaffold.errors import TargetError
from scaffold.host.remote_steps import wrapped

ALIVE_S = 10
"""A sign of life is asked for after so long a silence; the second that is missing ends it."""

READY_S = 30
"""From the start of ssh to the far shell, where nobody is asked anything."""

END_S = 5

# A shared connection of our own, whatever the user's config says of sharing.
_OPTIONS = (
    *("ControlMaster=yes", "ControlPersist=no"),
    *(f"ServerAliveInterval={ALIVE_S}", "ServerAliveCountMax=2", f"ConnectTimeout={CONNECT_S}"),
)

# Where the engine's socket is, for who may use it; then this stays until its input ends, which
# it does when we are gone, however that comes about.
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
    """The host does not let us in, or is not the one that we know: trying again mends nothing."""


class Link:
    """A connection to a host by the ssh program; it ends with `close`, or when we are gone.

    `folder` is a private one, for its sockets. `engine_socket` is the engine's path on the
    host, empty where none was found.
    """

    def __init__(self, host: str, config: Path | None, folder: Path, *, ask: bool) -> None:
        """Connect. With `ask` ssh may ask at the terminal; TargetError where it fails."""
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
            raise TargetError("there is no ssh program", hint="install openssh-client") from error
        try:
            self.engine_socket = self._ready(nonce, None if ask else READY_S)
        except BaseException:
            self.close()
            raise

    def _ready(self, nonce: str, seconds: float | None) -> str:
        """Wait for the far shell's line; what it says."""
        deadline = None if seconds is None else time.monotonic() + seconds
        said = b""
        output = cast("IO[bytes]", self._program.stdout)
        while f"{nonce} ".encode() not in said or not said.endswith(b"\n"):
            left = None if deadline is None else max(deadline - time.monotonic(), 0)
            if not select.select([output], [], [], left)[0]:
                raise TargetError(f"{self._host} gave no answer within {seconds:.0f} seconds")
            piece = output.read1(65536)  # type: ignore[attr-defined]
            if not piece:
                self._program.wait()
                raise self._failure()
            said = (said + piece)[-65536:]
        return said.decode("utf-8", "replace").rpartition(f"{nonce} ")[2].strip()

    def _failure(self) -> TargetError:
        said = self.complaint() or "ssh ended and said nothing"
        refused = _REFUSED.search(self._all_said())
        kind = RefusedError if refused else TargetError
        hint = f"try it by itself: ssh {self._host} true" if refused else ""
        return kind(f"cannot connect to {self._host}: {said}", hint=hint)

    def forward(self, here: Path, there: str) -> None:
        """Make a socket here that leads to a socket of the host. Raises TargetError."""
        here.unlink(missing_ok=True)
        # None of the user's own forwards: the shared connection knows the host by itself.
        argv = over_control(self._control, flags=("-O", "forward", "-L", f"{here}:{there}"))
        done = subprocess.run(argv, capture_output=True, timeout=READY_S, check=False)
        if done.returncode:
            raise TargetError(f"ssh does not forward {there}: {last_line(done.stderr)}")

    def argv(self, *command: str) -> tuple[str, ...]:
        """A program that runs a far command over this connection."""
        return tuple(over_control(self._control, *command))

    def ended(self, seconds: float) -> bool:
        """Wait so long for the connection's end; whether it has ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._program.wait(seconds)
        return self._program.returncode is not None

    def complaint(self) -> str:
        """The last line that ssh wrote on standard error."""
        return next(reversed(lines_of(self._all_said().encode())), "")

    def _all_said(self) -> str:
        if self._errors.closed:
            return ""
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")

    def close(self) -> None:
        """End it, kindly first."""
        for pipe in (self._program.stdin, self._program.stdout):
            cast("IO[bytes]", pipe).close()
        self._program.terminate()
        if not self.ended(END_S):
            self._program.kill()
            self._program.wait()
        self._errors.close()
