"""Decisions with their evidence, and facts that need no decision."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from scaffold.project.facts import Evidence
from scaffold.project.sources import Subject
from scaffold.project.syntax.text import one_line, without_credentials
from scaffold.project.view import View
from scaffold.records import dataclass

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class EvidencedValue(Generic[T_co]):
    """A value and the observations behind it, the followed ones first."""

    value: T_co
    evidence: tuple[Evidence, ...] = ()


class Evident(Protocol):
    """Anything with evidence."""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The observations."""


def cleaned(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Printable, each once."""
    shown = (replace(one, where=one_line(one.where), text=one_line(one.text)) for one in evidence)
    return tuple(dict.fromkeys(shown))


def ways(view: View) -> EvidencedValue[None]:
    """The install method that is followed, and those that are not."""
    if view.path.way is None:
        return EvidencedValue(None)
    followed = view.path.way
    evidence = [Evidence("package manager", followed.starts[0], followed.reason)]
    evidence += [
        Evidence("package manager", way.starts[0], f"{way.reason}: {way.manager}", used=False)
        for way in view.path.others
        if way.manager != followed.manager or way.starts[0] not in view.path.paths
    ]
    return EvidencedValue(None, tuple(evidence))


DEFAULT_INDEXES = ("https://pypi.org/simple", "https://pypi.python.org/simple")


def indexes(view: View) -> EvidencedValue[tuple[str, ...]]:
    """Package indexes of the install path; credentials are left out."""
    urls: list[str] = []
    evidence = []
    for topic in (Subject.INDEX, Subject.LINKS, Subject.CHANNEL):
        for source, note in view.notes(topic):
            used = view.on_path(source.path)
            evidence.append(Evidence(topic.value, note.where, note.text, used))
            if used and topic is Subject.INDEX:
                urls.append(without_credentials(note.value))
    others = [url for url in urls if url.rstrip("/") not in DEFAULT_INDEXES]
    return EvidencedValue(tuple(dict.fromkeys(others)), tuple(evidence))


def install_files(view: View) -> tuple[str, ...]:
    """Files that must exist before the dependencies can be installed without the source.

    setup.py and setup.cfg are left out: they run or describe the source itself.
    """
    way = view.path.way
    if way is None:
        return ()
    found = [path for path in view.path.paths if not path.endswith(("setup.py", "setup.cfg"))]
    # Lock files come first in authority; a reader expects the manifest in front.
    return tuple(sorted(found, key=lambda path: path.endswith(".lock")))
