"""The user's key: an existing one, or a new one, written whole or not at all."""

import getpass
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scaffold.adapters.local.files import NewFile, read_file, write_files
from scaffold.adapters.local.quoting import last_line
from scaffold.adapters.ssh.paramiko_import import paramiko
from scaffold.errors import InputError, TargetError


def usable_key(paths: tuple[Path, ...]) -> Path | None:
    """The first key that works without a prompt: no passphrase, or loaded in the agent."""
    held = _agent_keys()
    for path in paths:
        public = path.with_name(f"{path.name}.pub")
        if not (path.is_file() and public.is_file()):
            continue
        if _key_of(public) in held or _is_open(path):
            return path
    return None


def new_key(path: Path, passphrase: str = "") -> Path:
    """Make an ed25519 pair in OpenSSH's format, 0600; with a passphrase it goes to the agent too.

    Raises InputError if it cannot be written, TargetError if the agent refuses it.
    """
    if path.exists():
        raise InputError(f"{path} exists already", hint="choose another: --key PATH")
    private = Ed25519PrivateKey.generate()
    sealed = (
        serialization.BestAvailableEncryption(passphrase.encode("utf-8", "surrogateescape"))
        if passphrase
        else serialization.NoEncryption()
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH)
    public = private.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    line = b"%s %s\n" % (public, _comment().encode())
    if passphrase:
        _add_to_agent(private.private_bytes(*form, serialization.NoEncryption()))
    # The private half last: if it exists, so does the public one.
    write_files(
        [
            NewFile(path=path.with_name(f"{path.name}.pub"), content=line, mode=0o644),
            NewFile(path=path, content=private.private_bytes(*form, sealed), mode=0o600),
        ]
    )
    return path


def _add_to_agent(private: bytes) -> None:
    """Send the open key through a pipe: it is in no file, no argument and no variable."""
    try:
        done = subprocess.run(
            ["ssh-add", "-q", "-"], input=private, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise TargetError("ssh-add is not installed", hint="install openssh-client") from error
    if done.returncode:
        raise TargetError(
            f"the ssh-agent does not take the key: {last_line(done.stderr) or 'no reason given'}",
            hint="unlock the agent with ssh-add -X; no key was made",
        )


def forget_key(path: Path) -> None:
    """Delete a pair, on disk and in the agent."""
    public = path.with_name(f"{path.name}.pub")
    if os.environ.get("SSH_AUTH_SOCK") and public.exists() and shutil.which("ssh-add"):
        subprocess.run(["ssh-add", "-q", "-d", str(path)], capture_output=True, check=False)
    for file in (path, public):
        file.unlink(missing_ok=True)


def public_line(path: Path) -> str:
    """The public half, as authorized_keys holds it, its comment reduced to plain characters."""
    content = read_file(path.with_name(f"{path.name}.pub")) or b""
    kind, key, *comment = *content.decode("utf-8", "replace").split(), "", ""
    if not key:
        raise InputError(f"{path}.pub has no public key", hint="choose another: --key PATH")
    return " ".join([kind, key, re.sub(r"[^A-Za-z0-9@._-]+", "-", "-".join(comment))]).strip()


def _comment() -> str:
    return re.sub(r"[^A-Za-z0-9@._-]+", "-", f"{getpass.getuser()}@{platform.node()}")


def _key_of(public: Path) -> str:
    words = (read_file(public) or b"").decode("utf-8", "replace").split()
    return words[1] if len(words) > 1 else ""


def _agent_keys() -> frozenset[str]:
    try:
        agent = paramiko.Agent()
    except (paramiko.SSHException, OSError, ValueError):
        return frozenset()
    found = frozenset(key.get_base64() for key in agent.get_keys())
    agent.close()
    return found


def _is_open(path: Path) -> bool:
    try:
        serialization.load_ssh_private_key(read_file(path) or b"", None)
    except (ValueError, TypeError, InputError):
        return False
    return True
