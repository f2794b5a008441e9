"""Mirrors as answers: by the short name of a public one, or an address for one kind of source."""

import re
from collections.abc import Mapping

from scaffold.answers.model import Mirrors
from scaffold.catalogue import load_catalogue
from scaffold.errors import InputError
from scaffold.nearest import did_you_mean

KINDS = tuple(Mirrors.__dataclass_fields__)


def parse_mirrors(texts: tuple[str, ...]) -> Mirrors:
    """Read `NAME`, `KIND=NAME` and `KIND=URL`; an address goes before a name, later ones first.

    Raises InputError for an unknown name or kind, a URL without http(s), or one with
    credentials, since what is written here ends up in files and images.
    """
    by_name: dict[str, str] = {}
    urls: dict[str, str] = {}
    for text in texts:
        kind, separator, url = text.partition("=")
        if not separator:
            by_name |= _all_of(text)
        elif kind not in KINDS:
            raise _unreadable(text)
        else:
            urls[kind] = public_mirrors().get(url, {}).get(kind) or _checked(kind, url)
    return Mirrors(**{**by_name, **urls})


def public_mirrors() -> dict[str, dict[str, str]]:
    """The addresses of the known public mirrors: by short name, then by kind."""
    found: dict[str, dict[str, str]] = {}
    for row in load_catalogue().mirrors:
        found.setdefault(row.id, {})[row.kind] = row.url
    return found


def _all_of(name: str) -> Mapping[str, str]:
    known = public_mirrors()
    if name.lower() in known:
        return known[name.lower()]
    raise _unreadable(name)


def _unreadable(text: str) -> InputError:
    known = public_mirrors()
    hint = did_you_mean(text, known)
    return InputError(
        f"--mirror: cannot read {text!r}",
        hint=f"{hint}a name ({', '.join(known)}), or KIND=URL with KIND one of {', '.join(KINDS)}",
    )


def _checked(kind: str, url: str) -> str:
    pattern = r"[\w.-]+(:\d+)?(/[\w./-]+)?" if kind == "registry" else r"https?://[^\s'\"\\`$]+"
    known = [name for name, urls in public_mirrors().items() if kind in urls]
    if not re.fullmatch(pattern, url) or (kind == "registry" and url in public_mirrors()):
        example = "registry.example.org/hub" if kind == "registry" else "https://example.org/path"
        names = f", or a name ({', '.join(known)})" if known else ""
        raise InputError(
            f"--mirror: {kind}: cannot read {url!r}", hint=f"write it like {example}{names}"
        )
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise InputError(
            f"--mirror: the {kind} address holds a user name or password",
            hint="credentials would end up in files and images; use a mirror without a login",
        )
    return url.rstrip("/")
