"""Host certificates of OpenSSH, taken apart. Format: openssh PROTOCOL.certkeys."""

import fnmatch
import struct

from scaffold.records import dataclass

SUFFIX = "-cert-v01@openssh.com"
HOST = 2
"""The certificate type of a host; a user's is 1."""

_KEY_FIELDS = {"ssh-ed25519": 1, "ssh-rsa": 2}
"""How many fields the public key has; those of ECDSA have two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCertificate:
    """A certificate: the key it is for, who signed it, for which names and how long."""

    key_type: str
    key: bytes
    kind: int
    principals: tuple[str, ...]
    valid_after: int
    valid_before: int
    critical_options: bytes
    authority: bytes
    signed: bytes
    signature: bytes

    def fault(self, host: str, now: float) -> str:
        """Why the certificate is not valid for a host at this time, empty if it does."""
        if self.kind != HOST:
            return "it is a user's certificate"
        if not self.valid_after <= now < self.valid_before:
            return "it is not valid at this time"
        if self.critical_options:
            return "it has critical options, which host certificates must not have"
        names = self.principals
        if names and not any(fnmatch.fnmatchcase(host.lower(), name) for name in names):
            return f"it is for {', '.join(names)}"
        return ""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise ValueError("cut certificate")
        self.at += size
        return self.data[self.at - size : self.at]

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(4)))


def read_certificate(blob: bytes) -> HostCertificate:
    """Take a certificate apart; ValueError if it is cut or of another kind."""
    reader = _Reader(blob)
    name = reader.string().decode("ascii", "replace")
    if not name.endswith(SUFFIX):
        raise ValueError("not a certificate")
    key_type = name.removesuffix(SUFFIX)
    reader.string()  # nonce
    fields = [reader.string() for _ in range(_KEY_FIELDS.get(key_type, 2))]
    reader.take(8)  # serial number
    kind = int.from_bytes(reader.take(4))
    reader.string()  # key id
    principals = _strings(reader.string())
    after, before = struct.unpack(">QQ", reader.take(16))
    critical = reader.string()
    reader.string(), reader.string()  # extensions, reserved
    authority = reader.string()
    signed = blob[: reader.at]
    return HostCertificate(
        key_type=key_type,
        key=b"".join(_string(part) for part in (key_type.encode(), *fields)),
        kind=kind,
        principals=tuple(part.decode("utf-8", "replace").lower() for part in principals),
        valid_after=after,
        valid_before=before,
        critical_options=critical,
        authority=authority,
        signed=signed,
        signature=reader.string(),
    )


def _strings(data: bytes) -> list[bytes]:
    reader, found = _Reader(data), []
    while reader.at < len(data):
        found.append(reader.string())
    return found


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4) + data
