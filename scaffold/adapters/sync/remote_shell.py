"""A remote shell: one connection, and one session of it for each script."""

import contextlib
import io
import itertools
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, cast

from scaffold.adapters.local.pipes import (
    ANSWER_LIMIT,
    SILENCE_S,
    BoundedPipe,
    read_all,
    write_all,
)
from scaffold.adapters.local.quoting import first_line, last_line, tail
from scaffold.adapters.local.signals import Background
from scaffold.adapters.local.temporary import private_folder
from scaffold.adapters.ssh.command import CONNECT_S, ssh_argv
from scaffold.adapters.ssh.config import is_open, resolve_target
from scaffold.errors import TargetError

if TYPE_CHECKING:
    from io import BufferedReader

CHUNK = 1 << 16

FIRST_LIMIT = 8 << 20
"""Bytes of a stream before its reader allows more."""

ALIVE_S = 15
"""Seconds between keepalives. A connection silent for four of them counts as lost (ssh_config(5),
ServerAliveInterval)."""

END_S = 5
"""Seconds that ssh may take to end after its input has ended."""


_Session = tuple[IO[bytes], IO[bytes], "subprocess.Popen[bytes]", IO[bytes]]
"""Standard input and output of ssh, the program, and a file with its standard error."""


class RemoteShell(Protocol):
    """Runs scripts at the target. Methods raise TargetError on failure."""

    name: str
    folder: str

    @property
    def as_root(self) -> bool:
        """Whether scripts run as root."""

    def run(self, script: bytes) -> bytes:
        """Run a script to its end and return its output."""

    def unpack(self, stage: str, stream: Iterable[bytes], reading: bytes, unpacked: bytes) -> bytes:
        """Send a tar stream to the folder `stage`, run a script and return its output.

        `reading` reads the stream itself, `unpacked` runs if the stream was unpacked already.
        """

    def fetch(self, script: bytes) -> contextlib.AbstractContextManager[IO[bytes]]:
        """Stream the output of a script while it runs."""


class SshShell:
    """Uses the ssh program, so that the user's config, jump hosts and shared connections apply."""

    def __init__(self, host: str, folder: str, config: Path | None, scratch: Path) -> None:
        self.name, self.folder = host, folder
        self._config, self._scratch = config, scratch
        self._held = contextlib.ExitStack()
        # ssh reads its configuration while others work; what is wrong with it shows at first use.
        self._target = Background(lambda: resolve_target(host, config))

    @property
    def as_root(self) -> bool:
        """Whether the login is root's."""
        return self._target.result().user == "root"

    @cached_property
    def _control(self) -> Path | None:
        """The socket of a connection of our own; None if the user's ssh shares one."""
        target = self._target.result()
        place = target.control_path
        shares = target.shares_connection or (place is not None and is_open(place))
        return None if shares else self._scratch / "s"

    @cached_property
    def argv(self) -> list[str]:
        """The command line up to the host."""
        sharing = ("ControlMaster=auto", f"ControlPath={self._control}")
        alive = (f"ConnectTimeout={CONNECT_S}", f"ServerAliveInterval={ALIVE_S}")
        options = (*alive, "ServerAliveCountMax=4", *(sharing if self._control else ()))
        return ssh_argv(self.name, config=self._config, options=options)

    def run(self, script: bytes) -> bytes:
        """Run a script to its end and return its output.

        If the connection is ours, the first session stays open: later ones share its connection,
        and it ends with this process, even if that is killed.
        """
        if self._control is None or self._control.exists():
            return self._converse('eval "$(cat)"', script, ())
        return self._run_and_hold(script)

    def _run_and_hold(self, script: bytes) -> bytes:
        end = f"\0{secrets.token_hex(8)}\0".encode()
        mark = end.strip(b"\0").decode()
        reading = f'(eval "$(head -c {len(script)})"); printf "\\000{mark}\\000"; cat >/dev/null'
        session = self._held.enter_context(self._started(reading))
        stdin, stdout, program, errors = session
        self._held.callback(errors.close)
        self._held.callback(_end, stdin, program)
        with contextlib.suppress(BrokenPipeError):
            write_all(stdin.fileno(), [script], self.name)
        output = bytearray()
        while not output.endswith(end):
            try:
                piece = cast("BufferedReader", stdout).read1(CHUNK)
            except TargetError:
                # Nobody waits for the end of a session that has already failed.
                program.kill()
                raise
            if not piece:
                self._raise_for(program, errors, bytes(output))
                return bytes(output)
            output += piece
        return bytes(output[: -len(end)])

    def unpack(self, stage: str, stream: Iterable[bytes], reading: bytes, unpacked: bytes) -> bytes:
        """Send a tar stream, which the script `reading` reads."""
        # Byte by byte: what follows the script is for tar, and some shells read ahead.
        loader = f'eval "$(dd bs=1 count={len(reading)} 2>/dev/null)"'
        return self._converse(loader, reading, stream)

    @contextlib.contextmanager
    def fetch(self, script: bytes) -> Iterator[IO[bytes]]:
        """Stream the output of a script while it runs."""
        started = self._started('eval "$(cat)"', FIRST_LIMIT)
        with started as (stdin, stdout, _program, errors), errors:
            with contextlib.suppress(BrokenPipeError), stdin:
                write_all(stdin.fileno(), [script], self.name)
            yield stdout

    def _converse(self, reading: str, script: bytes, stream: Iterable[bytes]) -> bytes:
        with self._started(reading) as (stdin, stdout, program, errors), errors:
            # If the remote ends early, its own message is better than a broken pipe.
            with contextlib.suppress(BrokenPipeError), stdin:
                write_all(stdin.fileno(), itertools.chain([script], stream), self.name)
            output = read_all(cast("BufferedReader", stdout))
            self._raise_for(program, errors, output)
        return output

    def _raise_for(
        self, program: "subprocess.Popen[bytes]", errors: IO[bytes], output: bytes
    ) -> None:
        if self._ended(program) == 255 or (program.returncode and not output):
            raise self._failure(tail(errors) or output)

    def _ended(self, program: "subprocess.Popen[bytes]") -> int:
        try:
            return program.wait(SILENCE_S)
        except subprocess.TimeoutExpired as error:
            raise TargetError(f"ssh to {self.name} does not end") from error

    @contextlib.contextmanager
    def _started(self, reading: str, limit: int = ANSWER_LIMIT) -> Iterator[_Session]:
        # A file, not a pipe: a shared connection may outlive the program and keep it open.
        errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the caller)
        command = f"exec /bin/sh -c '{reading}'"
        try:
            program = subprocess.Popen(
                [*self.argv, command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
            ends = cast("IO[bytes]", program.stdin), cast("IO[bytes]", program.stdout)
            pipe = BoundedPipe(ends[1].fileno(), self.name, limit=limit, errors=errors)
            answer = cast("IO[bytes]", io.BufferedReader(pipe))
        except FileNotFoundError as error:
            raise TargetError(
                "the ssh program is not installed", hint="install openssh-client"
            ) from error
        try:
            yield ends[0], answer, program, errors
        finally:
            program.kill()
            program.wait()
            for end in ends:
                with contextlib.suppress(OSError):
                    end.close()

    def _failure(self, output: bytes) -> TargetError:
        from scaffold.parsing.lost_connection import is_lost_connection, without_our_own

        reason = last_line(output := without_our_own(output))
        # OpenSSH may end without a word when the other end closes the connection.
        if not reason or is_lost_connection(output.decode("utf-8", "replace")):
            return lost(self.name, reason)
        return TargetError(
            f"{self.name}: {reason}",
            hint=f"every remote file is complete; run `scaffold host check {self.name}` to check "
            "the connection",
        )

    def close(self) -> None:
        """Close the connection if it is ours."""
        self._held.close()


def lost(name: str, reason: str = "") -> TargetError:
    """The error for a connection that broke while something was sent or received."""
    return TargetError(
        f"the connection to {name} was lost" + (f": {reason}" if reason else ""),
        hint="every remote file is complete, old or new; run the command again to go on",
    )


def _end(stdin: IO[bytes], program: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(END_S)


@contextlib.contextmanager
def open_ssh_shell(host: str, folder: str, config: Path | None = None) -> Iterator[SshShell]:
    """Open a shell on a host by the user's ssh config. Raises TargetError without ssh."""
    if shutil.which("ssh") is None:
        raise TargetError("the ssh program is not installed", hint="install openssh-client")
    # A socket's path may have 103 bytes on macOS, whose own temporary folders are long.
    with private_folder("/tmp") as scratch:  # noqa: S108 (a folder of our own in it)
        shell = SshShell(host, folder, config, scratch)
        try:
            yield shell
        finally:
            shell.close()


def not_a_shell(name: str, output: bytes) -> TargetError:
    """The error for a login that runs no commands."""
    return TargetError(
        f"{name} runs no commands: {first_line(output) or 'it printed nothing'}",
        hint=f"try: ssh {name} true",
    )
