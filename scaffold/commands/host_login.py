"""`scaffold host setup`, from the first connection to a login that asks nothing."""

import os
import subprocess
import time
from dataclasses import dataclass, replace
from pathlib import Path

from scaffold.adapters import ssh_program
from scaffold.adapters.alias_files import AliasFiles, alias_of
from scaffold.adapters.asking import Asking
from scaffold.adapters.files import read_file
from scaffold.adapters.key_pair import new_key, public_line, usable_key
from scaffold.adapters.probe import Look
from scaffold.adapters.quick_paramiko import paramiko
from scaffold.adapters.remote_probe import probe_over
from scaffold.adapters.ssh import NoCommonAlgorithmError, connected, converse
from scaffold.adapters.ssh_config import Target, parse_destination, resolve_target
from scaffold.commands.setup_talk import Attendant, Change, Outcome, State
from scaffold.errors import InputError, TargetError
from scaffold.parsing.recording import Recording
from scaffold.setup import alias as texts
from scaffold.setup import key_scripts

TYPED = ("password", "keyboard-interactive")
SCRIPT_S = 30


@dataclass(slots=True)
class Login:
    """What the login steps know: who is meant, and what `host remove` has to be told."""

    name: str
    target: Target
    attendant: Attendant
    files: AliasFiles
    dry_run: bool
    undo: dict[str, object]
    users_own: bool = False
    key: Path | None = None
    recording: Recording | None = None


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
    return Login(name, target, attendant, files, dry_run, undo, users_own)


def _usual_name(host: str) -> str:
    label = host.partition(".")[0]
    if ":" in host or label.isdigit():
        raise InputError("which name shall the host have?", hint="--name gpu01")
    return label


def log_in(login: Login, key: Path | None, *, passphrase: bool) -> None:
    """Steps `trust` and `key`, over one connection. Raises TargetError or InputError."""
    known = login.target.known_hosts[0] if login.target.known_hosts else None
    before = read_file(known) if known else None
    asking = _asking(login)
    try:
        with connected(login.target, asking) as transport:
            _say_trust(login, known, before)
            _key_step(login, transport, key, passphrase=passphrase)
            if login.dry_run:
                login.recording = probe_over(transport, login.name, Look())
    except NoCommonAlgorithmError:
        text = "only OpenSSH can talk to this server; its own trust and keys apply"
        login.attendant.report(Outcome("trust", State.HOLDS, text))


def _asking(login: Login) -> Asking:
    asking = login.attendant.asking
    if not login.dry_run:
        return replace(asking, given="remember")
    return replace(asking, confirm=lambda k: "no" if asking.confirm(k) == "no" else "once")


def _say_trust(login: Login, known: Path | None, before: bytes | None) -> None:
    after = read_file(known) if known else None
    if after and after != before:
        added = after.removeprefix(before or b"").decode()
        login.undo["known_hosts"] = {"path": str(known), "added": added}
        outcome = Outcome("trust", State.DONE, f"the host key was added to {known}")
    else:
        outcome = Outcome("trust", State.HOLDS, "the host key is trusted")
    login.attendant.report(outcome)


def _key_step(
    login: Login, transport: paramiko.Transport, given: Path | None, *, passphrase: bool
) -> None:
    if transport.auth_handler.auth_method not in TYPED:
        login.attendant.report(Outcome("key", State.HOLDS, "the host takes a key of yours"))
        return
    found = given if given and given.exists() else usable_key(login.target.identity_files)
    path = found or given or _new_path(login.name)
    verb = "install" if found else "make and install"
    change = Change("key", f"{verb} the key {path}", (f"{path}.pub → ~/.ssh/authorized_keys",))
    if login.dry_run:
        login.attendant.report(Outcome("key", State.WOULD, change.text, change.details))
        return
    if not login.attendant.agree(change):
        raise TargetError(
            f"{login.target.hostname} takes a password only, and Docker and VS Code cannot type",
            hint="let a key be installed, or install one yourself: ssh-copy-id",
        )
    if not found:
        new_key(path, _passphrase(login.attendant.asking) if passphrase else "")
    login.key = path
    _install(login, transport, path, made=not found)
    if passphrase and os.environ.get("SSH_AUTH_SOCK"):
        subprocess.run(["ssh-add", str(path)], check=False)
    login.attendant.report(Outcome("key", State.DONE, f"{path} opens the host"))


def _new_path(name: str) -> Path:
    usual = Path.home() / ".ssh" / "id_ed25519"
    return usual.with_name(f"id_ed25519_{name}") if usual.exists() else usual


def _passphrase(asking: Asking) -> str:
    first = asking.secret("Passphrase for the new key: ")
    if not first or asking.secret("The same again: ") != first:
        raise InputError("both passphrases have to be the same", hint="run again")
    return first


def _install(login: Login, transport: paramiko.Transport, path: Path, *, made: bool) -> None:
    line = public_line(path)
    done = key_scripts.read_reply(_script(transport, key_scripts.install_script(line)))
    login.undo["key"] = {"path": str(path), "line": line, "made": made, "file": done.file}
    alone = replace(
        login.target, identity_files=(path,), certificate_files=(), identities_only=False
    )
    silent = replace(login.attendant.asking, secret=lambda _prompt: None, host_key=None)
    try:
        if not login.attendant.asking.at_terminal or made or usable_key((path,)):
            with connected(alone, replace(silent, confirm=lambda _key: "once")):
                return
    except TargetError as error:
        if not done.present:
            _script(transport, key_scripts.remove_script(line, only_ours=done.file))
        raise TargetError(
            f"{login.target.hostname} does not take the key that was installed; it was taken out",
            hint="sshd there reads keys elsewhere (AuthorizedKeysFile), or others may write to "
            "the home folder (StrictModes): ask the host's owner",
        ) from error


def _script(transport: paramiko.Transport, text: bytes) -> str:
    """What a script prints that is sent to the far sh."""
    deadline = time.monotonic() + SCRIPT_S
    try:
        pieces = [out for out, _ in converse(transport, "exec /bin/sh -s", text, deadline)]
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise TargetError(f"the connection broke: {error}", hint="run again") from error
    return b"".join(pieces).decode("utf-8", "replace")


def write_alias(login: Login, made: tuple[str, ...]) -> None:
    """Step `alias`: the name stands in a file of ours that the user's config includes."""
    tell = login.attendant.report
    if login.users_own:
        tell(Outcome("alias", State.HOLDS, f"{login.name} is an alias of your own ssh config"))
        return
    alias = alias_of(login.name, login.target, login.key)
    changes = login.files.changes(alias, login.undo, made)
    if not changes:
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
    backups = login.files.write(changes)
    kept = "".join(f"; the file before is kept as {path.name}" for path in backups)
    tell(Outcome("alias", State.DONE, f"ssh knows {login.name}{kept}"))


def prove_openssh(login: Login) -> None:
    """Step `openssh`: the ssh program gets in without a question, and nothing is printed."""
    # A connection that is still shared may have the groups of a login of long ago.
    ssh_program.end_sharing(login.name)
    ssh_program.require_quiet_login(login.name)
    text = f"`ssh {login.name}` asks nothing and prints nothing"
    login.attendant.report(Outcome("openssh", State.HOLDS, text))
