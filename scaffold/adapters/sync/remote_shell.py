"""The shell of the far side: one connection, and a session of it for each script."""

import contextlib
import secrets
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, cast

from scaffold.adapters.local.quoting import first_line, last_line
from scaffold.adapters.ssh.config import parse_destination, resolve_target
from scaffold.adapters.ssh.program import CONNECT_S
from scaffold.errors import TargetError
from scaffold.sync.manifest import bytes_of
from scaffold.sync.moving import quoted

if TYPE_CHECKING:
    from io import BufferedReader

CHUNK = 1 << 16

ALIVE_S = 15
"""A connection that carries nothing, not even an answer to ssh's own question, for four times
this long has broken (ssh_config(5), ServerAliveInterval)."""

END_S = 5
"""How long ssh may take to end after its input has."""


_Session = tuple[IO[bytes], IO[bytes], "subprocess.Popen[bytes]", IO[bytes]]
"""Standard input and output of ssh, the program, and a file with what it complained of."""


class Far(Protocol):
    """Where scripts run beside the place. Methods raise TargetError where they cannot."""

    name: str
    folder: str
    as_root: bool

    def run(self, script: bytes) -> bytes:
        """Run a script to its end; what it printed."""

    def unpack(self, stage: str, stream: Iterable[bytes], land: bytes, alone: bytes) -> bytes:
        """Bring a tar stream to the folder `stage` and run a script; what it printed.

        `land` reads the stream itself, `alone` runs where something else has unpacked it.
        """

    def fetch(self, script: bytes) -> contextlib.AbstractContextManager[IO[bytes]]:
        """What a script prints, while it does."""


def script(*names: str, paths: Iterable[str] = (), **variables: str) -> bytes:
    """The far scripts of these names, after their variables, with paths as their arguments."""
    head = "".join(f"{name}={shlex.quote(text)}\n" for name, text in variables.items())
    head += f"set -- {' '.join(map(quoted, paths))}\n"
    folder = Path(__file__).with_name("scripts")
    return bytes_of(head + "".join((folder / f"{name}.sh").read_text() for name in names))


class SshFar:
    """Through the ssh program, so that the user's config, jumps and shared connections count."""

    def __init__(self, host: str, folder: str, config: Path | None, scratch: Path) -> None:
        to, target = parse_destination(host), resolve_target(host, config)
        self.name, self.folder, self.as_root = host, folder, target.user == "root"
        self._control = None if target.shares_connection else scratch / "s"
        sharing = ("ControlMaster=auto", f"ControlPath={self._control}")
        self._held = contextlib.ExitStack()
        options = [
            *("BatchMode=yes", f"ConnectTimeout={CONNECT_S}", f"ServerAliveInterval={ALIVE_S}"),
            "ServerAliveCountMax=4",
            *(sharing if self._control else ()),
        ]
        self.argv = [
            "ssh",
            *(("-F", str(config)) if config else ()),
            *(("-l", to.user) if to.user else ()),
            *(("-p", str(to.port)) if to.port else ()),
            "-T",
            *(word for option in options for word in ("-o", option)),
            *("--", to.host),
        ]

    def run(self, script: bytes) -> bytes:
        """Run a script to its end; what it printed.

        The first one's session is held open where the connection is ours: the others share it,
        and it ends with us, even where we are killed.
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
            stdin.write(script)
            stdin.flush()
        said = bytearray()
        while not said.endswith(end):
            piece = cast("BufferedReader", stdout).read1(CHUNK)
            if not piece:
                self._raise_for(program, errors, bytes(said))
                return bytes(said)
            said += piece
        return bytes(said[: -len(end)])

    def unpack(self, stage: str, stream: Iterable[bytes], land: bytes, alone: bytes) -> bytes:
        """Bring a tar stream there, which the script `land` reads."""
        # Byte by byte: what follows the script is for tar, and some shells read ahead.
        reading = f'eval "$(dd bs=1 count={len(land)} 2>/dev/null)"'
        return self._converse(reading, land, stream)

    @contextlib.contextmanager
    def fetch(self, script: bytes) -> Iterator[IO[bytes]]:
        """What a script prints, while it does."""
        with self._started('eval "$(cat)"') as (stdin, stdout, _program, errors), errors:
            with contextlib.suppress(BrokenPipeError), stdin:
                stdin.write(script)
            yield stdout

    def _converse(self, reading: str, script: bytes, stream: Iterable[bytes]) -> bytes:
        with self._started(reading) as (stdin, stdout, program, errors), errors:
            # Where the far side ends early, what it said about that is the better message.
            with contextlib.suppress(BrokenPipeError), stdin:
                stdin.write(script)
                for piece in stream:
                    stdin.write(piece)
            said = stdout.read()
            self._raise_for(program, errors, said)
        return said

    def _raise_for(
        self, program: "subprocess.Popen[bytes]", errors: IO[bytes], said: bytes
    ) -> None:
        if program.wait() == 255 or (program.returncode and not said):
            errors.seek(0)
            raise self._failure(errors.read() or said)

    @contextlib.contextmanager
    def _started(self, reading: str) -> Iterator[_Session]:
        # A file, not a pipe: a shared connection may outlive the program and keep it open.
        errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the caller)
        command = f"exec /bin/sh -c '{reading}'"
        try:
            program = subprocess.Popen(
                [*self.argv, command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
            ends = cast("IO[bytes]", program.stdin), cast("IO[bytes]", program.stdout)
        except FileNotFoundError as error:
            raise TargetError(
                "there is no ssh program", hint="install it: openssh-client"
            ) from error
        try:
            yield *ends, program, errors
        finally:
            program.kill()
            program.wait()
            for end in ends:
                with contextlib.suppress(OSError):
                    end.close()

    def _failure(self, said: bytes) -> TargetError:
        return TargetError(
            f"{self.name}: {last_line(said) or 'the connection broke, and ssh gave no reason'}",
            hint=f"what was whole there is whole; `scaffold host check {self.name}` says what ails "
            "the connection",
        )

    def close(self) -> None:
        """End the connection, where it is ours."""
        self._held.close()


def _end(stdin: IO[bytes], program: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        program.wait(END_S)


@contextlib.contextmanager
def ssh_far(host: str, folder: str, config: Path | None = None) -> Iterator[SshFar]:
    """The shell of a host, by the user's ssh config. Raises TargetError without an ssh program."""
    if shutil.which("ssh") is None:
        raise TargetError("there is no ssh program", hint="install it: openssh-client")
    # A socket's path may have 103 bytes on macOS, whose own temporary folders are long.
    with tempfile.TemporaryDirectory(prefix="scaffold-", dir="/tmp") as scratch:
        far = SshFar(host, folder, config, Path(scratch))
        try:
            yield far
        finally:
            far.close()


def unlike_a_shell(name: str, said: bytes) -> TargetError:
    """The error for a far side that ran no script at all."""
    return TargetError(
        f"{name} runs no commands: {first_line(said) or 'it said nothing'}",
        hint=f"try: ssh {name} true",
    )
