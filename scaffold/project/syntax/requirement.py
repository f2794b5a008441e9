"""One dependency line, as PEP 508 and pip's requirements files write it."""

import re

from scaffold.project.sources import Requirement
from scaffold.project.syntax.specifiers import pep440

_NAMED = re.compile(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)", re.DOTALL | re.ASCII
)
_WHEEL = re.compile(r"([A-Za-z0-9._]+)-([A-Za-z0-9._!+]+)(?:-[A-Za-z0-9_.]+){3,4}\.whl")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_URL = re.compile(r"(?:[a-z]+\+)?(?:https?|git|ssh|file|hg|svn)(?::|\+)", re.IGNORECASE)


MAX_SHOWN = 200


def normal_name(name: str) -> str:
    """A distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).strip("-").lower()


def parse_requirement(text: str, where: str, group: str = "") -> Requirement | None:
    """Read `torch[opt]>=2.8; sys_platform == 'linux'`, `name @ URL` or a bare URL.

    None if the text names no package (a local path, an option). Raises ValueError if
    the version part cannot be read.
    """
    line, _, marker = _split_marker(text.strip())
    if _URL.match(line):
        return _from_url(line, marker, where, text, group)
    match = _NAMED.fullmatch(line)
    if match is None or "/" in line.partition("@")[0]:
        return None
    name, extras, rest = normal_name(match[1]), _extras(match[2]), match[3].strip()
    if rest.startswith("@"):
        found = _from_url(rest[1:].strip(), marker, where, text, group)
        spec, local = (found.spec, found.local) if found else ("", "")
        url = rest[1:].strip()
        return Requirement(
            name=name,
            spec=spec,
            extras=extras,
            where=where,
            text=text,
            group=group,
            marker=marker,
            local=local,
            url=url,
        )
    version = pep440(rest)
    if version is None:
        raise ValueError(f"{name} has no valid version specifier: {rest[:MAX_SHOWN]}")
    return Requirement(
        name=name,
        spec=version[0],
        extras=extras,
        where=where,
        text=text,
        group=group,
        marker=marker,
        local=version[1],
    )


def _split_marker(text: str) -> tuple[str, str, str]:
    # In a URL a semicolon counts only behind a space (PEP 508).
    line, separator, marker = text.partition(" ;" if "://" in text else ";")
    return line.strip(), separator, marker.strip()


def _extras(text: str | None) -> tuple[str, ...]:
    return tuple(normal_name(part) for part in (text or "").split(",") if part.strip())


def _from_url(url: str, marker: str, where: str, text: str, group: str) -> Requirement | None:
    """A package by URL: from a wheel's file name, `#egg=`, or the name of the repository."""
    # Wheels with a local version have their plus escaped: `torch-2.3.0%2Bcu121-…`.
    path = re.sub("%2[Bb]", "+", re.split(r"[#?]", url)[0].rstrip("/"))
    last = path.rpartition("/")[2]
    if wheel := _WHEEL.fullmatch(last):
        spec, local = pep440(f"=={wheel[2]}") or ("", "")
        name = normal_name(wheel[1])
        return Requirement(
            name=name,
            spec=spec,
            extras=(),
            where=where,
            text=text,
            group=group,
            marker=marker,
            local=local,
            url=url,
        )
    egg = _EGG.search(url)
    name = normal_name(egg[1] if egg else re.split(r"\.git|@", last)[0])
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        return None
    return Requirement(
        name=name,
        spec="",
        extras=(),
        where=where,
        text=text,
        group=group,
        marker=marker,
        local="",
        url=url,
    )
