"""A host as a place for commands and files, whichever client carries them."""

import shlex
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from scaffold.adapters.local.quoting import last_line
from scaffold.errors import TargetError
from scaffold.host.remote_steps import wrapped

RUN_S = 60
"""Timeout of a command that answers at once."""

MISSING = 44
"""Exit code of the reading script if there is no such file."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a remote command ended; ssh itself exits with 255."""

    code: int
    out: str
    err: str

    @property
    def last_words(self) -> str:
        """The line that most likely holds the reason."""
        return last_line(self.err.encode()) or last_line(self.out.encode()) or "no reason given"


class Transport(Protocol):
    """One connection to a host. Methods raise TargetError if the host does not answer."""

    name: str

    def run(self, command: str, text: bytes = b"", seconds: float = RUN_S) -> Done:
        """Run a command of the login shell with `text` as its input."""

    def put(self, path: str, content: bytes, mode: int = 0o600) -> None:
        """Write a file, whole or not at all."""

    def get(self, path: str) -> str | None:
        """Read a text file; None if there is none."""

    def forward(self, local: Path, remote: str) -> AbstractContextManager[None]:
        """Make a local socket that leads to a socket of the host."""


def put_file(transport: Transport, path: str, content: bytes, mode: int) -> None:
    """Write a remote file through a temporary name in the same folder."""
    new = shlex.quote(f"{path}.scaffold-new")
    script = f"umask 077 && cat >{new} && chmod {mode:o} {new} && mv -f {new} {shlex.quote(path)}"
    done = transport.run(wrapped(script), content)
    if done.code:
        raise TargetError(f"cannot write {path} on {transport.name}: {done.last_words}")


def get_file(transport: Transport, path: str) -> str | None:
    """Read a remote text file; None if there is none."""
    name = shlex.quote(path)
    done = transport.run(wrapped(f"[ -e {name} ] || exit {MISSING}; cat {name}"))
    if done.code == MISSING:
        return None
    if done.code:
        raise TargetError(f"cannot read {path} on {transport.name}: {done.last_words}")
    return done.out
