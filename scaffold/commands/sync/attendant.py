"""What a sync says while it works, and what it asks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

Moved = Callable[[int], None]
"""Told how many bytes of the whole have travelled by now."""


class Attendant(Protocol):
    """Who is told and asked: the terminal, a script, a test."""

    def working(self, text: str, total: int) -> AbstractContextManager[Moved]:
        """Something that takes a while is under way; `total` is in bytes, 0 where unknown."""

    def agree(self, question: str, paths: Sequence[str]) -> bool:
        """Whether what the question says may be done to these paths, which are shown.

        Raises InputError where there is nobody to ask.
        """


@dataclass(frozen=True, slots=True)
class Unattended:
    """An attendant for scripts, which shows nothing and gives one answer to all questions."""

    agreed: bool = False

    @contextmanager
    def working(self, text: str, total: int) -> Iterator[Moved]:
        """Nothing is shown."""
        yield lambda _bytes: None

    def agree(self, question: str, paths: Sequence[str]) -> bool:
        """What `agreed` says."""
        return self.agreed
