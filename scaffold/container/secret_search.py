"""Search the text of a file for secrets, piece by piece, whatever its size.

The detector is slow, so a quick search finds the lines that are worth its time: those with a word
of its rules, or with the form of a known issuer.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from scaffold.container.known_secrets import values_of_text
from scaffold.container.saving import suspected_text
from scaffold.parsing.untrusted.secret_issuers import ISSUERS

HEAD = 1 << 16
"""How much of a suspected file is read for values that occur in other files."""

LINE = 4096
"""Characters of a line on both sides of a word that are searched."""

BINARY = 8192
"""A file with a NUL byte among the first bytes is not a text, as for git."""

UTF16 = (b"\xff\xfe", b"\xfe\xff")
"""The beginning of a text of two bytes a character; without its zeros it reads like ASCII."""

WORDS = tuple(b"tok secret pass pwd cred key auth login bearer basic -----begin ://".split())
"""What a line has, in small letters, in which a rule by name or by address can find a secret."""

_LONG = re.compile(rb"[\w.:=/+%-]{11,}")
"""Words that are long enough for the form of an issuer."""

_ISSUED = re.compile("|".join(form for _, form, _ in ISSUERS).encode())


class SecretSearch:
    """Searches one file, fed piece by piece; `found` is whether it holds a secret.

    The rules are for texts: a binary file is searched for the `known` values only, as is every
    file without `rules`.
    """

    def __init__(self, known: Collection[str] = (), *, rules: bool = True) -> None:
        self.found = False
        self._rules = rules
        self._known = [one.encode("utf-8", "surrogateescape") for one in known]
        self._rest: bytes | None = None
        self._binary = self._wide = False

    def feed(self, piece: bytes) -> None:
        """Search the next piece of the file."""
        if self.found:
            return
        if self._rest is None:
            self._wide = piece.startswith(UTF16)
            self._binary = b"\0" in piece[:BINARY] and not self._wide
        if self._wide:
            piece = piece.replace(b"\0", b"")
        text = (self._rest or b"") + piece
        self.found = any(one in text for one in self._known) or (
            self._rules and not self._binary and any(suspected_text(line) for line in _lines(text))
        )
        self._rest = text[-LINE:]


def holds_secret(
    pieces: Iterable[bytes], known: Collection[str] = (), *, rules: bool = True
) -> bool:
    """Whether a file holds a secret, or without `rules` a known value; `pieces` is its content."""
    search = SecretSearch(known, rules=rules)
    for piece in pieces:
        search.feed(piece)
        if search.found:
            return True
    return False


def values_of_file(head: bytes) -> set[str]:
    """The secret values in the beginning of a suspected file."""
    if head.startswith(UTF16):
        head = head.replace(b"\0", b"")
    return values_of_text(head[:HEAD].decode("utf-8", "surrogateescape"))


def _lines(text: bytes) -> Iterator[str]:
    """The lines that may hold a secret, each once."""
    seen: set[int] = set()
    for place in _places(text):
        begin = max(text.rfind(b"\n", 0, place) + 1, place - LINE)
        if begin not in seen:
            seen.add(begin)
            newline = text.find(b"\n", place)
            end = min(newline if newline >= 0 else len(text), place + LINE)
            yield text[begin:end].decode("utf-8", "replace")


def _places(text: bytes) -> Iterator[int]:
    small = text.lower()
    for word in WORDS:
        at = small.find(word)
        while at >= 0:
            yield at
            at = small.find(word, at + len(word))
    for match in _LONG.finditer(text):
        if _ISSUED.search(match[0]):
            yield match.start()
