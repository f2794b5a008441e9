"""What a check says of facts: a finding, and the steps that mend it. Steps are data."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters; unknown is never a pass."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a fix. Without `argv` it is something that only a person can do.

    `changes` is False where it only shows something, to be read by a person.
    """

    why: str
    argv: tuple[str, ...] = ()
    sudo: bool = False
    undo: tuple[str, ...] = ()
    changes: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check says, with its evidence, why it matters, its source and its fix."""

    id: str
    level: Level
    topic: str
    message: str
    evidence: str = ""
    why: str = ""
    source: str = ""
    fix: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What is always true of one kind of finding; a check adds what it saw.

    The id is `topic.name` and never changes: people search for it and scripts match on it.
    """

    id: str
    level: Level
    title: str
    why: str
    source: str
    fix: tuple[Step, ...] = ()

    @property
    def topic(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    def found(
        self, message: str, evidence: str = "", fix: tuple[Step, ...] | None = None
    ) -> Finding:
        """The finding for one host."""
        steps = self.fix if fix is None else fix
        return Finding(
            self.id, self.level, self.topic, message, evidence, self.why, self.source, steps
        )


def run(why: str, *argv: str, undo: tuple[str, ...] = ()) -> Step:
    """A step that the user's own rights suffice for."""
    return Step(why, argv, sudo=False, undo=undo)


def root(why: str, *argv: str, undo: tuple[str, ...] = ()) -> Step:
    """A step that needs root."""
    return Step(why, argv, sudo=True, undo=undo)


def see(why: str, *argv: str, sudo: bool = False) -> Step:
    """A step that shows something and mends nothing."""
    return Step(why, argv, sudo=sudo, changes=False)


def by_hand(why: str) -> Step:
    """A step that no command can take."""
    return Step(why)
