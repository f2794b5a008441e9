"""What an index lists of a project: the files of each release, their Pythons and platforms."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from tools.catalogue.source import Source, SourceError

PYTHONS = ("3.6", "3.7", "3.8", "3.9", *(f"3.{minor}" for minor in range(10, 17)))
ARCHITECTURES = ("x86_64", "aarch64")
SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
FILES_AT_MOST = 10_000
"""The longest listing known has 1,800 files (2026-11)."""


@dataclass(frozen=True, slots=True)
class File:
    """A wheel or a source archive. `pythons` and `archs` are empty for another system."""

    filename: str
    url: str
    sha256: str
    size: int
    version: Version
    wheel: bool
    pythons: tuple[str, ...]
    archs: tuple[str, ...]
    yanked: bool = False

    @property
    def public(self) -> str:
        return self.version.public


def read_json(body: bytes, project: str) -> tuple[File, ...]:
    """The files of a listing in the JSON form of PEP 691."""
    try:
        data = json.loads(body)
        entries = data["files"]
        if canonicalize_name(data["name"]) != canonicalize_name(project):
            raise SourceError(f"{project}: the listing is that of {data['name']!r}")
        if not isinstance(entries, list) or len(entries) > FILES_AT_MOST:
            raise SourceError(f"{project}: not a list of at most {FILES_AT_MOST} files")
        found = [_json_file(entry, project) for entry in entries]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{project}: not a listing ({type(error).__name__})") from error
    return tuple(file for file in found if file)


def _json_file(entry: dict[str, object], project: str) -> File | None:
    name, url, size = entry["filename"], entry["url"], entry.get("size", 0)
    hashes, requires = entry["hashes"], entry.get("requires-python")
    if not (isinstance(name, str) and isinstance(url, str) and isinstance(size, int)):
        raise TypeError
    if not isinstance(hashes, dict) or not isinstance(requires, str | None):
        raise TypeError
    file = make_file(project, name, url, str(hashes.get("sha256", "")), size, requires or "")
    return replace(file, yanked=True) if file and entry.get("yanked") else file


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "a" and "href" in values:
            self.found.append(values)


def read_html(body: bytes, project: str, base: str) -> tuple[File, ...]:
    """The files of a listing in HTML (PEP 503), as variant indexes give it; sizes unknown."""
    parser = _Links()
    parser.feed(body.decode("utf-8", "replace"))
    if len(parser.found) > FILES_AT_MOST:
        raise SourceError(f"{project}: more than {FILES_AT_MOST} files")
    found = []
    for link in parser.found:
        if "data-yanked" in link:
            continue
        url, _, fragment = urljoin(base, link["href"]).partition("#")
        digest = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else ""
        name = unquote(url.rpartition("/")[2])
        found.append(make_file(project, name, url, digest, 0, link.get("data-requires-python", "")))
    return tuple(file for file in found if file)


def make_file(
    project: str, filename: str, url: str, digest: str, size: int, requires: str
) -> File | None:
    """A file of the project, None for another kind of file or a name that says nothing."""
    try:
        if filename.endswith(".whl"):
            name, version, _, tags = parse_wheel_filename(filename)
        elif filename.endswith((".tar.gz", ".zip")):
            (name, version), tags = parse_sdist_filename(filename), frozenset()
        else:
            return None
        allowed = SpecifierSet(requires)
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion, InvalidSpecifier):
        return None
    if name != canonicalize_name(project):
        return None
    wheel = bool(tags)
    pythons = _pythons(tags) if wheel else PYTHONS
    kept = tuple(python for python in pythons if allowed.contains(f"{python}.99"))
    archs = _architectures(tags) if wheel else ARCHITECTURES
    return File(filename, url, digest, size, version, wheel, kept, archs)


def _pythons(tags: Iterable[Tag]) -> tuple[str, ...]:
    found = {python for tag in tags for python in _of_tag(tag)}
    return tuple(python for python in PYTHONS if python in found)


def _of_tag(tag: Tag) -> Iterator[str]:
    if tag.interpreter in {"py3", "py2.py3"}:
        yield from PYTHONS
    match = re.fullmatch(r"(cp|py)3(\d+)", tag.interpreter)
    if not match or tag.abi.endswith("t"):
        return
    if tag.abi in {"abi3", "none"} and match[1] == "cp" and tag.abi == "abi3":
        yield from PYTHONS[PYTHONS.index(f"3.{match[2]}") :] if f"3.{match[2]}" in PYTHONS else ()
    else:
        yield f"3.{match[2]}"


def _architectures(tags: Iterable[Tag]) -> tuple[str, ...]:
    found: set[str] = set()
    for tag in tags:
        if tag.platform == "any":
            found.update(ARCHITECTURES)
        elif match := re.fullmatch(r"(?:many)?linux\w*?_(x86_64|aarch64)", tag.platform):
            found.add(match[1])
    return tuple(arch for arch in ARCHITECTURES if arch in found)


class Index:
    """A package index whose listings are fetched once."""

    def __init__(self, source: Source, base: str) -> None:
        self.source, self.base = source, base.rstrip("/")
        self._seen: dict[str, tuple[File, ...]] = {}

    def files(self, project: str) -> tuple[File, ...]:
        """Every file of a project, yanked ones too.

        Raises SourceError where the index does not answer or has no such project.
        """
        name = canonicalize_name(project)
        if name not in self._seen:
            body = self.source.get(f"{self.base}/simple/{name}/", accept=SIMPLE_JSON)
            self._seen[name] = read_json(body, name)
        return self._seen[name]

    def releases(self, project: str, *, yanked: bool = False) -> dict[str, list[File]]:
        """The files of each final release, the oldest first; `yanked` adds withdrawn files."""
        found: dict[Version, list[File]] = {}
        for file in self.files(project):
            if not file.version.is_prerelease and (yanked or not file.yanked):
                found.setdefault(file.version, []).append(file)
        return {str(version): found[version] for version in sorted(found)}

    def pythons(self, project: str, version: str, arch: str) -> tuple[str, ...] | None:
        """The Pythons that an exact release installs on; None where it is not listed at all."""
        wanted = Version(version)
        listed = (file for file in self.files(project) if not file.yanked)
        files = [file for file in listed if file.version == wanted]
        usable = [file for file in files if arch in file.archs]
        if not files:
            return None
        found = {python for file in usable for python in file.pythons}
        return tuple(python for python in PYTHONS if python in found)
