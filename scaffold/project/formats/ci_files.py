"""CI workflows and lists of system packages: weak evidence that is read by lines."""

import re
from collections.abc import Iterable, Iterator

from scaffold.project.readme.commands import read_commands
from scaffold.project.sources import Command, Note, Source, Subject
from scaffold.project.syntax.text import place

_PYTHONS = re.compile(
    r"python(?:-version|_version)?s?[\"']?\s{0,4}:[ \t]{0,9}"
    r"(\[[^\]]{0,400}\]|[\"']?3\.\d{1,2}|(?:\s{1,40}-\s{0,4}[\"']?3\.\d{1,2}[\"']?){1,20})"
)
_ASIDE = re.compile(
    r"lint|format|style|flake8|black|ruff|mypy|typ(?:ing|e-?check)|pre-?commit|publish|release"
    r"|deploy|pypi|docs?(?:$|[_-])|documentation|pages|stale|spell"
)
"""Workflows that say which Python a tool runs on, not which one the project was tried with."""

_MINOR = re.compile(r"\b3\.(\d{1,2})\b")
_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+", re.ASCII)


def read_workflow(path: str, text: str) -> Source:
    """The Pythons that are tested, and what apt installs."""
    notes = []
    name = path.rpartition("/")[2].rpartition(".")[0].lower()
    aside = _ASIDE.search(name) and "test" not in name
    for match in () if aside else _PYTHONS.finditer(text):
        minors = [int(minor) for minor in _MINOR.findall(match[1])]
        where = place(path, text.count("\n", 0, match.start()) + 1)
        if minors:
            notes.append(Note(Subject.TESTED, str(max(minors)), where, match[0][:100]))
    return Source(path=path, notes=(*notes[:5], *system_notes(read_commands(path, text))))


def read_apt_list(path: str, text: str) -> Source:
    """packages.txt (Streamlit) and apt.txt (Binder): one Debian package a line."""
    notes = [
        Note(Subject.SYSTEM, name, place(path, number), name)
        for number, raw in enumerate(text.split("\n"), start=1)
        for name in raw.partition("#")[0].split()
        if _NAME.fullmatch(name)
    ]
    # A file of that name that holds sentences is no list of packages.
    return Source(path=path, notes=tuple(notes) if len(notes) <= 200 else ())


def system_notes(commands: Iterable[Command]) -> Iterator[Note]:
    """One note for each system package that commands install."""
    for command in commands:
        for name in command.system:
            yield Note(Subject.SYSTEM, name, command.where, command.text)
