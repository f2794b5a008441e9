"""Who owns a target: a small file in it names the computer and folder that sync to it."""

import json
from dataclasses import asdict

from scaffold.parsing.untrusted.documents import read_json
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """The owner of a target: `id` is random and saved by that computer for that folder."""

    id: str
    who: str
    folder: str
    since: str

    def to_line(self) -> str:
        """The claim file as one line."""
        return json.dumps(asdict(self), ensure_ascii=True)

    def __str__(self) -> str:
        return f"{self.who}, from {self.folder}, since {self.since}"


def read_holder(line: str) -> Holder | None:
    """The owner that a claim file names; an unknown one if the file cannot be read."""
    if not line.strip():
        return None
    try:
        found = read_json(line)
        return Holder(**{key: str(found[key]) for key in ("id", "who", "folder", "since")})
    except (ValueError, TypeError, KeyError):
        return Holder("", "someone", "an unknown folder", "an unknown time")
