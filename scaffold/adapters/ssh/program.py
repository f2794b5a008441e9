"""The ssh program, as Docker and VS Code call it: by name, without questions."""

import os
import selectors
import subprocess
import time
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import IO, cast

from scaffold.adapters.local.pipes import ANSWER_LIMIT, COMPLAINT_LIMIT
from scaffold.adapters.local.quoting import first_line
from scaffold.adapters.ssh.command import CONNECT_S, ssh_argv
from scaffold.adapters.ssh.transport import RUN_S, Done, Transport
from scaffold.errors import TargetError
from scaffold.host.refusals import known_refusal
from scaffold.parsing.untrusted.printable import printable
from scaffold.records import dataclass

PIECE = 1 << 16


class ProgramTransport:
    """A host by its name in an ssh config; each call is one ssh program."""

    def __init__(self, name: str, config: Path | None = None) -> None:
        self.name, self.config = name, config

    def run(self, command: str, text: bytes = b"", seconds: float = RUN_S) -> Done:
        """Run a command of the login shell. Raises TargetError at the timeout."""
        options = (f"ConnectTimeout={CONNECT_S}",)
        argv = ssh_argv(self.name, command, config=self.config, options=options)
        try:
            code, out, err = run_bounded(argv, text, seconds, self.name)
        except FileNotFoundError as error:
            raise TargetError(
                "the ssh program is not installed",
                hint="Docker and VS Code need it: install openssh-client",
            ) from error
        except subprocess.TimeoutExpired as error:
            raise TargetError(
                f"{self.name} did not answer within {seconds:.0f} seconds",
                hint="the command may still run on the host: check it, then run again",
            ) from error
        return Done(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))

    def end_sharing(self) -> None:
        """End the shared connection: it keeps the groups of the login that made it."""
        argv = ssh_argv(self.name, config=self.config, flags=("-O", "exit"))
        subprocess.run(argv, capture_output=True, timeout=20, check=False)


def require_quiet_login(remote: Transport) -> None:
    """Raise TargetError unless `ssh NAME true` needs no prompt and prints nothing."""
    done, name = remote.run("true"), remote.name
    if done.code:
        if known := known_refusal(f"{done.err}\n{done.out}"):
            raise TargetError(f"{name} runs no commands: {known[0]}", hint=known[1])
        raise TargetError(
            f"`ssh -o BatchMode=yes {name} true` fails: {done.last_words}",
            hint="Docker and VS Code call ssh in the same way. A key with a passphrase has to be "
            "in the agent (ssh-add)",
        )
    if done.out:
        raise TargetError(
            f"the login shell of {name} prints to programs too: {first_line(done.out.encode())}",
            hint="Docker would read that output as the engine's answer. Put this line first in "
            "the shell's start file on the host: case $- in *i*) ;; *) return;; esac",
        )


def run_bounded(
    argv: Sequence[str], text: bytes, seconds: float, name: str
) -> tuple[int, bytes, bytes]:
    """Run a program with `text` as its input; its exit code, output and error messages.

    Raises TargetError if `name` prints too much, subprocess.TimeoutExpired after `seconds`.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=pipe) as program:
        try:
            talk = _Talk(program, text, printable(name))
            talk.run(time.monotonic() + seconds)
        except subprocess.TimeoutExpired as error:
            program.kill()
            raise subprocess.TimeoutExpired(argv, seconds) from error
        except BaseException:
            program.kill()
            raise
    return program.returncode, bytes(talk.out), bytes(talk.err)


@dataclass(slots=True)
class _Talk:
    """What is still to be sent to a program, and what it has printed."""

    program: "subprocess.Popen[bytes]"
    text: bytes
    name: str
    out: bytearray = field(default_factory=bytearray, init=False)
    err: bytearray = field(default_factory=bytearray, init=False)

    def run(self, deadline: float) -> None:
        """Send and receive until the program has ended."""
        with selectors.DefaultSelector() as selector:
            for stream, kept in ((self.program.stdout, self.out), (self.program.stderr, self.err)):
                selector.register(cast("IO[bytes]", stream), selectors.EVENT_READ, kept)
            stdin = cast("IO[bytes]", self.program.stdin)
            os.set_blocking(stdin.fileno(), False)
            selector.register(stdin, selectors.EVENT_WRITE)
            while selector.get_map():
                left = deadline - time.monotonic()
                if left <= 0:
                    raise subprocess.TimeoutExpired(self.name, 0)
                for key, _ in selector.select(left):
                    more = self._send(key.fd) if key.data is None else self._take(key)
                    if not more:
                        selector.unregister(key.fileobj)
                        cast("IO[bytes]", key.fileobj).close()
        self.program.wait(max(deadline - time.monotonic(), 0))

    def _send(self, handle: int) -> bool:
        try:
            self.text = self.text[os.write(handle, self.text[:PIECE]) :]
        except BrokenPipeError:
            return False
        return bool(self.text)

    def _take(self, key: selectors.SelectorKey) -> bool:
        kept: bytearray = key.data
        piece = os.read(key.fd, PIECE)
        kept += piece
        if len(self.out) > ANSWER_LIMIT:
            raise TargetError(f"{self.name} sends more than it was asked for")
        if len(self.err) > COMPLAINT_LIMIT:
            raise TargetError(f"{self.name} prints error messages without end")
        return bool(piece)
