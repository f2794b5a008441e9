"""Names while a container is replaced. All state is in them, so a killed run can be undone."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

REPOSITORY = "scaffold-recreated"
"""Where the file systems of replaced containers are kept, as images."""

COMMENT = "scaffold container recreate"
"""Stands in each image that `recreate` made. A label would go over to the container."""


FIRST = "00000000-000000"
"""In place of a date while a replacement begins: a name that only one run can have."""


class Part(StrEnum):
    """What a container with a dated name is to the one that is replaced."""

    TRIAL = "trial"
    NEXT = "next"
    BEFORE = "before"


_DATED = re.compile(r"(?P<name>.+)-(?P<part>trial|next|before)-(?P<stamp>\d{8}-\d{6})")


@dataclass(frozen=True, slots=True)
class Dated:
    """A dated name, taken apart."""

    name: str
    part: Part
    stamp: str

    def __str__(self) -> str:
        return f"{self.name}-{self.part}-{self.stamp}"


def stamp(now: datetime) -> str:
    """The date in a name, in UTC like the engine's own times."""
    return now.strftime("%Y%m%d-%H%M%S")


def dated(text: str) -> Dated | None:
    """Take a dated name apart; None for every other name."""
    match = _DATED.fullmatch(text)
    return Dated(match["name"], Part(match["part"]), match["stamp"]) if match else None


def image_reference(name: str, when: str) -> tuple[str, str]:
    """Repository and tag for a container's file system; repositories are lower case."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "container"
    return f"{REPOSITORY}/{plain}", when
