"""Known failures of Docker, package managers and others, found in their output, with fixes."""

import functools
import shlex
from collections.abc import Iterator, Mapping

from scaffold.catalogue.rows import Row
from scaffold.catalogue.tables import Tables
from scaffold.parsing.untrusted.printable import printable
from scaffold.records import dataclass

PROGRAMS: Mapping[str, str] = {
    "disk": "Disk and memory",
    "network": "Network and certificates",
    "nvidia": "NVIDIA driver and container toolkit",
    "docker": "Docker",
    "apt": "apt and other system package managers",
    "pip": "pip and builds of Python packages",
    "uv": "uv",
    "conda": "conda and mamba",
    "node": "Node.js and npm",
    "devcontainer": "Dev Containers CLI",
    "buildkit": "BuildKit and Dockerfiles",
}
"""Table of the file to its title; causes come before what they cause."""

HARMLESS = (
    "sudo: unable to resolve host",
    "perl: warning:",
    "debconf: ",
    "dpkg-preconfigure: ",
    "warning: apt does not have a stable cli",
    "npm warn",
    "npm notice",
)
"""Beginnings of lines that programs print without failing because of what they say."""

LINES = 400
"""Lines of the end of the output that are searched; a program stops soon after its error."""
LINE_LIMIT = 4000
VALUE_LIMIT = 120
TRIM = " \t'\"`.:,;)(<>\u2018\u2019\u201c\u201d"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMessage(Row):
    """A message as people paste it, patterns for it, its cause and its fix.

    In a pattern, `*` stands for any text of the line. `server_fix` is for a program that ran on
    a server itself, where that differs from an image.
    """

    program: str
    text: str
    match: tuple[str, ...]
    cause: str
    fix: str
    server_fix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailurePlace:
    """Where a program ran: the host (empty: this computer), and the commands of this run.

    `own_check` checks this computer, if it is no host of GPU containers.
    """

    host: str = ""
    docker: str = "docker"
    init: str = "scaffold init"
    up: str = "scaffold up"
    on_server: bool = False
    own_check: str = "scaffold host check local"

    def words(self) -> dict[str, str]:
        """The words that causes and fixes use."""
        name = shlex.quote(self.host)
        check = f"scaffold host check {name}" if self.host else self.own_check
        setup = f"scaffold host setup {name}" if self.host else check
        on = f"on {self.host}" if self.host else "on this computer"
        commands = {"docker": self.docker, "init": self.init, "up": self.up}
        return {"on": on, "check": check, "setup": setup, **commands}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The cause and the fix of a failure, and the line of output that shows it."""

    cause: str
    fix: str
    line: str
    known: KnownMessage


@functools.cache
def known_failures() -> tuple[KnownMessage, ...]:
    """All rows, in the order in which they are tried."""
    tables = Tables()
    return tuple(
        row
        for program in PROGRAMS
        for row in tables.rows(KnownMessage, "failures", program, program=program)
    )


def diagnose(output: str, place: FailurePlace) -> Diagnosis | None:
    """The first known failure in the output; None if there is none. Takes linear time."""
    lines = [line[:LINE_LIMIT] for line in output.splitlines()[-LINES:] if not _harmless(line)]
    # The last line first: what a program printed before may have been repaired.
    lines.reverse()
    lowered = [line.lower() for line in lines]
    for row in known_failures():
        for number, line in enumerate(lowered):
            for pattern in row.match:
                if (values := _values(pattern, line, lines[number])) is not None:
                    return _diagnosis(row, values, lines[number].strip(), place)
    return None


def _harmless(line: str) -> bool:
    return line.lstrip()[:LINE_LIMIT].lower().startswith(HARMLESS)


def _values(pattern: str, lowered: str, line: str) -> list[str] | None:
    """What the stars of a pattern stand for; None if the line does not match.

    Finding the parts one after the other takes linear time, and finds a match if there is one.
    """
    first, *parts = pattern.split("*")
    start = lowered.find(first)
    if start < 0:
        return None
    start += len(first)
    values = []
    for part in parts:
        end = lowered.find(part, start) if part else len(line)
        if end < 0:
            return None
        values.append(line[start:end])
        start = end + len(part)
    return values


def _diagnosis(row: KnownMessage, values: list[str], line: str, place: FailurePlace) -> Diagnosis:
    found = list(_cleaned(values))
    words = place.words()
    fix = (place.on_server and row.server_fix) or row.fix
    # A command with a value of foreign output must be safe to paste.
    quoted = [shlex.quote(value) for value in found]
    return Diagnosis(row.cause.format(*found, **words), fix.format(*quoted, **words), line, row)


def _cleaned(values: list[str]) -> Iterator[str]:
    for value in values:
        text = printable(value).strip(TRIM)
        yield text if len(text) <= VALUE_LIMIT else f"{text[: VALUE_LIMIT - 1]}…"
