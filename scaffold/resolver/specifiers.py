"""Questions to PEP 440 specifier sets, answered once for each pair of texts."""

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from packaging.version import Version

from scaffold.versions import parse_version, plain_bounds, within

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

DIGITS = frozenset(".0123456789")


@functools.lru_cache(8192)
def version(text: str) -> Version:
    """A parsed version."""
    return Version(text)


@functools.lru_cache(4096)
def specifiers(text: str) -> "SpecifierSet":
    """A parsed specifier set; conda and others write `*` for any."""
    # Imported here, since most decisions meet plain bounds only.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet("" if text.strip() == "*" else text)
    except InvalidSpecifier:
        return SpecifierSet()


@functools.lru_cache(65536)
def admits(spec: str, release: str) -> bool:
    """Whether a specifier set admits a release, pre-releases included if it is one."""
    if not spec:
        return True
    if spec.startswith("==") and spec[2:] == release:
        return True
    public = release.partition("+")[0]
    bounds = plain_bounds(spec) if DIGITS.issuperset(public) else None
    if bounds is not None:
        # Bounds without a local part hold for every build of a release alike.
        return within(parse_version(public), bounds)
    return specifiers(spec).contains(version(release), prereleases=True)


@functools.lru_cache(4096)
def requirement(text: str) -> tuple[str, str] | None:
    """Normalised name and specifiers of a PEP 508 requirement, None if they bind nothing."""
    # Imported here, since most decisions read no requirement.
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        parsed = Requirement(text)
    except InvalidRequirement:
        return None
    return None if parsed.url else (canonicalize_name(parsed.name), str(parsed.specifier))


def by_name(texts: Iterable[str]) -> dict[str, str]:
    """Specifiers of requirements by normalised name, those of one name joined."""
    found: dict[str, str] = {}
    for text in texts:
        if parsed := requirement(text):
            name, spec = parsed
            found[name] = ",".join(filter(None, (found.get(name, ""), spec)))
    return found


@functools.lru_cache(4096)
def overlap(one: str, other: str) -> bool:
    """Whether some release satisfies both specifier sets.

    The least release that a set of lower bounds, pins and exclusions admits is one that a
    bound names, or next to it.
    """
    both = ",".join(filter(None, (one, other)))
    return any(admits(both, release) for release in _named(both))


def _named(spec: str) -> list[str]:
    versions = [part.version.removesuffix(".*") for part in specifiers(spec)]
    # `> 9.1` and `!= 9.1` admit what comes next.
    return ["0", *versions, *(f"{release}.1" for release in versions if "+" not in release)]


@functools.lru_cache(1024)
def lowest(spec: str) -> Version | None:
    """The lower bound that a specifier set names, its pin included; None without one."""
    bounds = [
        version(text.removesuffix(".*"))
        for operator, text in _clauses(spec)
        if operator in {">=", ">", "==", "~=", "==="}
    ]
    return max(bounds, default=None)


@functools.lru_cache(4096)
def pinned(spec: str) -> str:
    """The exact release that a specifier set asks for, without its local part; empty for none."""
    for operator, text in _clauses(spec):
        if operator in {"==", "==="} and not text.endswith(".*"):
            return text.partition("+")[0]
    return ""


def _clauses(spec: str) -> Iterable[tuple[str, str]]:
    """Operators and versions of a specifier set."""
    plain = plain_bounds(spec)
    if plain is None:
        return [(part.operator, part.version) for part in specifiers(spec)]
    return plain


@functools.lru_cache(4096)
def some_patch(spec: str, minor: str) -> bool:
    """Whether a specifier set admits some patch release of a Python `3.12`."""
    return not spec or any(admits(spec, f"{minor}.{patch}") for patch in range(40))
