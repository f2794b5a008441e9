"""What `host setup` reports while it works, and what it asks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol

from scaffold.adapters.ssh.asking import Asking
from scaffold.records import dataclass


class StepState(StrEnum):
    """How a step ended; `would` in a dry run, `left` without consent or without root."""

    HOLDS = "holds"
    DONE = "done"
    WOULD = "would"
    LEFT = "left"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """One step, or one fix (`fix toolkit.missing`)."""

    step: str
    state: StepState
    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedChange:
    """Something that is about to be changed; `own_choice` if a general yes is not enough."""

    id: str
    text: str
    details: tuple[str, ...] = ()
    own_choice: bool = False
    is_fix: bool = False


class HostAttendant(Protocol):
    """Who receives reports and answers questions: the terminal, a script, a test."""

    asking: Asking

    def report(self, outcome: StepOutcome) -> None:
        """Take note of a step's end."""

    def agree(self, change: ProposedChange) -> bool:
        """Whether a change may be made."""

    def working(self, text: str) -> AbstractContextManager[Callable[[float], None]]:
        """Show that something takes a while; the function takes the finished share, 0 to 1."""


class KeptOutcomes:
    """Passes everything on to another attendant and keeps the outcomes."""

    def __init__(self, attendant: HostAttendant) -> None:
        self._attendant = attendant
        self.asking = attendant.asking
        self.outcomes: list[StepOutcome] = []

    def report(self, outcome: StepOutcome) -> None:
        """Keep an outcome, and pass it on."""
        self.outcomes.append(outcome)
        self._attendant.report(outcome)

    def agree(self, change: ProposedChange) -> bool:
        """What the other one answers."""
        return self._attendant.agree(change)

    def working(self, text: str) -> AbstractContextManager[Callable[[float], None]]:
        """What the other one shows."""
        return self._attendant.working(text)
