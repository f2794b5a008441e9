"""`scaffold host setup`: which host is meant, and step `trust`."""

from dataclasses import replace
from pathlib import Path

from scaffold.adapters.docker import contexts as docker_contexts
from scaffold.adapters.probe import facts_cache
from scaffold.adapters.probe.local import Look
from scaffold.adapters.probe.over_ssh import probe_over
from scaffold.adapters.ssh.alias_files import AliasFiles
from scaffold.adapters.ssh.asking import Asking
from scaffold.adapters.ssh.config import parse_destination, resolve_target
from scaffold.adapters.ssh.connection import NoCommonAlgorithmError, connected
from scaffold.commands.host.attendant import Attendant, Outcome, State
from scaffold.commands.host.key import key_step
from scaffold.commands.host.login_state import Login
from scaffold.errors import InputError
from scaffold.host import alias as texts


def named(destination: str, name: str, attendant: Attendant, *, dry_run: bool) -> Login:
    """Which host is meant, and by what name. Raises InputError for a name that is taken."""
    files, wanted = AliasFiles(), parse_destination(destination)
    name = texts.require_name(name or _usual_name(wanted.host))
    target = resolve_target(destination)
    users_own = files.user_defines(name)
    if users_own:
        own = resolve_target(name)
        if (own.hostname, own.user, own.port) != (target.hostname, target.user, target.port):
            raise InputError(
                f"{name} is an alias of your own ssh config, for {own.user}@{own.hostname}",
                hint="it is never overwritten: choose another --name",
            )
    undo = texts.undo_of(files.text(), name)
    login = Login(name, target, attendant, files, dry_run, undo, users_own=users_own)
    login.made = _missing(login)
    return login


def _missing(login: Login) -> tuple[str, ...]:
    """What of home is not there yet, so that it can go again."""
    home, docker = Path.home(), docker_contexts.folder()
    contexts = docker / "contexts"
    paths = [home / ".ssh", login.files.config, *login.target.known_hosts[:1]]
    paths += [docker, docker / "config.json", contexts, contexts / "meta", contexts / "tls"]
    paths += [facts_cache.cache_path(login.name).parents[number] for number in (2, 1, 0)]
    return tuple(str(path) for path in paths if not path.exists())


def _usual_name(host: str) -> str:
    label = host.partition(".")[0]
    if ":" in host or label.isdigit():
        raise InputError("which name shall the host have?", hint="--name gpu01")
    return label


def log_in(login: Login, key: Path | None, *, passphrase: bool) -> None:
    """Steps `trust` and `key`, over one connection. Raises TargetError or InputError."""
    known = login.undo.get("known_hosts")
    try:
        with connected(login.target, _asking(login)) as transport:
            _say_trust(login, known)
            key_step(login, transport, key, passphrase=passphrase)
            if login.dry_run:
                login.recording = probe_over(transport, login.name, Look())
    except NoCommonAlgorithmError:
        text = "only OpenSSH can talk to this server; its own trust and keys apply"
        login.attendant.report(Outcome("trust", State.HOLDS, text))


def _asking(login: Login) -> Asking:
    asking = login.attendant.asking
    if not login.dry_run:
        return replace(asking, given="remember", remembering=lambda *told: _noted(login, *told))
    return replace(asking, confirm=lambda k: "no" if asking.confirm(k) == "no" else "once")


def _noted(login: Login, path: Path, text: str) -> None:
    login.renew()
    noted = login.undo.get("known_hosts")
    # A name that was given to another host before has left a line of that one, too.
    earlier = noted if isinstance(noted, dict) and noted.get("path") == str(path) else {}
    login.note(known_hosts={"path": str(path), "added": [*earlier.get("added", []), text]})


def _say_trust(login: Login, known_before: object) -> None:
    noted = login.undo.get("known_hosts")
    if isinstance(noted, dict) and noted is not known_before:
        text = f"the host key was added to {noted['path']}"
        login.attendant.report(Outcome("trust", State.DONE, text))
    else:
        login.attendant.report(Outcome("trust", State.HOLDS, "the host key is trusted"))
