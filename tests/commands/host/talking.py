"""An attendant for tests: it keeps what it is told, and answers alike."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from scaffold.commands.host.attendant import ProposedChange, StepOutcome
from scaffold.hosts import SILENT


class Talking:
    """`agrees` to everything or to nothing; `secret` is what it types."""

    def __init__(self, *, agrees: bool = True, secret: str | None = None) -> None:
        self.asking = replace(SILENT, secret=self._type)
        self.outcomes: list[StepOutcome] = []
        self.asked: list[ProposedChange] = []
        self.prompts: list[str] = []
        self._agrees, self._secret = agrees, secret

    def _type(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        return self._secret

    def report(self, outcome: StepOutcome) -> None:
        self.outcomes.append(outcome)

    def agree(self, change: ProposedChange) -> bool:
        self.asked.append(change)
        return self._agrees

    def working(self, text: str) -> AbstractContextManager[Callable[[float], None]]:
        return nullcontext(lambda _share: None)
