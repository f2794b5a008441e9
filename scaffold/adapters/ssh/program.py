"""The ssh program, as Docker and VS Code call it: by name, without questions."""

import subprocess
from pathlib import Path

from scaffold.adapters.local.quoting import first_line
from scaffold.adapters.ssh.command import CONNECT_S, ssh_argv
from scaffold.adapters.ssh.transport import RUN_S, Done, Transport
from scaffold.errors import TargetError
from scaffold.host.refusals import known_refusal


class ProgramTransport:
    """A host by its name in an ssh config; each call is one ssh program."""

    def __init__(self, name: str, config: Path | None = None) -> None:
        self.name, self.config = name, config

    def run(self, command: str, text: bytes = b"", seconds: float = RUN_S) -> Done:
        """Run a command of the login shell. Raises TargetError at the timeout."""
        options = (f"ConnectTimeout={CONNECT_S}",)
        argv = ssh_argv(self.name, command, config=self.config, options=options)
        try:
            done = subprocess.run(
                argv, input=text, capture_output=True, timeout=seconds, check=False
            )
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
        return Done(
            done.returncode,
            done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"),
        )

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
