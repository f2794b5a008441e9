"""`scaffold host setup`, steps `alias` and `openssh`: the name, and proof that ssh knows it."""

from scaffold.adapters.ssh import program
from scaffold.adapters.ssh.alias_files import alias_of
from scaffold.commands.host.attendant import ProposedChange, StepOutcome, StepState
from scaffold.commands.host.login_state import Login
from scaffold.errors import TargetError
from scaffold.host.alias import Alias


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
