"""The running tunnels of this computer: one file each, locked by its process."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from scaffold.adapters.local.paths import open_private, private, runtime_folder
from scaffold.errors import InputError
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class ForwardedPort:
    """Local port `local` leads to the port `inside` of the container."""

    local: int
    inside: str


@dataclass(frozen=True, slots=True)
class TunnelRecord:
    """One running tunnel: `host` is empty for the local engine."""

    host: str
    container: str
    ports: tuple[ForwardedPort, ...]
    pid: int = 0


def _folder() -> Path:
    """A folder of this user; the runtime folder ends with the session (XDG Base Directory)."""
    return runtime_folder() / "tunnels"


@contextlib.contextmanager
def keep_record(record: TunnelRecord) -> Iterator[None]:
    """Keep a record while the block runs; a tunnel without one works too."""
    path = _folder() / f"{os.getpid()}.json"
    with contextlib.ExitStack() as closing:
        with contextlib.suppress(OSError, InputError):
            private(path.parent)
            file = closing.enter_context(os.fdopen(open_private(path), "w"))
            closing.callback(path.unlink, missing_ok=True)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            json.dump(asdict(record), file)
            file.flush()
        yield


def running_tunnels() -> list[TunnelRecord]:
    """Tunnels whose process is alive; records left by others are deleted."""
    return [found for path in sorted(_folder().glob("*.json")) if (found := _read(path))]


def _read(path: Path) -> TunnelRecord | None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError), path.open("r+") as file:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)
            return None
        found = json.load(file)
        ports = tuple(
            ForwardedPort(int(one["local"]), str(one["inside"])) for one in found["ports"]
        )
        return TunnelRecord(str(found["host"]), str(found["container"]), ports, int(path.stem))
    return None
