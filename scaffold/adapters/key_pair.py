"""The user's key: one that is there, or a new one, whole or not at all."""

import getpass
import platform
import re
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scaffold.adapters.files import NewFile, write_files
from scaffold.adapters.quick_paramiko import paramiko
from scaffold.errors import InputError


def usable_key(paths: tuple[Path, ...]) -> Path | None:
    """The first key that programs can use without a question: no passphrase, or in the agent."""
    held = _agent_keys()
    for path in paths:
        public = path.with_name(f"{path.name}.pub")
        if not (path.is_file() and public.is_file()):
            continue
        if _key_of(public) in held or _is_open(path):
            return path
    return None


def new_key(path: Path, passphrase: str = "") -> Path:
    """Make an ed25519 pair in OpenSSH's form, 0600. Raises InputError where it cannot be."""
    if path.exists():
        raise InputError(f"{path} is there already", hint="choose another: --key PATH")
    private = Ed25519PrivateKey.generate()
    sealed = (
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption()
    )
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH)
    public = private.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    line = b"%s %s\n" % (public, _comment().encode())
    # The private half last: where it is, the public one is too.
    write_files(
        [
            NewFile(path.with_name(f"{path.name}.pub"), line, 0o644),
            NewFile(path, private.private_bytes(*form, sealed), 0o600),
        ]
    )
    return path


def public_line(path: Path) -> str:
    """The public half, as authorized_keys holds it, its comment reduced to plain characters."""
    try:
        text = path.with_name(f"{path.name}.pub").read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{path}.pub cannot be read: {error.strerror}", hint="choose another: --key PATH"
        ) from error
    kind, key, *comment = text.split()
    return " ".join([kind, key, re.sub(r"[^A-Za-z0-9@._-]+", "-", "-".join(comment))]).strip()


def _comment() -> str:
    return re.sub(r"[^A-Za-z0-9@._-]+", "-", f"{getpass.getuser()}@{platform.node()}")


def _key_of(public: Path) -> str:
    words = public.read_text(encoding="utf-8", errors="replace").split()
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
        serialization.load_ssh_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, OSError):
        return False
    return True
