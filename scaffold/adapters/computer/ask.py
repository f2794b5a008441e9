"""Runs a program of this computer to its end: no terminal, no input, limited in time and output."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence

from scaffold.records import dataclass

PATIENCE_S = 10
LIMIT = 1 << 18
FAILED = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """Exit code and output of a program."""

    code: int
    out: str = ""
    err: str = ""

    @property
    def text(self) -> str:
        """Both outputs; `ssh -V` prints its version as an error."""
        return f"{self.out}\n{self.err}"


def ask(
    argv: Sequence[str], seconds: float = PATIENCE_S, env: Mapping[str, str] | None = None
) -> Answer:
    """Run a program, with more variables. One that is missing or does not end in time fails."""
    try:
        # In a session of its own: without a terminal ssh cannot prompt for a password.
        program = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    except OSError as error:
        return Answer(FAILED, "", error.strerror or "")
    with program:
        try:
            out, err = program.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(OSError):
                os.killpg(program.pid, signal.SIGKILL)
            program.communicate()
            return Answer(FAILED, "", f"no answer in {seconds:.0f} seconds")
    return Answer(program.returncode, _text(out), _text(err))


def _text(data: bytes) -> str:
    return data[:LIMIT].decode("utf-8", "replace")
