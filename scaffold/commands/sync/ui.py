"""Progress and consent during a sync."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from scaffold.records import dataclass

ProgressCallback = Callable[[int], None]
"""Called with the number of bytes transferred so far."""


class SyncUi(Protocol):
    """Shows progress and asks for consent: a terminal, a script, a test."""

    def progress(self, text: str, total: int) -> AbstractContextManager[ProgressCallback]:
        """Show a running operation; `total` is in bytes, 0 if unknown."""

    def confirm(self, question: str, paths: Sequence[str]) -> bool:
        """Show the paths and return whether the user agrees.

        Raises InputError if there is no one to ask.
        """


@dataclass(frozen=True, slots=True)
class SilentSyncUi:
    """For scripts: shows nothing and gives one answer to every question."""

    agreed: bool = False

    @contextmanager
    def progress(self, text: str, total: int) -> Iterator[ProgressCallback]:
        """Show nothing."""
        yield lambda _bytes: None

    def confirm(self, question: str, paths: Sequence[str]) -> bool:
        """Return `agreed`."""
        return self.agreed
