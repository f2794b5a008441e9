"""The shape of a question of `scaffold init`, and of a raw answer to it."""

from collections.abc import Callable, Mapping
from typing import Literal

from scaffold.facts import HostFacts
from scaffold.project.facts import ProjectFacts
from scaffold.records import dataclass

Value = str | bool | int | tuple[str, ...]
"""A raw answer: text, a choice, yes or no, a number, or several texts."""

Values = Mapping[str, Value]

Kind = Literal["choice", "text", "list", "flag", "number"]


def as_text(value: Value) -> str:
    """An answer as it is typed: several texts are separated by commas."""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `key` names it in the answers file and, with dashes, as a flag. `default` gives the
    answer that the facts suggest. `asked` says whether the prompt still matters given the
    facts and the answers so far; what is not asked takes its default.
    """

    key: str
    kind: Kind
    prompt: str
    help: str
    default: Callable[[ProjectFacts, HostFacts, Values], Value]
    asked: Callable[[ProjectFacts, HostFacts, Values], bool]
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def flag(self) -> str:
        """The command line option, `--package-manager` for `package_manager`."""
        return "--" + self.key.replace("_", "-")
