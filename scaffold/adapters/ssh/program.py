"""The ssh program, as Docker and VS Code call it: by name, without questions."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from scaffold.adapters.local.quoting import first_line, last_line
from scaffold.errors import TargetError
from scaffold.host.refusals import known_refusal

CONNECT_S = 15


@dataclass(frozen=True, slots=True)
class Done:
    """How a far command ended; ssh itself ends with 255."""

    code: int
    out: str
    err: str

    @property
    def last_words(self) -> str:
        """The line that is most likely the reason."""
        return last_line(self.err.encode()) or last_line(self.out.encode()) or "no reason given"


def run_by_name(
    name: str, command: str, text: bytes = b"", seconds: float = 60, config: Path | None = None
) -> Done:
    """Run a command of the far login shell. Raises TargetError where it gives no end."""
    argv = ["ssh", *(("-F", str(config)) if config else ()), "-T", "-o", "BatchMode=yes"]
    argv += ["-o", f"ConnectTimeout={CONNECT_S}", "--", name, command]
    try:
        done = subprocess.run(argv, input=text, capture_output=True, timeout=seconds, check=False)
    except FileNotFoundError as error:
        raise TargetError(
            "there is no ssh program", hint="Docker and VS Code need it: install openssh-client"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise TargetError(
            f"{name} gave no answer within {seconds:.0f} seconds",
            hint="it may still be at work there: look, then run again",
        ) from error
    return Done(
        done.returncode,
        done.stdout.decode("utf-8", "replace"),
        done.stderr.decode("utf-8", "replace"),
    )


def require_quiet_login(name: str, config: Path | None = None) -> None:
    """Raise TargetError unless `ssh NAME true` needs no question and prints nothing."""
    done = run_by_name(name, "true", config=config)
    if done.code:
        if known := known_refusal(f"{done.err}\n{done.out}"):
            raise TargetError(f"{name} runs no commands: {known[0]}", hint=known[1])
        raise TargetError(
            f"`ssh -o BatchMode=yes {name} true` fails: {done.last_words}",
            hint="Docker and VS Code call it so. A key with a passphrase has to be in the agent "
            "(ssh-add)",
        )
    if done.out:
        raise TargetError(
            f"the login shell of {name} prints to programs too: {first_line(done.out.encode())}",
            hint="Docker takes it for the engine's answer. In the shell's start file there, put "
            "first: case $- in *i*) ;; *) return;; esac",
        )


def end_sharing(name: str, config: Path | None = None) -> None:
    """End the shared connection: it keeps the groups of the login that made it."""
    argv = ["ssh", *(("-F", str(config)) if config else ()), "-O", "exit", "--", name]
    subprocess.run(argv, capture_output=True, timeout=20, check=False)
