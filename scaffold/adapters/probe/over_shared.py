"""The probe over the connection that an alias of ours shares among all ssh programs.

It needs no new connection and no SSH library, so that it takes less time than `ssh HOST true`.
"""

import contextlib
import os
import selectors
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, cast

from scaffold.adapters.probe.local import ProbeOptions, Receiver, run_program
from scaffold.adapters.ssh.command import over_control
from scaffold.adapters.ssh.config import SshTarget, resolve_target
from scaffold.host.alias import SHARED
from scaffold.parsing.recording import Recording, split

ANSWER_S = 1
"""How much longer than the probe the answer to a forwarded channel may take."""

# A connection that ended must not be replaced by one to a host that is called like the argument.
NO_OTHER = ("-o", "BatchMode=yes", "-o", "ControlMaster=no", "-o", "ProxyCommand=false")


def shares_any() -> bool:
    """Whether any alias of ours has a shared connection, which may have ended."""
    place = Path(SHARED).expanduser()
    return any(place.parent.glob(f"{place.name}*"))


def probe_shared(host: str, look: ProbeOptions, config: Path | None) -> Recording | None:
    """Probe a host over its shared connection; None if only a new connection tells all.

    A new one is needed if the shared one has ended, if it is older than a change of the
    account's groups, or if no channel to the SSH server itself can be forwarded: the program
    does not say why. Raises InputError for a text that is no host.
    """
    target = resolve_target(host, config)
    if target.control is None or not _is_socket(target.control):
        return None
    receiver = Receiver()
    started = time.time()
    with _forwarded(target) as banner:
        probe = look.command(receiver.nonce)
        run_program(over_control(target.control, probe, flags=NO_OTHER), receiver, look)
        software = _first_line(banner)
    if not (receiver.begun and software.startswith("SSH-")):
        return None
    found = receiver.recording(host, started, software)
    found = replace(found, shell_s=receiver.waited, forwarding={"tcp": "open"})
    return found if _has_current_groups(found) else None


def _is_socket(path: Path) -> bool:
    with contextlib.suppress(OSError):
        found = path.stat()
        return stat.S_ISSOCK(found.st_mode) and found.st_uid == os.getuid()
    return False


@contextlib.contextmanager
def _forwarded(target: SshTarget) -> Iterator[IO[bytes]]:
    """The output of a channel that is forwarded to the SSH server itself, which greets."""
    flags = (*NO_OTHER, "-W", f"127.0.0.1:{target.port}")
    argv = over_control(cast("Path", target.control), flags=flags)
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as program:
        try:
            yield cast("IO[bytes]", program.stdout)
        finally:
            program.kill()


def _first_line(output: IO[bytes]) -> str:
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        if not selector.select(ANSWER_S):
            return ""
    return os.read(output.fileno(), 255).partition(b"\n")[0].decode("utf-8", "replace").strip()


def _has_current_groups(found: Recording) -> bool:
    account = split(found).part("account").values()
    now, configured = (set(account.get(key, "").split()) for key in ("groups", "configured"))
    return now >= configured
