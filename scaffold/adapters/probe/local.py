"""The probe: its script, its options, and the run on this machine."""

import contextlib
import os
import secrets
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import field
from importlib.resources import files
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from scaffold.adapters.local.files import read_file, shown
from scaffold.adapters.local.quoting import first_line
from scaffold.errors import InputError, TargetError
from scaffold.parsing.recording import Recording, read_recording, without_secrets
from scaffold.records import dataclass
from scaffold.workspace.sides import LOCAL

if TYPE_CHECKING:
    from scaffold.facts import HostFacts

PROBE_S = 8
"""How long the host waits for its slowest command, an nvidia-smi without persistence."""

GRACE_S = 3
"""How much longer the client waits than the host."""

NOISE_HEAD = 64 * 1024
OUTPUT_CAP = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ProbeOptions:
    """Options of the probe.

    `sudo` adds what only root sees, by `sudo -n`; `brief` leaves only what decides on an image
    and its wheels; `urls` are addresses that the host tries to reach.
    """

    sudo: bool = False
    brief: bool = False
    urls: tuple[str, ...] = ()
    seconds: int = PROBE_S

    def arguments(self, nonce: str) -> str:
        """Arguments of the script; each is plain in every login shell, csh and fish too."""
        switches = ("yes" if switch else "no" for switch in (self.sudo, self.brief))
        return " ".join([nonce, str(self.seconds), *switches, *self.urls])

    def command(self, nonce: str) -> str:
        """The command of a login shell that runs the script from its standard input."""
        # exec: csh and fish know it too, and no second shell stays running.
        return f"exec /bin/sh -s -- {self.arguments(nonce)}"


@dataclass(slots=True, kw_only=True)
class Receiver:
    """Collects output: only the head of a login shell's noise, and no more than a cap.

    `waited` is how long the first line of the probe took, in seconds.
    """

    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    kept: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    errors: bytearray = field(default_factory=bytearray)
    begun: bool = False
    created: float = field(default_factory=time.monotonic)
    waited: float | None = None

    def feed(self, data: bytes, errors: bytes = b"") -> bool:
        """Add received data; True when the probe is done or the data is too much."""
        if len(self.errors) < NOISE_HEAD:
            self.errors += errors[:NOISE_HEAD]
        if self.begun:
            self.kept += data
        else:
            self._before(data)
        end = f"{self.nonce} done\n".encode()
        # The data before was searched already.
        found = self.kept.find(end, max(len(self.kept) - len(data) - len(end), 0))
        return (self.begun and found >= 0) or len(self.kept) > OUTPUT_CAP

    def _before(self, data: bytes) -> None:
        """Look for the probe's first line; the middle of megabytes of noise is dropped."""
        self.tail += data
        start = self.tail.find(f"\n{self.nonce} begin\n".encode())
        if start >= 0:
            self.begun = True
            self.waited = time.monotonic() - self.created
            self.kept += self.tail[: max(NOISE_HEAD - len(self.kept), 0)][:start]
            self.kept += self.tail[start:]
            self.tail.clear()
        elif len(self.tail) > NOISE_HEAD:
            self.kept += self.tail[: max(NOISE_HEAD - len(self.kept), 0)]
            del self.tail[:-64]

    def output(self) -> bytes:
        """All data that is kept."""
        return bytes(self.kept if self.begun else self.kept + self.tail[:NOISE_HEAD])

    def recording(self, host: str, clock: float, software: str | None = None) -> Recording:
        """The output as a recording. Raises TargetError if the probe did not start."""
        if not self.begun:
            raise self._not_begun(host)
        return Recording(
            host=host,
            nonce=self.nonce,
            output=without_secrets(self.output()),
            clock=clock,
            software=software,
            errors=without_secrets(bytes(self.errors)).decode("utf-8", "replace")[:2000],
        )

    def _not_begun(self, host: str) -> TargetError:
        output = self.output() + bytes(self.errors)
        line = first_line(self.output() or bytes(self.errors))
        return TargetError(
            f"the login to {host} works, but its shell did not run the check"
            + (f"; its output: {line}" if line else "; it printed nothing"),
            hint=REPLACED_HINT if _is_replaced(output) else NO_SHELL_HINT.format(host=host),
        )


NO_SHELL_HINT = (
    "the login shell may be no shell (nologin, a menu), or a forced command: try `ssh {host} true`"
)
REPLACED_HINT = (
    "a start file of the login shell (~/.bashrc, ~/.zshenv …) runs `exec` or starts another shell "
    "or tmux for commands too; VS Code hangs on the same. Guard it: "
    "case $- in *i*) exec fish;; esac"
)
_OTHER_SHELLS = (
    b"scaffold probe without arguments",
    *(b"fish: ", b"Badly placed", b"Missing }", b"Missing '}'", b"Too many ('s", b"nu::"),
    *(b"xonsh", b"elvish", b"open terminal failed", b"not a terminal", b"ParserError"),
    b"Must be connected to a terminal",
)
"""Error messages of shells and multiplexers that are given a POSIX sh script."""


def _is_replaced(output: bytes) -> bool:
    """Whether another shell read the script itself: without arguments, or in another language."""
    return any(words in output for words in _OTHER_SHELLS)


def script() -> bytes:
    """The probe's text."""
    return (files("scaffold.adapters.probe") / "probe.sh").read_bytes()


def probe_here(look: ProbeOptions) -> Recording:
    """Probe this machine."""
    receiver = Receiver()
    started = time.time()
    run_program(["/bin/sh", "-s", "--", *look.arguments(receiver.nonce).split()], receiver, look)
    return receiver.recording(LOCAL, started)


def probe_local() -> "HostFacts":
    """The facts of this machine that decide on an image and its wheels."""
    recording = probe_here(ProbeOptions(brief=True))
    # Imported late: the probe runs before anything is needed to read it.
    from scaffold.parsing.host import read_host

    return read_host(recording)


def run_program(argv: list[str], receiver: Receiver, look: ProbeOptions) -> None:
    """Run a program that runs the probe, in a process group of its own."""
    deadline = time.monotonic() + look.seconds + GRACE_S
    with subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as program:
        try:
            with contextlib.suppress(BrokenPipeError):
                stdin = cast("IO[bytes]", program.stdin)
                stdin.write(script())
                stdin.close()
            for data, errors in _streams(program, deadline):
                if receiver.feed(data, errors):
                    break
        finally:
            # The whole group: a child that hangs would outlive its parent.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(program.pid, signal.SIGKILL)


def _streams(program: "subprocess.Popen[bytes]", deadline: float) -> Iterator[tuple[bytes, bytes]]:
    with selectors.DefaultSelector() as selector:
        for stream in (program.stdout, program.stderr):
            selector.register(cast("IO[bytes]", stream), selectors.EVENT_READ)
        while selector.get_map() and time.monotonic() < deadline:
            for key, _ in selector.select(timeout=0.2):
                data = os.read(key.fd, 65536)
                if not data:
                    selector.unregister(key.fileobj)
                yield (data, b"") if key.fileobj is program.stdout else (b"", data)


def load(path: Path) -> Recording:
    """A recording from a file that `--save-facts` wrote."""
    content = read_file(path)
    if content is None:
        raise InputError(f"cannot read {shown(path)}: there is no such file")
    return read_recording(content)
