"""The answers that were tried, as they are kept beside this file."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

RECORD = Path(__file__).with_name("installable.json")
RESOLVES = "resolves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The resolver's answer for one build, and what the installer says of it.

    `outcome` is `resolves`, `not tried` with its reason, or the installer's complaint.
    """

    framework: str
    release: str
    variant: str
    arch: str
    python: str = ""
    requirements: tuple[str, ...] = ()
    index: str = ""
    outcome: str = ""

    @property
    def question(self) -> tuple[object, ...]:
        """All that decides what the installer says."""
        return (self.framework, self.variant, self.arch, self.python, self.requirements, self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one run found, with the installer's version and the day."""

    uv: str
    recorded: str
    answers: tuple[Answer, ...]


def load(path: Path = RECORD) -> Record:
    """The stored record, empty where none was made."""
    if not path.exists():
        return Record(uv="", recorded="", answers=())
    stored = json.loads(path.read_text(encoding="utf-8"))
    answers = (
        Answer(**{**row, "requirements": tuple(row["requirements"])}) for row in stored["answers"]
    )
    return Record(uv=stored["uv"], recorded=stored["recorded"], answers=tuple(answers))


def tried(answers: Iterable[Answer]) -> dict[tuple[object, ...], str]:
    """What resolved by question; a complaint may be a broken connection, so it is asked again."""
    return {row.question: row.outcome for row in answers if row.outcome == RESOLVES}


def save(record: Record, path: Path = RECORD) -> None:
    """Write a record as a whole, one answer a line."""
    text = json.dumps(asdict(record), ensure_ascii=False)
    beside = path.with_suffix(".new")
    beside.write_text(text.replace('{"framework"', '\n{"framework"') + "\n", encoding="utf-8")
    beside.replace(path)
