"""Secrets that are known by their form: tokens of known issuers, private keys, logins in URLs."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from scaffold.parsing.untrusted.secret_issuers import ISSUERS
from scaffold.records import dataclass

HIDDEN = "***"

LONGEST_LOGIN = 4096
"""Characters of a URL that are searched for a login."""

_LONG_WORD = re.compile(r"\S{12}")
"""In every text with a form of an issuer, or with an authorization header."""

_KEY_BLOCK = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:(?!-----BEGIN )[\s\S])*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|\Z)"
)

_URL = re.compile(
    r"(?:(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{0,30}:|(?<![\w:/\\]))(?:\\?/){2}"
    r"(?=[^\s]{0,2048}?@)"
)

_ENCODED_URL = re.compile(
    r"%3a(?:%2f){2}([^\s\"'&@/]{1,2048}?)%40|(?<![\w%])(\w[\w.-]{0,64}%3a[^\s\"'&@/]{1,256}?)%40(?=\w)",
    re.IGNORECASE,
)
"""Logins of addresses that are a part of an address themselves."""

_AUTHORITY = re.compile(r"[^\s/?#@\"'<>,;\\]*@")

_BARE_LOGIN = re.compile(
    r"(?<![\w@/.:+-])[\w.%~+-]{1,64}:(?!\d+@)(?:[^\s@/:]{4,256}@(?!sha\d)|[^\s@/:]{1,3}@(?=\w+[.:]))"
    r"[\w.\[\]:-]+(?=[/\s\"']|$)"
)

_HEADER = re.compile(r"\b(?:bearer|basic|token)[ \t]++([A-Za-z0-9._~+/=-]{12,}+)", re.IGNORECASE)

_COOKIE = re.compile(r"\bcookie:[ \t]*+([\w.-]{1,64}=[^\n\"']{6,4096})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Secret:
    """A part of a text that looks secret: `start` and `end` of it, and the rule that says so."""

    start: int
    end: int
    rule: str


@cache
def _issuers() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((form, tuple(texts.split())) for _, form, texts in ISSUERS)


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """The form as a pattern: compiling all of them would take longer than most commands search."""
    return re.compile(f"(?<![A-Za-z0-9])(?:{form})")


def find_forms(text: str) -> Iterator[Secret]:
    """Secrets that are known by their form, whatever they are called."""
    # Most lines have nothing of the kind: these questions cost a tenth of the patterns.
    if _LONG_WORD.search(text):
        yield from _issued(text)
    if "-----BEGIN" in text:
        for match in _KEY_BLOCK.finditer(text):
            yield Secret(match.start(), match.end(), "a private key")
    if "@" in text or "%40" in text:
        yield from _addresses(text)
    if "cookie:" in text.lower():
        for match in _COOKIE.finditer(text):
            yield Secret(match.start(1), match.end(1), "a cookie")


@cache
def _all_texts() -> tuple[str, ...]:
    return tuple(one for _, texts in _issuers() for one in texts)


def _issued(text: str) -> Iterator[Secret]:
    likely = any(map(text.__contains__, _all_texts()))
    for form, texts in _issuers() if likely else ():
        if any(one in text for one in texts):
            for match in _pattern(form).finditer(text):
                yield Secret(match.start(), match.end(), "the form of a known issuer")
    for match in _HEADER.finditer(text):
        if re.search(r"\d", match[1]):
            yield Secret(match.start(1), match.end(1), "an authorization header")


def _addresses(text: str) -> Iterator[Secret]:
    for match in _BARE_LOGIN.finditer(text):
        yield Secret(match.start(), match.end(), "an address with a login")
    for match in _ENCODED_URL.finditer(text):
        group = match.lastindex or 0
        yield Secret(match.start(group), match.end(group), "a URL with a login")
    yield from _logins(text)


def _logins(text: str) -> Iterator[Secret]:
    """Logins in URLs; a password may hold `/`, `@` and quotes, which RFC 3986 forbids."""
    at = 0
    while match := _URL.search(text, at):
        start = match.end()
        before = text[match.start() - 1 : match.start()]
        end = _login_end(text, start, match[0].lower(), before if before in {'"', "'"} else "")
        if end > start:
            yield Secret(start, end - 1, "a URL with a login")
        at = max(end, start)


def _login_end(text: str, start: int, scheme: str, quote: str) -> int:
    """The position behind the `@` of a login, `start` if there is none; `quote` begins the whole
    URL.
    """
    strict = _AUTHORITY.match(text, start)
    word = re.split(r"\s", text[start : start + LONGEST_LOGIN], maxsplit=1)[0]
    if quote:
        word = re.split(rf"(?<!\\){quote}", word, maxsplit=1)[0]
    last = word.rfind("@")
    user, colon, rest = re.split(r"[/?#]", word, maxsplit=1)[0].partition(":")
    odd = colon and "@" not in user and not re.match(r"\d{1,5}(?![^/?#\"'])", rest)
    if not scheme.startswith(("/", "\\")):
        pass
    elif not (colon and user and strict and re.match(r"[\w.\[]", text[strict.end() :])):
        # Without a scheme it may be a comment, or the path of something else.
        return start
    if strict and not colon:
        plain_login = "ssh" in scheme or strict[0] == "git@"
        return start if plain_login else strict.end()
    if odd and last > 0:
        return start + last + 1
    return strict.end() if strict else start


def without_logins(text: str) -> str:
    """The text with user and password of each URL removed, up to and with the `@`."""
    parts, at = [], 0
    for one in _logins(text):
        parts.append(text[at : one.start])
        at = one.end + 1
    return "".join([*parts, text[at:]])


def merged(found: Iterable[Secret]) -> tuple[Secret, ...]:
    """Secrets in order, those that overlap as one."""
    kept: list[Secret] = []
    for one in found:
        if kept and one.start < kept[-1].end:
            last = kept.pop()
            one = Secret(last.start, max(last.end, one.end), last.rule)  # noqa: PLW2901
        kept.append(one)
    return tuple(kept)


def redacted(text: str, known: Iterable[str] = ()) -> str:
    """The text with secrets by form, and the `known` values wherever they occur, hidden."""
    for value in sorted({one for one in known if len(one) >= 4}, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return hidden(text, merged(sorted(find_forms(text), key=lambda one: (one.start, one.end))))


def hidden(text: str, found: Sequence[Secret]) -> str:
    """The text with the secrets that were found in it hidden."""
    parts, at = [], 0
    for one in found:
        parts += [text[at : one.start], HIDDEN]
        at = one.end
    return "".join([*parts, text[at:]])
