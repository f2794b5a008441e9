"""`scaffold host setup`, steps `alias`, `openssh` and `context`: the name for ssh and Docker."""

import os

from scaffold.adapters.docker import contexts
from scaffold.adapters.docker.contexts import DESCRIPTION, Context
from scaffold.adapters.docker.engine import docker_engine
from scaffold.adapters.local.home_lock import home_locked
from scaffold.adapters.ssh import program
from scaffold.adapters.ssh.alias_files import alias_of
from scaffold.commands.host.attendant import ProposedChange, StepOutcome, StepState
from scaffold.commands.host.login_state import Login
from scaffold.errors import TargetError
from scaffold.host.alias import Alias

_DOCKER_HOST = "DOCKER_HOST is set on this machine and overrides every context: unset DOCKER_HOST"


def write_alias(login: Login) -> None:
    """Step `alias`: put the name into our file, which the user's ssh config includes."""
    report = login.attendant.report
    if login.users_own:
        text = f"{login.name} is an alias of your own ssh config"
        report(StepOutcome("alias", StepState.HOLDS, text))
        return
    alias = alias_of(login.name, login.target, login.key)
    if not login.files.changes(alias, login.undo, login.made):
        report(StepOutcome("alias", StepState.HOLDS, f"ssh knows {login.name}"))
        return
    change = _change(login, alias)
    if login.dry_run:
        report(StepOutcome("alias", StepState.WOULD, change.text, change.details))
        return
    if not login.attendant.agree(change):
        raise TargetError("without an alias neither Docker nor VS Code find the host's settings")
    backups = login.files.write(alias, login.undo, login.made)
    kept = "".join(f"; your file from before is {path.name}" for path in backups)
    report(StepOutcome("alias", StepState.DONE, f"ssh knows {login.name}{kept}"))


def _change(login: Login, alias: Alias) -> ProposedChange:
    lines = (f"Host {alias.name}", *(f"  {line}" for line in alias.lines()))
    include = f"{login.files.config}: first line Include {login.files.include}"
    details = (f"{login.files.own}:", *lines, include)
    return ProposedChange(id="alias", text=f"add the ssh alias {login.name}", details=details)


def prove_openssh(login: Login) -> None:
    """Step `openssh`: the ssh program logs in without a prompt, and prints nothing."""
    # A shared connection may have the groups of an old login.
    login.remote.end_sharing()
    program.require_quiet_login(login.remote)
    text = f"`ssh {login.name}` works without a prompt"
    login.attendant.report(StepOutcome("openssh", StepState.HOLDS, text))


def make_context(login: Login, *, use: bool, replace: bool) -> None:
    """Create the context if it is missing, and test its engine through both clients.

    An engine that does not answer fails the step, not the run. Raises TargetError if the name
    is taken or the user does not agree.
    """
    name = login.name
    wanted = Context(name, f"ssh://{name}", DESCRIPTION.format(login.target.hostname))
    present = contexts.context(name)
    if present and present.endpoint == wanted.endpoint:
        state, text = StepState.HOLDS, f"the Docker context {name} exists"
    else:
        state, text = _write_context(login, wanted, present, replace=replace)
    details = (_DOCKER_HOST,) if os.environ.get("DOCKER_HOST") else ()
    if state is StepState.WOULD:
        login.attendant.report(StepOutcome("context", state, text, details))
        return
    if use and contexts.current() != name:
        contexts.use(name)
        text += ", and is the current one now"
    login.attendant.report(_with_answer(login, state, text, details))


def _with_answer(
    login: Login, state: StepState, text: str, details: tuple[str, ...]
) -> StepOutcome:
    try:
        version = _answer(login)
    except TargetError as error:
        hint = (error.hint,) if error.hint else ()
        failed = f"{text}, but its engine does not answer: {error.message}"
        return StepOutcome("context", StepState.FAILED, failed, (*hint, *details))
    return StepOutcome("context", state, f"{text}; engine {version} answers", details)


def _write_context(
    login: Login, wanted: Context, present: Context | None, *, replace: bool
) -> tuple[StepState, str]:
    create = f"docker context create {wanted.name} --docker host={wanted.endpoint}"
    replaced = (f"replaces the context for {present.endpoint}",) if present else ()
    text = f"make the Docker context {wanted.name}"
    change = ProposedChange(id="context", text=text, details=(create, *replaced))
    if present and not replace:
        raise TargetError(
            f"there is a Docker context {wanted.name} already, for {present.endpoint}",
            hint="choose another --name, or overwrite it: --replace-context",
        )
    if login.dry_run:
        return StepState.WOULD, change.text
    if not login.attendant.agree(change):
        raise TargetError("without a context Docker does not know the host")
    with home_locked():
        # Another scaffold may have made the same context a moment ago.
        if contexts.context(wanted.name) != wanted:
            contexts.write_context(wanted, replace=present is not None)
    return StepState.DONE, f"the Docker context {wanted.name} was made"


def _answer(login: Login) -> str:
    """The engine's version, asked through docker's command and through the docker package."""
    version = contexts.answer_through(login.name, login.config)
    with docker_engine(login.name, login.config) as engine:
        return version or str(engine.info().get("ServerVersion"))
