"""Runs probe.sh on a host, or here, and brings back what it printed."""

import contextlib
import os
import secrets
import selectors
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import IO, cast

import paramiko

from scaffold.adapters.ssh import Asking, NoCommonAlgorithmError, connected, converse
from scaffold.adapters.ssh_config import Target, resolve_target
from scaffold.errors import InputError, TargetError
from scaffold.parsing.recording import Recording, read_recording, without_secrets

LOCAL = "local"
PROBE_S = 8
"""How long the host waits for its slowest command, an nvidia-smi without persistence."""

GRACE_S = 3
"""How much longer we wait for the host."""

NOISE_HEAD = 64 * 1024
OUTPUT_CAP = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Look:
    """What the probe shall do beside its usual parts."""

    sudo: bool = False
    urls: tuple[str, ...] = ()
    seconds: int = PROBE_S

    def arguments(self, nonce: str) -> str:
        """Arguments of the script; each is plain in every login shell, csh and fish too."""
        sudo = "yes" if self.sudo else "no"
        return " ".join([nonce, str(self.seconds), sudo, *self.urls])


@dataclass(slots=True)
class Receiver:
    """Collects output: only the head of a login shell's noise, and no more than a cap."""

    nonce: bytes
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
        end = self.nonce + b" done\n"
        # What came before this data was searched already.
        found = self.kept.find(end, max(len(self.kept) - len(data) - len(end), 0))
        return (self.begun and found >= 0) or len(self.kept) > OUTPUT_CAP

    def _before(self, data: bytes) -> None:
        """Look for the probe's first line; the middle of megabytes of noise is dropped."""
        self.tail += data
        start = self.tail.find(b"\n" + self.nonce + b" begin\n")
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


def script() -> bytes:
    """The probe."""
    return (files("scaffold.adapters") / "probe.sh").read_bytes()


def probe(host: str, asking: Asking, look: Look, config: Path | None = None) -> Recording:
    """Look at one host, in one exchange.

    Raises TargetError where it cannot be reached or does not run the probe.
    """
    nonce = secrets.token_hex(8)
    receiver = Receiver(nonce.encode())
    started = time.time()
    software = None
    if host == LOCAL:
        _by_program(["/bin/sh", "-s", "--", *look.arguments(nonce).split()], receiver, look)
    else:
        target = resolve_target(host, config)
        try:
            started, software = _by_paramiko(target, asking, receiver, look)
        except NoCommonAlgorithmError as error:
            _by_openssh(target, receiver, look, error)
    if not receiver.begun:
        raise _not_begun(host, receiver)
    return Recording(
        host=host,
        nonce=nonce,
        output=without_secrets(receiver.output()),
        clock=started,
        software=software,
        errors=receiver.errors.decode("utf-8", "replace")[:2000],
    )


def _command(look: Look, nonce: bytes) -> str:
    # exec: csh and fish know it too, and no second shell stays behind.
    return f"exec /bin/sh -s -- {look.arguments(nonce.decode())}"


def _by_paramiko(
    target: Target, asking: Asking, receiver: Receiver, look: Look
) -> tuple[float, str | None]:
    with connected(target, asking) as transport:
        started = time.time()
        deadline = time.monotonic() + look.seconds + GRACE_S
        try:
            for data, errors in converse(
                transport, _command(look, receiver.nonce), script(), deadline
            ):
                if receiver.feed(data, errors):
                    break
        except (paramiko.SSHException, EOFError, OSError) as error:
            if not receiver.begun:
                said = str(error) or "the server closed it"
                raise TargetError(
                    f"the connection to {target.hostname} broke before the probe began: {said}",
                    hint=f"try `ssh {target.name} true`",
                ) from error
        return started, transport.remote_version


def _by_openssh(target: Target, receiver: Receiver, look: Look, cause: Exception) -> None:
    """For servers that only OpenSSH can talk to; its own trust and keys apply, it never asks."""
    command = target.ssh_command()
    command += ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-T", "--"]
    try:
        _by_program([*command, target.name, _command(look, receiver.nonce)], receiver, look)
    except FileNotFoundError as error:
        raise TargetError(
            f"{target.hostname} speaks only algorithms that are not known here: {cause}",
            hint="install OpenSSH's ssh: it is used where it knows more",
        ) from error
    if not receiver.begun:
        said = receiver.errors.decode("utf-8", "replace").strip().splitlines()
        raise TargetError(
            f"{target.hostname} can only be reached by OpenSSH, which says: "
            f"{said[-1] if said else 'nothing'}",
            hint=f"make `ssh {target.name} true` work first: it asks what it has to",
        ) from cause


def _by_program(argv: list[str], receiver: Receiver, look: Look) -> None:
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
            program.kill()


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


def _not_begun(host: str, receiver: Receiver) -> TargetError:
    said = (receiver.output() or bytes(receiver.errors)).decode("utf-8", "replace").split("\n")
    first = next((line.strip() for line in said if line.strip()), "")
    shown = "".join(char if char.isprintable() else "?" for char in first)[:200]
    return TargetError(
        f"{host} let us in but did not run the probe"
        + (f"; it said: {shown}" if shown else ", and said nothing"),
        hint="the login shell may be no shell (nologin, a menu), or a forced command: "
        f"try `ssh {host} true`",
    )


def load(path: Path) -> Recording:
    """A recording from a file that `--save-facts` wrote."""
    try:
        return read_recording(path.read_bytes())
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
