"""How the user is asked about a connection: is this the right host key, and what is the secret."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Answer = Literal["remember", "once", "no"]


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """A host key that no file knows, as the user is shown it."""

    host: str
    key_type: str
    fingerprint: str


Confirm = Callable[[UnknownKey], Answer]

Secret = Callable[[str], str | None]
"""Asks for a secret without echo; None where there is nobody to ask."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Both questions; without a terminal both say no.

    `host_key` was given beforehand; `given` says for how long the host is then trusted.
    `remembering` is told the file and the text before a host key is appended to it.
    """

    confirm: Confirm
    secret: Secret
    at_terminal: bool
    host_key: str | None = None
    given: Answer = "once"
    remembering: Callable[[Path, str], None] = lambda _path, _text: None
