"""A host as a place where commands run, whichever client carries them."""

from typing import Protocol

from scaffold.adapters.local.quoting import last_line
from scaffold.records import dataclass

RUN_S = 60
"""Timeout of a command that answers at once."""


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
    """Runs commands on one host, over the ssh program or over paramiko.

    Files travel as the input and output of commands. Forwarding is not part of it: only the
    ssh program forwards (`shared_connection`).
    """

    name: str

    def run(self, command: str, text: bytes = b"", seconds: float = RUN_S) -> Done:
        """Run a command of the login shell with `text` as its input.

        Raises TargetError if the host does not answer in time.
        """


def run_script(remote: Transport, script: bytes, seconds: float = RUN_S) -> Done:
    """Run a script of /bin/sh, whichever login shell the account has."""
    return remote.run("exec /bin/sh -s", script, seconds)
