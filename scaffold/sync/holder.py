"""Whose a place is: a small file in it says which folder of which laptop writes there."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """Who sends to a place: `id` is random and kept by that laptop for that folder."""

    id: str
    who: str
    folder: str
    since: str

    def to_line(self) -> str:
        """The claim file, in one line."""
        return json.dumps(asdict(self), ensure_ascii=True)

    def __str__(self) -> str:
        return f"{self.who}, from {self.folder}, since {self.since}"


def read_holder(line: str) -> Holder | None:
    """The holder that a claim file names; one that nobody can read is held by nobody known."""
    if not line.strip():
        return None
    try:
        found = json.loads(line)
        return Holder(**{key: str(found[key]) for key in ("id", "who", "folder", "since")})
    except (ValueError, TypeError, KeyError):
        return Holder("", "somebody", "an unknown folder", "an unknown time")
