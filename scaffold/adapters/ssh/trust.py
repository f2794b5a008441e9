"""Whether a server's host key may be trusted; never without the user's agreement."""

import errno
import os
import time
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.adapters.local.home_lock import home_locked
from scaffold.adapters.ssh.asking import Asking, UnknownKey
from scaffold.adapters.ssh.config import SshTarget
from scaffold.adapters.ssh.paramiko_import import paramiko
from scaffold.errors import InputError, TargetError
from scaffold.parsing.host_certificate import SUFFIX, HostCertificate, read_certificate
from scaffold.parsing.known_hosts import (
    DEFAULT_PORT,
    Entry,
    KeyVerdict,
    authorities,
    fingerprint,
    judge,
    known_types,
    lookup_name,
    new_line,
    parse_known_hosts,
)


def read_entries(target: SshTarget) -> tuple[Entry, ...]:
    """The lines of every known_hosts file that ssh would read."""
    entries: list[Entry] = []
    for path in target.known_hosts:
        if path.is_file() and os.access(path, os.R_OK):
            text = (read_file(path) or b"").decode("utf-8", "replace")
            entries += parse_known_hosts(text, str(path))
    return tuple(entries)


def shows_known_key(transport: paramiko.Transport, target: SshTarget) -> bool:
    """Whether the server on this connection shows a key that the files hold for `target`."""
    key = transport.get_remote_server_key()
    verdict = _verdict(read_entries(target), target, key.get_name(), key.asbytes())
    return verdict is KeyVerdict.KNOWN


def prefer_known_types(
    transport: paramiko.Transport, target: SshTarget, entries: tuple[Entry, ...]
) -> None:
    """Prefer the key types in the files, as ssh does; otherwise a known host looks new."""
    options = transport.get_security_options()
    usual = list(options.key_types)
    name = _name(target)
    wanted = [kind for known in known_types(entries, name) for kind in _algorithms(known)]
    if authorities(entries, name):
        wanted = [f"{kind.removesuffix(SUFFIX)}{SUFFIX}" for kind in usual] + wanted
    offered = [kind for kind in (*wanted, *usual) if kind in transport._key_info]
    options.key_types = list(dict.fromkeys(offered))


def _algorithms(key_type: str) -> tuple[str, ...]:
    return ("rsa-sha2-512", "rsa-sha2-256") if key_type == "ssh-rsa" else (key_type,)


def _name(target: SshTarget) -> str:
    return lookup_name(target.hostname, target.port, target.host_key_alias)


def check_host_key(
    transport: paramiko.Transport,
    target: SshTarget,
    entries: tuple[Entry, ...],
    asking: Asking,
) -> None:
    """Accept only a key that is known, given by fingerprint, or confirmed now.

    Raises TargetError for a changed or revoked key, InputError for one that is not confirmed.
    """
    shown = transport.get_remote_server_key()
    certificate = _certificate(shown)
    if certificate and _signed_by_authority(certificate, target, entries):
        return
    key_type = certificate.key_type if certificate else shown.get_name()
    key = certificate.key if certificate else shown.asbytes()
    verdict = _verdict(entries, target, key_type, key)
    if verdict is KeyVerdict.KNOWN:
        return
    if verdict is not KeyVerdict.UNKNOWN:
        raise _refused(verdict, target, entries, key_type, key)
    _ask(target, key_type, key, asking)


def _verdict(
    entries: tuple[Entry, ...], target: SshTarget, key_type: str, key: bytes
) -> KeyVerdict:
    verdict = judge(entries, _name(target), key_type, key)
    if verdict is KeyVerdict.UNKNOWN and target.port != DEFAULT_PORT and not target.host_key_alias:
        # As ssh does: an entry without a port counts for other ports too, but only to accept.
        plain = judge(entries, lookup_name(target.hostname, DEFAULT_PORT), key_type, key)
        return plain if plain in {KeyVerdict.KNOWN, KeyVerdict.REVOKED} else verdict
    return verdict


def _certificate(key: paramiko.PKey) -> HostCertificate | None:
    blob = key.public_blob
    if blob is None:
        return None
    try:
        return read_certificate(blob.key_blob)
    except ValueError:
        return None


def _signed_by_authority(
    certificate: HostCertificate, target: SshTarget, entries: tuple[Entry, ...]
) -> bool:
    """Whether a trusted authority signed the certificate, for this host, with a valid signature."""
    if certificate.authority not in authorities(entries, _name(target)):
        return False
    revoked = judge(entries, _name(target), certificate.key_type, certificate.key)
    if revoked is KeyVerdict.REVOKED:
        return False
    host = target.host_key_alias or target.hostname
    fault = certificate.fault(host, time.time())
    size = int.from_bytes(certificate.authority[:4])
    kind = certificate.authority[4 : 4 + size].decode("ascii", "replace")
    if not fault and not _signature_holds(kind, certificate):
        fault = "its signature is wrong"
    if fault:
        raise TargetError(
            f"the host certificate of {target.hostname} is not valid: {fault}",
            hint="ask the host's administrator for a new certificate",
        )
    return True


def _signature_holds(kind: str, certificate: HostCertificate) -> bool:
    try:
        authority = paramiko.PKey.from_type_string(kind, certificate.authority)
        message = paramiko.Message(certificate.signature)
        return bool(authority.verify_ssh_sig(certificate.signed, message))
    except (paramiko.SSHException, ValueError):
        return False


def _refused(
    verdict: KeyVerdict, target: SshTarget, entries: tuple[Entry, ...], key_type: str, key: bytes
) -> TargetError:
    name = _name(target)
    shown = f"{key_type} {fingerprint(key)}"
    if verdict is KeyVerdict.REVOKED:
        return TargetError(
            f"the host key of {name} is revoked: {shown}",
            hint="do not connect; ask the host's administrator for its new key",
        )
    mine = [entry for entry in entries if entry.is_for(name) and entry.key_type == key_type]
    return TargetError(
        f"the host key of {name} has changed: it shows {shown}, "
        f"{mine[0].place} holds {fingerprint(mine[0].key)}",
        hint="someone may be intercepting the connection. If the host was reinstalled, compare the "
        f"fingerprint with its administrator, then: ssh-keygen -R '{name}'",
    )


def _ask(target: SshTarget, key_type: str, key: bytes, asking: Asking) -> None:
    mark = fingerprint(key)
    if asking.host_key is None:
        answer = asking.confirm(UnknownKey(_called(target), key_type, mark))
    elif asking.host_key.rstrip("=") == mark:
        answer = asking.given
    else:
        raise TargetError(
            f"{target.hostname} shows {key_type} {mark}, not the {asking.host_key} that was given",
            hint="compare both with what the host's owner says",
        )
    if answer == "no":
        raise InputError(
            f"the host key of {_called(target)} is not known: {key_type} {mark}",
            hint=f"compare it with the host's owner, then give --host-key {mark}",
        )
    if answer == "remember" and target.known_hosts:
        _remember(target, key_type, key, asking.remembering)


def _called(target: SshTarget) -> str:
    """The host as the user typed it, and as in known_hosts if that differs."""
    name = _name(target)
    return name if name == target.name else f"{target.name} ({name})"


def _remember(
    target: SshTarget, key_type: str, key: bytes, told: Callable[[Path, str], None]
) -> None:
    """Append one line, whole or not at all; the rest of the file stays."""
    path, name = target.known_hosts[0], _name(target)
    line = new_line(name, key_type, key, hashed=target.hash_known_hosts)
    try:
        with home_locked():
            if _verdict(read_entries(target), target, key_type, key) is KeyVerdict.KNOWN:
                return  # Another scaffold has added it a moment ago.
            text = ("\n" if path.is_file() and _is_cut(path) else "") + line
            told(path, text)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)
            with path.open("ab", buffering=0) as file:
                _append(file, text.encode())
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error


def _is_cut(path: Path) -> bool:
    """Whether the last line has no end."""
    return (read_file(path) or b"")[-1:] not in {b"", b"\n"}


def _append(file: FileIO, content: bytes) -> None:
    """Append, or leave the file as it was if the disk is full."""
    size = file.seek(0, 2)
    try:
        if file.write(content) != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file.fileno())
    except OSError:
        file.truncate(size)
        raise
