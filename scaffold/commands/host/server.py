"""A server while `host setup` changes it: its commands, and whether root may run there."""

import re
from dataclasses import field

from scaffold.adapters.local.files import write_private
from scaffold.adapters.local.paths import state_folder
from scaffold.adapters.ssh.program import ProgramTransport
from scaffold.adapters.ssh.transport import Done
from scaffold.catalogue.failures import FailurePlace, diagnose
from scaffold.commands.host.attendant import HostAttendant
from scaffold.errors import InputError, TargetError
from scaffold.findings import Interrupts, Step
from scaffold.host import remote_steps
from scaffold.parsing.untrusted.secret_forms import redacted
from scaffold.records import dataclass

STEP_S = 1800
"""Timeout of one step: an installation over a slow network takes time."""


class SudoError(TargetError):
    """sudo refuses: no other step that needs root would fare better."""


@dataclass(slots=True, kw_only=True)
class Server:
    """One server; sudo's password is typed once and kept here only.

    `is_root` tells that the login itself is root. `no_root` is the reason why root cannot run
    there, empty as long as none is known.
    """

    remote: ProgramTransport
    attendant: HostAttendant
    is_root: bool = False
    no_root: str = ""
    password: str | None = field(default=None, repr=False)
    _tried: bool = False

    @property
    def name(self) -> str:
        """The server's alias."""
        return self.remote.name

    def may_be_root(self) -> bool:
        """Whether steps can run as root; asks for sudo's password if sudo wants one."""
        if not (self.is_root or self.no_root or self._tried):
            self._tried = True
            self.no_root = self._try_sudo()
        return self.is_root or not self.no_root

    def _try_sudo(self) -> str:
        done = self.remote.run(remote_steps.wrapped(remote_steps.UNASKED))
        if done.code == 0:
            return ""
        refused = remote_steps.why_sudo_refused(f"{done.err}\n{done.out}")
        if refused and refused.is_final:
            return refused.why
        prompt = f"sudo password on {self.name} (empty if you have none): "
        self.password = self.attendant.asking.secret(prompt)
        if self.password is None:
            return "sudo asks for a password, and there is no terminal to type it"
        return self._try_password() if self.password else "no sudo password was given"

    def _try_password(self) -> str:
        """Why sudo refuses; empty if it does not. Raises SudoError for a wrong password."""
        done = self._send(Step(why="Try sudo.", argv=("true",), sudo=True), remote_steps.SUDO_S)
        if done.code == 0:
            return ""
        refused = remote_steps.why_sudo_refused(f"{done.err}\n{done.out}")
        if refused and refused.is_final:
            return refused.why
        hint = refused.hint if refused else f"try: ssh -t {self.name} sudo true"
        raise SudoError(f"sudo: {refused.why if refused else done.last_words}", hint=hint)

    def run(self, step: Step) -> Done:
        """Run one step; show progress. Raises TargetError with what the host printed."""
        done = self.try_step(step)
        if done.code == 0 or step.interrupts is Interrupts.MACHINE:
            return done
        raise self._failure(step, done)

    def try_step(self, step: Step) -> Done:
        """Run one step; show progress. The exit code is the caller's concern."""
        with self.attendant.working(step.why.rstrip(".")):
            return self._send(step, STEP_S)

    def _send(self, step: Step, seconds: float) -> Done:
        asked = bool(step.sudo and not self.is_root and self.password)
        command = remote_steps.remote_command(step, root=self.is_root, password=asked)
        text = f"{self.password}\n".encode() if asked else b""
        return self.remote.run(command, text, seconds)

    def _failure(self, step: Step, done: Done) -> TargetError:
        output, doing = f"{done.err}\n{done.out}", step.why.rstrip(".")
        if refused := remote_steps.why_sudo_refused(output):
            return SudoError(f"{doing}: {refused.why}", hint=refused.hint)
        return _told(self.name, doing, output, done.last_words)


def _told(name: str, doing: str, output: str, last_words: str) -> TargetError:
    """The cause of a failed step, the fix, and where its whole output is."""
    place = FailurePlace(host=name, docker=f"docker --context {name}", on_server=True)
    again = f"run again: {place.words()['setup']}"
    log = _keep(name, output)
    known = diagnose(output, place)
    if known is None:
        lines = [f"fix the cause, then {again}", *log]
        return TargetError(f"{doing}: {last_words}", hint="\n".join(lines))
    then = [] if again in known.fix else [f"then {again}"]
    text = f"{doing}: {known.cause}\n  {known.line}"
    return TargetError(text, hint="\n".join([known.fix, *then, *log]))


def _keep(name: str, output: str) -> list[str]:
    """Write the output of a failed step to the state folder; the line that names the file."""
    path = state_folder() / "setup" / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', name)}.log"
    try:
        write_private(path, redacted(output).encode())
    except (InputError, OSError):
        return []
    return [f"full log: {path}"]
