"""`scaffold host setup`, step `key`: a key for a host that takes a password only."""

from dataclasses import replace
from pathlib import Path

from scaffold.adapters.local.home_lock import home_locked
from scaffold.adapters.ssh import key_pair
from scaffold.adapters.ssh.asking import Asking
from scaffold.adapters.ssh.connection import connected
from scaffold.adapters.ssh.over_paramiko import ParamikoTransport
from scaffold.adapters.ssh.paramiko_import import paramiko
from scaffold.adapters.ssh.transport import run_script
from scaffold.commands.host.attendant import ProposedChange, StepOutcome, StepState
from scaffold.commands.host.login_state import Login
from scaffold.errors import InputError, TargetError
from scaffold.host import key_scripts
from scaffold.host.key_scripts import KeyFolder

TYPED = ("password", "keyboard-interactive")
SCRIPT_S = 30


def key_step(
    login: Login, transport: paramiko.Transport, given: Path | None, *, passphrase: bool
) -> None:
    """Choose or make a key, install it and try it. Raises TargetError if it does not open."""
    if transport.auth_handler.auth_method not in TYPED:
        login.attendant.report(StepOutcome("key", StepState.HOLDS, "a key of yours opens the host"))
        return
    found = given if given and given.exists() else None
    found = found or key_pair.usable_key(login.target.identity_files)
    path = found or given or _new_path(login.name)
    verb = "install" if found else "make and install"
    details = (f"{path}.pub → ~/.ssh/authorized_keys",)
    change = ProposedChange(id="key", text=f"{verb} the key {path}", details=details)
    if login.dry_run:
        login.attendant.report(StepOutcome("key", StepState.WOULD, change.text, change.details))
        return
    if not login.attendant.agree(change):
        raise TargetError(
            f"{login.target.hostname} takes a password only, which Docker and VS Code cannot type",
            hint="agree to a key, or install one yourself: ssh-copy-id",
        )
    if not found:
        _make(login, path, _passphrase(login.attendant.asking) if passphrase else "")
    login.key = path
    _install(login, transport, path)
    login.attendant.report(StepOutcome("key", StepState.DONE, f"{path} opens the host"))


def _new_path(name: str) -> Path:
    usual = Path.home() / ".ssh" / "id_ed25519"
    return usual.with_name(f"id_ed25519_{name}") if usual.exists() else usual


def _passphrase(asking: Asking) -> str:
    first = asking.secret("Passphrase for the new key: ")
    if not first or asking.secret("Passphrase again: ") != first:
        raise InputError("the two passphrases differ", hint="run again")
    return first


def _make(login: Login, path: Path, passphrase: str) -> None:
    """Make the pair; it is recorded first, so that a killed run leaves nothing unknown."""
    with home_locked():
        if path.exists():
            return  # Another scaffold made it a moment ago.
        login.note(key={"path": str(path), "made": True})
        key_pair.new_key(path, passphrase)


def _install(login: Login, transport: paramiko.Transport, path: Path) -> None:
    line = key_pair.public_line(path)
    look = key_scripts.read_look(*_script(login, transport, key_scripts.look_script(line)))
    with home_locked():
        login.renew()
        noted = login.undo.get("key")
        before = noted if isinstance(noted, dict) and noted.get("path") == str(path) else {}
        # A killed run of ours may have installed the key already.
        if not (look.key and not before.get("line")):
            ours = {"file": not look.file, "folder": not look.folder}
            ours |= {"made": False} | before
            login.note(key=ours | {"path": str(path), "line": line})
    key_scripts.read_reply(*_script(login, transport, key_scripts.install_script(line)))
    if _opens(login, path) or (_close(login, transport, look) and _opens(login, path)):
        return
    if not look.key:
        gone = key_scripts.remove_script(line, our_file=not look.file, our_folder=not look.folder)
        _script(login, transport, gone)
    raise TargetError(
        f"{login.target.hostname} does not take the key that was installed; it was removed again",
        hint="sshd reads keys from another place (AuthorizedKeysFile), or others may write to "
        "the home folder (StrictModes): ask an administrator",
    )


def _opens(login: Login, path: Path) -> bool:
    """Whether sshd accepts the key; assumed for a key whose passphrase only the user knows."""
    asking = login.attendant.asking
    if asking.at_terminal and not key_pair.usable_key((path,)):
        return True
    alone = replace(
        login.target, identity_files=(path,), certificate_files=(), identities_only=False
    )
    silent = replace(asking, secret=lambda _prompt: None, host_key=None)
    try:
        with connected(alone, replace(silent, confirm=lambda _key: "once")):
            return True
    except TargetError:
        return False


def _close(login: Login, transport: paramiko.Transport, look: KeyFolder) -> bool:
    """Remove others' write permission from what sshd reads, if that keeps the key out."""
    if not look.open_paths:
        return False
    names = ", ".join(f"~{path}" for path, _ in look.open_paths)
    lines = tuple(f"chmod go-w ~{path}    # was {mode}" for path, mode in look.open_paths)
    text = f"others may no longer write to {names}: sshd ignores the keys otherwise (StrictModes)"
    if not login.attendant.agree(ProposedChange(id="modes", text=text, details=lines)):
        return False
    with home_locked():
        login.note(modes=[list(one) for one in look.open_paths])
    key_scripts.read_reply(*_script(login, transport, key_scripts.close_script(look.open_paths)))
    login.attendant.report(StepOutcome("key", StepState.DONE, text, lines))
    return True


def _script(login: Login, transport: paramiko.Transport, text: bytes) -> tuple[str, str]:
    """Standard output and error of a script that the remote sh reads."""
    done = run_script(ParamikoTransport(transport, login.name), text, SCRIPT_S)
    return done.out, done.err
