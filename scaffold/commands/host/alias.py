"""`scaffold host setup`, steps `alias` and `openssh`: the name, and proof that ssh knows it."""

from scaffold.adapters.ssh import program
from scaffold.adapters.ssh.alias_files import alias_of
from scaffold.commands.host.attendant import Change, Outcome, State
from scaffold.commands.host.login_state import Login
from scaffold.errors import TargetError
from scaffold.host import alias as texts


def write_alias(login: Login) -> None:
    """Step `alias`: the name stands in a file of ours that the user's config includes."""
    tell = login.attendant.report
    if login.users_own:
        tell(Outcome("alias", State.HOLDS, f"{login.name} is an alias of your own ssh config"))
        return
    alias = alias_of(login.name, login.target, login.key)
    if not login.files.changes(alias, login.undo, login.made):
        tell(Outcome("alias", State.HOLDS, f"ssh knows {login.name}"))
        return
    details = (f"{login.files.own}:", f"Host {alias.name}", *(f"  {x}" for x in alias.lines()))
    details += (f"{login.files.config}: first line Include {texts.FILE}",)
    change = Change("alias", f"make {login.name} known to ssh", details)
    if login.dry_run:
        tell(Outcome("alias", State.WOULD, change.text, details))
        return
    if not login.attendant.agree(change):
        raise TargetError("without an alias neither Docker nor VS Code find the host's settings")
    backups = login.files.write(alias, login.undo, login.made)
    kept = "".join(f"; the file before is kept as {path.name}" for path in backups)
    tell(Outcome("alias", State.DONE, f"ssh knows {login.name}{kept}"))


def prove_openssh(login: Login) -> None:
    """Step `openssh`: the ssh program gets in without a question, and nothing is printed."""
    # A connection that is still shared may have the groups of a login of long ago.
    program.end_sharing(login.name)
    program.require_quiet_login(login.name)
    text = f"`ssh {login.name}` asks nothing and prints nothing"
    login.attendant.report(Outcome("openssh", State.HOLDS, text))
