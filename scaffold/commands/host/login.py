"""`scaffold host setup`: which host is meant, and step `trust`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scaffold.adapters.docker import contexts as docker_contexts
from scaffold.adapters.probe import facts_cache
from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.probe.over_ssh import probe_over
from scaffold.adapters.ssh.alias_files import AliasFiles
from scaffold.adapters.ssh.asking import Asking
from scaffold.adapters.ssh.command import parse_destination
from scaffold.adapters.ssh.config import SshTarget, resolve_target
from scaffold.adapters.ssh.connection import NoCommonAlgorithmError, connected
from scaffold.adapters.ssh.trust import shows_known_key
from scaffold.commands.host.attendant import HostAttendant, ProposedChange, StepOutcome, StepState
from scaffold.commands.host.key import key_step
from scaffold.commands.host.login_state import Login
from scaffold.errors import InputError
from scaffold.host import alias as texts

if TYPE_CHECKING:
    from scaffold.commands.host.setup import HostSetupRequest


def named(request: "HostSetupRequest", attendant: HostAttendant) -> Login:
    """Which host is meant, and its name. Raises InputError for a name that is taken."""
    config = request.ssh_config
    files, wanted = AliasFiles(config), parse_destination(request.destination)
    name = texts.require_name(request.name or _usual_name(wanted.host))
    target = resolve_target(request.destination, config)
    users_own = files.user_defines(name)
    defined = texts.is_defined(files.text(), name)
    old = resolve_target(name, config) if users_own or defined else target
    if users_own:
        _require_same(name, old, target)
    login = Login(
        name=name,
        target=target,
        attendant=attendant,
        files=files,
        dry_run=request.dry_run,
        undo=texts.undo_of(files.text(), name),
        users_own=users_own,
        config=config,
        replaces=old if _endpoint(old) != _endpoint(target) and not users_own else None,
        replace_alias=request.replace_alias,
    )
    login.made = _missing(login)
    if login.replaces and login.replaces.user != target.user:
        replace_alias(login)
    return login


def _endpoint(target: SshTarget) -> tuple[str, str, int, str | None, str | None]:
    jump, proxy = target.proxy_jump, target.proxy_command
    return target.user, target.hostname, target.port, jump, proxy


def _written(target: SshTarget) -> str:
    through = f" through {target.proxy_jump}" if target.proxy_jump else ""
    return f"{target.user}@{target.hostname} port {target.port}{through}"


def _require_same(name: str, own: SshTarget, target: SshTarget) -> None:
    if _endpoint(own)[:3] != _endpoint(target)[:3]:
        raise InputError(
            f"{name} is an alias of your own ssh config, for {own.user}@{own.hostname}",
            hint="your own aliases are never overwritten: choose another --name",
        )


def replace_alias(login: Login) -> None:
    """Give the alias its new meaning by consent. Raises InputError if the user does not agree."""
    if login.replaces is None:
        return
    old, new, name = _written(login.replaces), _written(login.target), login.name
    change = ProposedChange(
        id="replace-alias",
        text=f"{name} is another login or server already; replace the alias",
        details=(f"now: {old}", f"new: {new}"),
        own_choice=True,
    )
    if login.dry_run:
        outcome = StepOutcome("alias", StepState.WOULD, change.text, change.details)
        login.attendant.report(outcome)
    elif not (login.replace_alias or login.attendant.agree(change)):
        raise InputError(
            f"{name} is {old} already, not {new}",
            hint="choose another --name, or replace the alias: --replace-alias",
        )
    login.undo, login.replaces = _without_old_server(login.undo), None


def _without_old_server(undo: dict[str, object]) -> dict[str, object]:
    """The key that was made stays on record; that it is installed is true of the old server."""
    found = {key: value for key, value in undo.items() if key not in {"key", "modes"}}
    key = undo.get("key")
    if isinstance(key, dict) and key.get("made"):
        found["key"] = {"path": key["path"], "made": True}
    return found


def _missing(login: Login) -> tuple[str, ...]:
    """The files and folders that are not in home yet, so that they can be removed again."""
    home, docker = Path.home(), docker_contexts.folder()
    contexts = docker / "contexts"
    paths = [home / ".ssh", login.files.config, *login.target.known_hosts[:1]]
    paths += [docker, docker / "config.json", contexts, contexts / "meta", contexts / "tls"]
    paths += [facts_cache.cache_path(login.name).parents[number] for number in (2, 1, 0)]
    return tuple(str(path) for path in paths if not path.exists())


def _usual_name(host: str) -> str:
    label = host.partition(".")[0]
    if ":" in host or label.isdigit():
        raise InputError("the host needs a name", hint="--name gpu01")
    return label


def log_in(login: Login, key: Path | None, *, passphrase: bool) -> None:
    """Steps `trust` and `key`, over one connection. Raises TargetError or InputError."""
    known = login.undo.get("known_hosts")
    try:
        with connected(login.target, _asking(login)) as transport:
            _report_trust(login, known)
            # The same login on a server with the same host key is the same, at another address.
            if login.replaces and not shows_known_key(transport, login.replaces):
                replace_alias(login)
            key_step(login, transport, key, passphrase=passphrase)
            if login.dry_run:
                login.recording = probe_over(transport, login.name, ProbeOptions())
    except NoCommonAlgorithmError:
        replace_alias(login)
        text = "only OpenSSH can talk to this server; its own trust and keys apply"
        login.attendant.report(StepOutcome("trust", StepState.HOLDS, text))


def _asking(login: Login) -> Asking:
    asking = login.attendant.asking
    if not login.dry_run:
        return replace(asking, given="remember", remembering=lambda *told: _noted(login, *told))
    return replace(asking, confirm=lambda k: "no" if asking.confirm(k) == "no" else "once")


def _noted(login: Login, path: Path, text: str) -> None:
    login.renew()
    noted = login.undo.get("known_hosts")
    # If the name belonged to another host before, known_hosts has a line of that one as well.
    earlier = noted if isinstance(noted, dict) and noted.get("path") == str(path) else {}
    login.note(known_hosts={"path": str(path), "added": [*earlier.get("added", []), text]})


def _report_trust(login: Login, known_before: object) -> None:
    noted = login.undo.get("known_hosts")
    if isinstance(noted, dict) and noted is not known_before:
        text = f"the host key was added to {noted['path']}"
        login.attendant.report(StepOutcome("trust", StepState.DONE, text))
    else:
        login.attendant.report(StepOutcome("trust", StepState.HOLDS, "the host key is trusted"))
