"""How `scaffold host setup` reports and asks at the terminal."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scaffold.commands.host.attendant import ProposedChange, StepOutcome

MARKS = {
    "holds": ("✓", "green"),
    "done": ("✓", "green"),
    "would": ("→", "cyan"),
    "left": ("!", "yellow"),
    "failed": ("✗", "red"),
}


class HostTerminal:
    """Reports on standard output and asks at the terminal."""

    def __init__(
        self, *, yes: bool, only: tuple[str, ...], host_key: str | None, quiet: bool
    ) -> None:
        from scaffold.cli.asking import make_asking
        from scaffold.cli.terminal import terminal_present

        self.asking = make_asking(host_key)
        self.present = terminal_present()
        self._yes, self._only, self._quiet = yes, only, quiet
        self._done: list[StepOutcome] = []

    @contextmanager
    def truthful(self, destination: str, name: str) -> Iterator[None]:
        """If the steps end early, by an error or a signal, list what was changed until then."""
        try:
            yield
        except BaseException:
            from scaffold.cli.terminal import say

            for line in _what_was_done(self._done, destination, name):
                say(line, err=True)
            raise

    def report(self, outcome: "StepOutcome") -> None:
        """Print a line for a step, and its details below."""
        if outcome.state.value == "done":
            self._done.append(outcome)
        if self._quiet:
            return
        from scaffold.cli.report import console, printable

        mark, colour = MARKS[outcome.state.value]
        console().print(f"{mark} {outcome.step:<9} ", style=colour, end="")
        console().print(printable(outcome.text))
        for line in outcome.details:
            console().print(f"    {printable(line)}", style="dim")

    def agree(self, change: "ProposedChange") -> bool:
        """`--only` decides on fixes, `--yes` on everything that is no choice of its own."""
        if change.is_fix and self._only:
            return change.id in self._only
        if self._yes or self._only:
            return not change.own_choice
        if not self.present:
            return False
        from scaffold.cli.consent import numbered
        from scaffold.cli.report import printable
        from scaffold.cli.terminal import ask

        click.echo(f"\n{printable(change.text)} [{printable(change.id)}]", err=True)
        for line in numbered(change.details):
            click.echo(line, err=True)
        return ask("Do it?", default=not change.own_choice)

    def working(self, text: str) -> AbstractContextManager[Callable[[float], None]]:
        """Show a spinner on standard error, or a bar once a share is known."""
        from scaffold.cli.consent import progress

        return progress(text)


def _what_was_done(outcomes: "Sequence[StepOutcome]", destination: str, name: str) -> Iterator[str]:
    """The changes until a setup ended, and both ways on; nothing if nothing was changed."""
    if not outcomes:
        return
    named = shlex.quote(name or destination.rpartition("@")[2].partition(":")[0])
    yield "\nStopped before the end. Done until then:"
    for number, one in enumerate(outcomes, 1):
        yield f"  {number}. {one.step}: {one.text}"
    yield f"To complete it: scaffold host setup {shlex.quote(destination)}"
    yield f"To take it back: scaffold host setup {named} --undo; scaffold host remove {named}"
