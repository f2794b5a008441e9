"""known_hosts as OpenSSH reads it: hashed and bracketed names, wildcards, markers, broken lines.

paramiko's own reader stops at a marker or a cut line, and never matches wildcards.
Format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".
"""

import base64
import binascii
import fnmatch
import hashlib
import hmac
import os
from collections.abc import Iterable
from enum import StrEnum

from scaffold.records import dataclass

DEFAULT_PORT = 22


class KeyVerdict(StrEnum):
    """What the files say of a key that a server showed."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line: marker without its @ (or empty), host patterns, key type and key."""

    marker: str
    patterns: str
    key_type: str
    key: bytes
    place: str = ""

    def is_for(self, name: str) -> bool:
        """Whether the line's patterns mean this host."""
        if self.patterns.startswith("|1|"):
            return _hash_matches(self.patterns, name)
        found = False
        for pattern in self.patterns.lower().split(","):
            if pattern.startswith("!"):
                if _glob(pattern[1:], name):
                    return False
            elif _glob(pattern, name):
                found = True
        return found


def _glob(pattern: str, name: str) -> bool:
    # Only * and ? are special to OpenSSH; brackets belong to [host]:port.
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]"))


def _hash_matches(patterns: str, name: str) -> bool:
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in patterns[3:].split("|"))
    except (ValueError, binascii.Error):
        return False
    return hmac.compare_digest(hmac.digest(salt, name.encode(), "sha1"), digest)


def parse_known_hosts(text: str, file: str = "") -> tuple[Entry, ...]:
    """Every line that can be read; the others are passed over, as ssh passes over them."""
    rows = ((number, line.split()) for number, line in enumerate(text.splitlines(), 1))
    entries = (_entry(words, f"{file}:{number}") for number, words in rows)
    return tuple(entry for entry in entries if entry)


def _entry(words: list[str], place: str) -> Entry | None:
    marker = words.pop(0)[1:] if words and words[0].startswith("@") else ""
    if len(words) < 3 or words[0].startswith("#") or marker not in {*MARKERS, ""}:
        return None
    try:
        key = base64.b64decode(words[2], validate=True)
    except (ValueError, binascii.Error):
        return None
    # The key repeats its type; a line whose two types differ is broken.
    if key[4 : 4 + int.from_bytes(key[:4])] != words[1].encode("utf-8", "replace"):
        return None
    return Entry(marker=marker, patterns=words[0], key_type=words[1], key=key, place=place)


MARKERS = ("cert-authority", "revoked")


def lookup_name(host: str, port: int, alias: str | None = None) -> str:
    """The name of a host in the files; an alias goes without the port."""
    if alias:
        return alias.lower()
    return host.lower() if port == DEFAULT_PORT else f"[{host.lower()}]:{port}"


def judge(entries: Iterable[Entry], name: str, key_type: str, key: bytes) -> KeyVerdict:
    """What the entries say of a key: a revoked line beats all, a known one beats a changed."""
    mine = [entry for entry in entries if entry.is_for(name)]
    if any(entry.marker == "revoked" and entry.key == key for entry in mine):
        return KeyVerdict.REVOKED
    plain = [entry for entry in mine if not entry.marker]
    if any(entry.key == key for entry in plain):
        return KeyVerdict.KNOWN
    if any(entry.key_type == key_type for entry in plain):
        return KeyVerdict.CHANGED
    return KeyVerdict.UNKNOWN


def authorities(entries: Iterable[Entry], name: str) -> tuple[bytes, ...]:
    """Keys that may sign certificates of this host, less those that are revoked."""
    mine = [entry for entry in entries if entry.is_for(name)]
    revoked = {entry.key for entry in mine if entry.marker == "revoked"}
    trusted = (entry.key for entry in mine if entry.marker == "cert-authority")
    return tuple(key for key in trusted if key not in revoked)


def known_types(entries: Iterable[Entry], name: str) -> tuple[str, ...]:
    """Key types that the files hold for a host: the server is asked for these first."""
    found = (entry.key_type for entry in entries if not entry.marker and entry.is_for(name))
    return tuple(dict.fromkeys(found))


def fingerprint(key: bytes) -> str:
    """A key's SHA256 fingerprint as OpenSSH prints it."""
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode()
    return f"SHA256:{digest.rstrip('=')}"


def new_line(name: str, key_type: str, key: bytes, *, hashed: bool) -> str:
    """One line of known_hosts, with the name hashed if the user's config requests it."""
    if hashed:
        salt = os.urandom(20)
        parts = (salt, hmac.digest(salt, name.encode(), "sha1"))
        name = "|1|" + "|".join(base64.b64encode(part).decode() for part in parts)
    return f"{name} {key_type} {base64.b64encode(key).decode()}\n"
