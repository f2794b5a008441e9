"""Prompts of a connection: is this the right host key, and what is the secret."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from scaffold.records import dataclass

Answer = Literal["remember", "once", "no"]


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A host key that is in no known_hosts file."""

    host: str
    key_type: str
    fingerprint: str


Confirm = Callable[[UnknownKey], Answer]

Secret = Callable[[str], str | None]
"""Asks for a secret without echo; None without a terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Both prompts; without a terminal both answer no.

    `host_key` is a fingerprint given beforehand; `given` says for how long the host is then
    trusted. `remembering` receives the file and the text before a host key is appended.
    """

    confirm: Confirm
    secret: Secret
    at_terminal: bool
    host_key: str | None = None
    given: Answer = "once"
    remembering: Callable[[Path, str], None] = lambda _path, _text: None


SILENT = Asking(confirm=lambda _key: "no", secret=lambda _prompt: None, at_terminal=False)
"""Never asks: for known host keys, and logins without a password."""
