"""What `host setup` says while it works, and what it asks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from scaffold.adapters.ssh.asking import Asking


class State(StrEnum):
    """How a step ended; `would` where nothing is to be changed, `left` where nobody agreed."""

    HOLDS = "holds"
    DONE = "done"
    WOULD = "would"
    LEFT = "left"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One step, or one fix within it (`fix toolkit.missing`)."""

    step: str
    state: State
    text: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is to be changed; `own_choice` where a general yes is not enough."""

    id: str
    text: str
    details: tuple[str, ...] = ()
    own_choice: bool = False
    is_fix: bool = False


class Attendant(Protocol):
    """Who is told and asked: the terminal, a script, a test."""

    asking: Asking

    def report(self, outcome: Outcome) -> None:
        """Take note of a step's end."""

    def agree(self, change: Change) -> bool:
        """Whether a change may be made."""

    def working(self, text: str) -> AbstractContextManager[Callable[[float], None]]:
        """Something that takes a while is under way; it may tell which share is done, 0 to 1."""
