"""Names of containers during a recreate. They hold all state, so a killed run can be undone."""

import re
from datetime import datetime
from enum import StrEnum

from scaffold.records import dataclass

REPOSITORY = "scaffold-recreated"
"""Repository of the images that keep the file systems of recreated containers."""

COMMENT = "scaffold container recreate"
"""The comment of each image that `recreate` made. A label would be inherited."""


FIRST = "00000000-000000"
"""Used instead of a date when a recreate starts: only one run can have this name."""


class RecreateRole(StrEnum):
    """The role of a container with a dated name."""

    TRIAL = "trial"
    NEXT = "next"
    BEFORE = "before"


_DATED = re.compile(r"(?P<name>.+)-(?P<part>trial|next|before)-(?P<stamp>\d{8}-\d{6})")


@dataclass(frozen=True, slots=True)
class DatedName:
    """The parts of a dated name."""

    name: str
    part: RecreateRole
    stamp: str

    def __str__(self) -> str:
        return f"{self.name}-{self.part}-{self.stamp}"


def stamp(now: datetime) -> str:
    """The date in a name, in UTC."""
    return now.strftime("%Y%m%d-%H%M%S")


def parse_dated_name(text: str) -> DatedName | None:
    """Parse a dated name; None for any other name."""
    match = _DATED.fullmatch(text)
    return DatedName(match["name"], RecreateRole(match["part"]), match["stamp"]) if match else None


def image_reference(name: str, when: str) -> tuple[str, str]:
    """Repository and tag of the image for a container's file system."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "container"
    return f"{REPOSITORY}/{plain}", when
