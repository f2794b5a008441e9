"""Authentication: agent, key files and certificates first, then a password that is typed once."""

import base64
import contextlib
import os
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm

from scaffold.adapters.local.files import read_file
from scaffold.adapters.local.folders import READ_LIMIT
from scaffold.adapters.ssh.asking import Secret
from scaffold.adapters.ssh.config import SshTarget
from scaffold.adapters.ssh.paramiko_import import paramiko
from scaffold.errors import InputError, TargetError
from scaffold.host.refusals import known_refusal
from scaffold.records import dataclass

UNREADABLE = (
    OSError,
    ValueError,
    paramiko.SSHException,
    UnsupportedAlgorithm,
    paramiko.pkey.UnknownKeyType,
)
"""Errors of loading a key file; FIDO keys can only be used by ssh itself."""

ENVIRONMENT = threading.Lock()
"""Guards SSH_AUTH_SOCK: several hosts are reached at once, and the environment is shared."""

TYPED = ("password", "keyboard-interactive")


@dataclass(slots=True)
class _Attempts:
    """The methods that the server allows, and how many keys it was offered."""

    allowed: tuple[str, ...] | None = None
    tried: int = 0


def authenticate(transport: paramiko.Transport, target: SshTarget, secret: Secret) -> None:
    """Log in; ask for each secret once. Raises TargetError if the server refuses."""
    seen = _Attempts()
    with contextlib.closing(_keys(target, secret)) as keys:
        for key in keys:
            if _with_key(transport, target, key, seen):
                return
            if seen.allowed is not None and "publickey" not in seen.allowed:
                break
    if seen.allowed is None and _without_anything(transport, target, seen):
        return
    if not any(method in TYPED for method in seen.allowed or ()):
        raise _refused(target, seen)
    _with_password(transport, target, secret, seen)


def _with_key(
    transport: paramiko.Transport, target: SshTarget, key: paramiko.PKey, seen: _Attempts
) -> bool:
    seen.tried += 1
    try:
        more = transport.auth_publickey(target.user, key)
    except paramiko.BadAuthenticationType as error:
        seen.allowed = tuple(error.allowed_types)
        return False
    except paramiko.AuthenticationException:
        return False
    if more:
        seen.allowed = tuple(more)
    return not more


def _without_anything(transport: paramiko.Transport, target: SshTarget, seen: _Attempts) -> bool:
    """Learn which methods the server allows, before the user is asked for a password."""
    try:
        transport.auth_none(target.user)
    except paramiko.BadAuthenticationType as error:
        seen.allowed = tuple(error.allowed_types)
        return False
    except paramiko.AuthenticationException:
        seen.allowed = ()
        return False
    return True


def _with_password(
    transport: paramiko.Transport, target: SshTarget, secret: Secret, seen: _Attempts
) -> None:
    password = secret(f"Password of {target.user}@{target.hostname}: ")
    if password is None:
        raise _refused(target, seen)
    try:
        if "password" in (seen.allowed or ()):
            more = transport.auth_password(target.user, password, fallback=False)
        else:
            more = transport.auth_interactive(target.user, _answering(password, secret))
    except paramiko.AuthenticationException as error:
        raise refused_in_words(target, transport) or TargetError(
            f"{target.hostname} does not accept that password of {target.user}",
            hint="run again to type it; it is asked once, because servers lock out guesses. "
            "An expired account is refused in the same way",
        ) from error
    if more:
        seen.allowed = tuple(more)
        raise _refused(target, seen)


def refused_in_words(target: SshTarget, transport: paramiko.Transport) -> TargetError | None:
    """The server's own reason, if it sent one that is known (RFC 4252, section 5.4)."""
    handler = transport.auth_handler
    output = bytes(getattr(handler, "banner", None) or b"").decode("utf-8", "replace")
    known = known_refusal(output)
    if not known:
        return None
    return TargetError(
        f"{target.hostname} does not let {target.user} in: {known[0]}", hint=known[1]
    )


def _answering(
    password: str, secret: Secret
) -> Callable[[str, str, list[tuple[str, bool]]], list[str]]:
    """Answers the first prompt with the password, and asks the user the others, like a code."""
    answers = iter([password])

    def answer(_title: str, _text: str, questions: list[tuple[str, bool]]) -> list[str]:
        return [next(answers, None) or secret(question) or "" for question, _ in questions]

    return answer


def _refused(target: SshTarget, seen: _Attempts) -> TargetError:
    takes = ", ".join(seen.allowed or ()) or "no known method"
    keys = "one key" if seen.tried == 1 else f"{seen.tried or 'no'} keys"
    return TargetError(
        f"{target.hostname} does not let {target.user} in: it was shown {keys}, it takes {takes}",
        hint=f"try `ssh {target.user}@{target.name}`; set IdentityFile in your ssh config, or run "
        "at a terminal to type a password",
    )


def _keys(target: SshTarget, secret: Secret) -> Generator[paramiko.PKey]:
    """Keys in ssh's order: configured keys of the agent, its other keys, then key files."""
    wanted = [blob for path in target.identity_files if (blob := _public(path))]
    with _agent_keys(target) as agent:
        yield from (key for key in agent if key.asbytes() in wanted)
        if not target.identities_only:
            yield from (key for key in agent if key.asbytes() not in wanted)
        held = {key.asbytes() for key in agent}
    for path in target.identity_files:
        if path.is_file() and _public(path) not in held:
            yield from _file_keys(path, target, secret)


def _public(path: Path) -> bytes | None:
    """The public half of a key file, to find the key in the agent."""
    with contextlib.suppress(InputError, ValueError, IndexError):
        words = (read_file(path.with_name(f"{path.name}.pub")) or b"").split()
        return base64.b64decode(words[1])
    return None


@contextlib.contextmanager
def _agent_keys(target: SshTarget) -> Iterator[tuple[paramiko.PKey, ...]]:
    """The agent's keys, while it is open; none if the agent does not answer properly."""
    if not (target.identity_agent and Path(target.identity_agent).is_socket()):
        yield ()
        return
    with ENVIRONMENT, _agent_at(target.identity_agent):
        try:
            agent = paramiko.Agent()
        except (paramiko.SSHException, OSError, ValueError):
            agent = None
    try:
        yield agent.get_keys() if agent else ()
    finally:
        if agent:
            agent.close()


@contextlib.contextmanager
def _agent_at(path: str) -> Iterator[None]:
    """Set SSH_AUTH_SOCK, paramiko's only way to the agent, to the one of IdentityAgent."""
    before = os.environ.get("SSH_AUTH_SOCK")
    os.environ["SSH_AUTH_SOCK"] = path
    try:
        yield
    finally:
        if before is None:
            del os.environ["SSH_AUTH_SOCK"]
        else:
            os.environ["SSH_AUTH_SOCK"] = before


def _file_keys(path: Path, target: SshTarget, secret: Secret) -> Iterator[paramiko.PKey]:
    """The certificates of a key, then the key itself; unreadable ones are skipped."""
    key = _load(path, secret)
    if key is None:
        return
    # from_path has loaded the certificate in the same folder.
    if key.public_blob is not None:
        yield key
    for certificate in filter(_fits, target.certificate_files):
        with contextlib.suppress(*UNREADABLE):
            key.load_certificate(str(certificate))
            yield key
    key.public_blob = None
    yield key


def _fits(path: Path) -> bool:
    """Whether paramiko may read a file, which it does without a limit."""
    return path.is_file() and path.stat().st_size <= READ_LIMIT


def _load(path: Path, secret: Secret) -> paramiko.PKey | None:
    """A key file, its passphrase asked for once; None if it cannot be used."""
    if not _fits(path):
        return None
    try:
        return paramiko.PKey.from_path(str(path))
    except TypeError:
        # cryptography raises this for an encrypted file.
        passphrase = secret(f"Passphrase of {path}: ")
    except UNREADABLE:
        return None
    if passphrase is None:
        return None
    try:
        return paramiko.PKey.from_path(str(path), passphrase.encode())
    except (*UNREADABLE, TypeError) as error:
        raise TargetError(
            f"that is not the passphrase of {path}",
            hint=f"run again to type it, or load the key once: ssh-add {path}",
        ) from error
