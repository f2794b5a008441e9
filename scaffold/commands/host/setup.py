"""`scaffold host setup`: from a login to a Docker context and a container that sees the GPU."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from scaffold.adapters.docker import contexts
from scaffold.adapters.docker.contexts import DESCRIPTION, Context
from scaffold.adapters.docker.engine import docker_engine
from scaffold.adapters.local.home_lock import home_locked
from scaffold.adapters.probe import facts_cache
from scaffold.adapters.probe.local import Look
from scaffold.adapters.probe.over_ssh import probe_by_name
from scaffold.commands.host import alias, fix
from scaffold.commands.host import login as host_login
from scaffold.commands.host.attendant import Attendant, Change, Outcome, State
from scaffold.commands.host.check import Checked, judge
from scaffold.commands.host.gpu_proof import prove_gpu
from scaffold.commands.host.login_state import Login
from scaffold.errors import TargetError


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for.

    `use` makes the context the current one, `whole` shows scripts to their last line.
    """

    destination: str
    name: str = ""
    key: Path | None = None
    passphrase: bool = False
    use: bool = False
    replace_context: bool = False
    dry_run: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """How it ended: the name, and what the last look found."""

    name: str
    checked: Checked
    outcomes: tuple[Outcome, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 where something that counts was left or failed."""
        bad = any(one.state in {State.FAILED, State.LEFT} for one in self.outcomes)
        return int(bad or bool(self.checked.exit_code))


class _Kept:
    """Who is told, and all that they were told."""

    def __init__(self, attendant: Attendant) -> None:
        self._attendant = attendant
        self.asking = attendant.asking
        self.outcomes: list[Outcome] = []

    def report(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self._attendant.report(outcome)

    def agree(self, change: Change) -> bool:
        return self._attendant.agree(change)

    def working(self, text: str) -> AbstractContextManager[Callable[[float], None]]:
        return self._attendant.working(text)


def set_up(request: Request, attendant: Attendant) -> Ready:
    """Every step in its order, each skipped where it holds.

    Raises InputError for a name that is taken, TargetError where a step cannot be taken.
    """
    kept = _Kept(attendant)
    login = host_login.named(request.destination, request.name, kept, dry_run=request.dry_run)
    host_login.log_in(login, request.key, passphrase=request.passphrase)
    alias.write_alias(login)
    if request.dry_run:
        checked = _would(login, request)
    else:
        alias.prove_openssh(login)
        checked = _check_and_mend(login, request)
        _context(login, request)
        prove_gpu(login.name, checked, kept)
    return Ready(login.name, checked, tuple(kept.outcomes))


def _would(login: Login, request: Request) -> Checked:
    recording = login.recording or probe_by_name(login.target.name, Look())
    checked = judge(recording, None)
    fix.say_check(checked, login.attendant)
    fix.would_mend(checked, login.attendant, whole=request.whole)
    _context(login, request)
    text = "run a container that lists its GPUs, and compare"
    login.attendant.report(Outcome("gpu", State.WOULD, text))
    return checked


def _check_and_mend(login: Login, request: Request) -> Checked:
    first = fix.look(login.name)
    mending = fix.Mending(login.name, login.attendant, first, request.whole)
    fix.mend(mending)
    fix.say_check(mending.checked, login.attendant, frozenset(mending.tried))
    if mending.checked.recording:
        facts_cache.remember(login.name, mending.checked.recording)
    return mending.checked


def _context(login: Login, request: Request) -> None:
    """Step `context`: there, right, and an engine answers through it in both ways."""
    name, attendant = login.name, login.attendant
    wanted = Context(name, f"ssh://{name}", DESCRIPTION.format(login.target.hostname))
    present = contexts.context(name)
    if present and present.endpoint == wanted.endpoint:
        state, text = State.HOLDS, f"the Docker context {name} is there"
    else:
        state, text = _write_context(wanted, present, request, attendant)
    if request.use and contexts.current() != name and not request.dry_run:
        contexts.use(name)
        text += ", and is the current one now"
    if state is not State.WOULD:
        text += f"; engine {_answers(name)} answers"
    details: tuple[str, ...] = ()
    if os.environ.get("DOCKER_HOST"):
        details = ("DOCKER_HOST is set here and beats every context: unset DOCKER_HOST",)
    attendant.report(Outcome("context", state, text, details))


def _write_context(
    wanted: Context, present: Context | None, request: Request, attendant: Attendant
) -> tuple[State, str]:
    details = (f"docker context create {wanted.name} --docker host={wanted.endpoint}",)
    change = Change("context", f"make the Docker context {wanted.name}", details)
    if present and not request.replace_context:
        raise TargetError(
            f"there is a Docker context {wanted.name} already, for {present.endpoint}",
            hint="choose another --name, or say --replace-context",
        )
    if request.dry_run:
        return State.WOULD, change.text
    if not attendant.agree(change):
        raise TargetError("without a context Docker does not know the host")
    with home_locked():
        # Another scaffold may have made the same one a moment ago.
        if contexts.context(wanted.name) != wanted:
            contexts.write_context(wanted, replace=present is not None)
    return State.DONE, f"the Docker context {wanted.name} was made"


def _answers(name: str) -> str:
    """The engine's version, asked through docker's command and through the docker package."""
    said = contexts.answer_through(name)
    with docker_engine(name) as engine:
        return said or str(engine.info().get("ServerVersion"))
