"""A host as a user types it: `alias`, `user@host:port`, `[::1]:2222`, `ssh://user@host`."""

import re
from dataclasses import dataclass

from scaffold.errors import InputError

_DESTINATION = re.compile(
    r"(?:ssh://)?(?:(?P<user>[^@\s]+)@)?"
    r"(?:\[(?P<v6>[0-9A-Fa-f:.%\w]+)\]|(?P<bare6>[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%\w]*)"
    r"|(?P<name>[^\s:@\[\]/]+))(?::(?P<port>[0-9]{1,5}))?/?"
)


@dataclass(frozen=True, slots=True)
class Destination:
    """What the user typed, taken apart."""

    host: str
    user: str | None = None
    port: int | None = None


def parse_destination(text: str) -> Destination:
    """Read `alias`, `user@host:port`, `[::1]:2222` or `::1`; InputError for anything else."""
    match = _DESTINATION.fullmatch(text)
    host = match and (match["v6"] or match["bare6"] or match["name"])
    port = int(match["port"]) if match and match["port"] else None
    if not match or not host or host.startswith("-") or not (port is None or 0 < port < 65536):
        raise InputError(
            f"not a host: {text!r}",
            hint="an alias of your ssh config, user@host, user@host:port, [::1]:2222 or local",
        )
    if (match["user"] or "").startswith("-"):
        raise InputError(f"not a user name: {match['user']!r}")
    return Destination(host, match["user"], port)
