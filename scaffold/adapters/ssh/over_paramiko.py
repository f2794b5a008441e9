"""Commands over a paramiko connection that is open, as the ssh program would run them."""

import time

from scaffold.adapters.ssh.connection import converse
from scaffold.adapters.ssh.paramiko_import import paramiko
from scaffold.adapters.ssh.transport import RUN_S, Done
from scaffold.errors import TargetError

UNKNOWN_CODE = -1
"""Exit code of a command for which the server sent none: killed, or past the timeout."""


class ParamikoTransport:
    """A host by its open connection."""

    def __init__(self, transport: paramiko.Transport, name: str) -> None:
        self.name, self._transport = name, transport

    def run(self, command: str, text: bytes = b"", seconds: float = RUN_S) -> Done:
        """Run a command of the login shell. Raises TargetError if the connection breaks."""
        codes: list[int] = []
        out, err = bytearray(), bytearray()
        deadline = time.monotonic() + seconds
        try:
            for data, errors in converse(self._transport, command, text, deadline, codes.append):
                out += data
                err += errors
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise TargetError(f"the connection broke: {error}", hint="run again") from error
        code = codes[0] if codes else UNKNOWN_CODE
        return Done(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))
