"""What every source module is given, and the helpers that several of them need."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.catalogue.listing import PYTHONS, File, Index
from tools.catalogue.requirements import pin_of
from tools.catalogue.source import Source, SourceError

T = TypeVar("T")
R = TypeVar("R")
READERS = 4


@dataclass(frozen=True, slots=True)
class Context:
    """The connection, the package index, the day, and whether to read known wheels again."""

    source: Source
    index: Index
    today: str
    fresh: bool = False
    places: Mapping[str, str] = field(default_factory=dict)
    say: Callable[[str], None] = print

    def text(self, key: str, url: str, size: int) -> str:
        """What a source says; `places` may name another URL or a file for it."""
        place = self.places.get(key, url)
        if "://" in place:
            return self.source.get(place, size=size).decode("utf-8", "replace")
        return Path(place).read_text(encoding="utf-8", errors="replace")


def today() -> str:
    """The day of this run in UTC."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def in_parallel(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """The results in the order of the items; the first fault ends it."""
    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(work, items))


def chosen(files: Sequence[File], arch: str) -> File | None:
    """The wheel to read for an architecture: that of the newest Python."""
    usable = [file for file in files if file.wheel and arch in file.archs and file.pythons]
    return max(
        usable, key=lambda file: (PYTHONS.index(file.pythons[-1]), file.filename), default=None
    )


def pythons_of_all(
    context: Context, files: Sequence[File], arch: str, requirements: Iterable[Requirement]
) -> list[str]:
    """The Pythons for which the release and what it asks for have files.

    Only exact pins and NVIDIA's libraries are looked up: other ranges differ between Pythons,
    which the markers that were taken off said. What the index does not list leaves none.
    """
    found = {python for file in files if arch in file.archs for python in file.pythons}
    for requirement in requirements:
        pin = pin_of(requirement)
        if pin and found:
            found &= set(_pythons_of_pin(context, requirement.name, pin, arch))
        elif found and requirement.name.startswith("nvidia-"):
            found &= set(_pythons_of_range(context, requirement, arch))
    return [python for python in PYTHONS if python in found]


def _pythons_of_pin(context: Context, name: str, pin: str, arch: str) -> tuple[str, ...]:
    return (context.index.pythons(name, pin, arch) or ()) if _files(context, name) else ()


def _pythons_of_range(context: Context, requirement: Requirement, arch: str) -> set[str]:
    """The Pythons of every release that a range admits."""
    return {
        python
        for file in _files(context, requirement.name)
        if arch in file.archs and requirement.specifier.contains(file.version)
        for python in file.pythons
    }


def _files(context: Context, name: str) -> tuple[File, ...]:
    """The files of a project, none where the index has no such project."""
    try:
        return context.index.files(name)
    except SourceError as error:
        if "status 404" in str(error):
            return ()
        raise


def texts(requirements: Iterable[Requirement]) -> list[str]:
    """Requirements as they are written into a row."""
    return sorted(
        f"{canonicalize_name(item.name)}"
        f"{'[' + ','.join(sorted(item.extras)) + ']' if item.extras else ''}{item.specifier}"
        for item in requirements
    )


def cudnn_of(requirements: Iterable[Requirement]) -> str:
    """The specifier of the cuDNN that a package requires."""
    for requirement in requirements:
        if canonicalize_name(requirement.name).startswith("nvidia-cudnn-cu"):
            return str(requirement.specifier)
    return ""
