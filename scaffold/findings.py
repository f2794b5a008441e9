"""What a check reports: findings, and the steps that fix them. Steps are data."""

from enum import StrEnum

from scaffold.records import dataclass


class Level(StrEnum):
    """How much a finding matters; unknown is never a pass."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"
    UNKNOWN = "unknown"


class Consent(StrEnum):
    """Who may decide that a fix runs.

    `BY_HAND`: a person runs it, never this program. `ROUTINE`: `--yes` covers the fix; each of
    its steps can be undone and deletes nothing. `OWN_CHOICE`: the user agrees to this fix alone.
    """

    BY_HAND = "by-hand"
    ROUTINE = "routine"
    OWN_CHOICE = "own-choice"


class Interrupts(StrEnum):
    """What a step stops while it runs."""

    NOTHING = "nothing"
    CONTAINERS = "containers"
    GPU_PROGRAMS = "gpu-programs"
    MACHINE = "machine"
    LOGIN = "login"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One action of a fix. Without `argv` only a person can take it.

    `changes` is False for a step that only shows something. `interrupts` names what stops;
    `LOGIN` marks a step that takes effect at the next login.
    """

    why: str
    argv: tuple[str, ...] = ()
    sudo: bool = False
    undo: tuple[str, ...] = ()
    changes: bool = True
    interrupts: Interrupts = Interrupts.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result of a check: evidence, why it matters, source and fix."""

    id: str
    level: Level
    topic: str
    message: str
    evidence: str = ""
    why: str = ""
    source: str = ""
    fix: tuple[Step, ...] = ()
    consent: Consent = Consent.BY_HAND

    @property
    def interrupts(self) -> frozenset[Interrupts]:
        """Everything that the fix stops while it runs."""
        stopped = {step.interrupts for step in self.fix if step.argv and step.changes}
        return frozenset(stopped - {Interrupts.NOTHING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What all findings of one kind have in common; a check adds what it saw.

    The id is `topic.name` and never changes: people search for it and scripts match on it.
    `symptom` is the error text that people see and paste, where there is one.
    """

    id: str
    level: Level
    title: str
    why: str
    source: str
    fix: tuple[Step, ...] = ()
    consent: Consent = Consent.BY_HAND
    symptom: str = ""

    @property
    def topic(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]

    def found(
        self,
        message: str,
        evidence: str = "",
        fix: tuple[Step, ...] | None = None,
        *,
        level: Level | None = None,
    ) -> Finding:
        """The finding for one host; `level` where this host makes it weigh less."""
        return Finding(
            id=self.id,
            level=level or self.level,
            topic=self.topic,
            message=message,
            evidence=evidence,
            why=self.why,
            source=self.source,
            fix=self.fix if fix is None else fix,
            consent=self.consent,
        )


def run(
    why: str,
    *argv: str,
    undo: tuple[str, ...] = (),
    interrupts: Interrupts = Interrupts.NOTHING,
) -> Step:
    """A step that needs no root."""
    return Step(why=why, argv=argv, sudo=False, undo=undo, interrupts=interrupts)


def root(
    why: str,
    *argv: str,
    undo: tuple[str, ...] = (),
    interrupts: Interrupts = Interrupts.NOTHING,
) -> Step:
    """A step that needs root."""
    return Step(why=why, argv=argv, sudo=True, undo=undo, interrupts=interrupts)


def see(why: str, *argv: str, sudo: bool = False) -> Step:
    """A step that shows something and changes nothing."""
    return Step(why=why, argv=argv, sudo=sudo, changes=False)


def by_hand(why: str) -> Step:
    """A step that no command can take."""
    return Step(why=why)
