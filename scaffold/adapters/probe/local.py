"""The probe: its script, what it shall look at, and the run on this machine."""

import contextlib
import os
import secrets
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from scaffold.adapters.local.quoting import first_line
from scaffold.errors import InputError, TargetError
from scaffold.parsing.recording import Recording, read_recording, without_secrets

if TYPE_CHECKING:
    from scaffold.facts import HostFacts

LOCAL = "local"
PROBE_S = 8
"""How long the host waits for its slowest command, an nvidia-smi without persistence."""

GRACE_S = 3
"""How much longer we wait for the host."""

NOISE_HEAD = 64 * 1024
OUTPUT_CAP = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Look:
    """What the probe shall do.

    `sudo` asks for what only root sees, by `sudo -n`; `brief` leaves out what does not decide
    on an image and its wheels; `urls` shall be reached from there.
    """

    sudo: bool = False
    brief: bool = False
    urls: tuple[str, ...] = ()
    seconds: int = PROBE_S

    def arguments(self, nonce: str) -> str:
        """Arguments of the script; each is plain in every login shell, csh and fish too."""
        switches = ("yes" if switch else "no" for switch in (self.sudo, self.brief))
        return " ".join([nonce, str(self.seconds), *switches, *self.urls])


@dataclass(slots=True)
class Receiver:
    """Collects output: only the head of a login shell's noise, and no more than a cap."""

    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    kept: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    errors: bytearray = field(default_factory=bytearray)
    begun: bool = False

    def feed(self, data: bytes, errors: bytes = b"") -> bool:
        """Take what came; True when the probe is done or too much came."""
        if len(self.errors) < NOISE_HEAD:
            self.errors += errors[:NOISE_HEAD]
        if self.begun:
            self.kept += data
        else:
            self._before(data)
        end = f"{self.nonce} done\n".encode()
        # What came before this data was searched already.
        found = self.kept.find(end, max(len(self.kept) - len(data) - len(end), 0))
        return (self.begun and found >= 0) or len(self.kept) > OUTPUT_CAP

    def _before(self, data: bytes) -> None:
        """Look for the probe's first line; the middle of megabytes of noise is dropped."""
        self.tail += data
        start = self.tail.find(f"\n{self.nonce} begin\n".encode())
        if start >= 0:
            self.begun = True
            self.kept += self.tail[: max(NOISE_HEAD - len(self.kept), 0)][:start]
            self.kept += self.tail[start:]
            self.tail.clear()
        elif len(self.tail) > NOISE_HEAD:
            self.kept += self.tail[: max(NOISE_HEAD - len(self.kept), 0)]
            del self.tail[:-64]

    def output(self) -> bytes:
        """Everything that is kept."""
        return bytes(self.kept if self.begun else self.kept + self.tail[:NOISE_HEAD])

    def recording(self, host: str, clock: float, software: str | None = None) -> Recording:
        """What came, to be read or saved. Raises TargetError where no probe ever began."""
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
        said = first_line(self.output() or bytes(self.errors))
        return TargetError(
            f"{host} let us in but did not run the probe"
            + (f"; it said: {said}" if said else ", and said nothing"),
            hint="the login shell may be no shell (nologin, a menu), or a forced command: "
            f"try `ssh {host} true`",
        )


def script() -> bytes:
    """The probe."""
    return (files("scaffold.adapters.probe") / "probe.sh").read_bytes()


def probe_here(look: Look) -> Recording:
    """Look at this machine."""
    receiver = Receiver()
    started = time.time()
    run_program(["/bin/sh", "-s", "--", *look.arguments(receiver.nonce).split()], receiver, look)
    return receiver.recording(LOCAL, started)


def probe_local() -> "HostFacts":
    """The facts of this machine that decide on an image and its wheels."""
    recording = probe_here(Look(brief=True))
    # Imported late: a probe is on its way before anything is needed to read it.
    from scaffold.parsing.host import read_host

    return read_host(recording)


def run_program(argv: list[str], receiver: Receiver, look: Look) -> None:
    """A program of ours that runs the probe; in a group of its own, which the probe may end."""
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
            # The whole group, since what hangs in it would outlive its parent.
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
    try:
        return read_recording(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
