"""Consent and progress of commands that change something."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scaffold.cli.terminal import ask, error_console, say
from scaffold.errors import InputError
from scaffold.parsing.untrusted.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

    from scaffold.commands.workspace.agreement import Purpose


def require_consent(question: str, *, yes: bool) -> bool:
    """Ask, unless `--yes` is given. Raises InputError without a terminal."""
    from scaffold.cli.terminal import terminal_present

    if yes:
        return True
    if not terminal_present():
        raise InputError("no terminal for the prompt", hint="read the above, then add --yes")
    return ask(question)


def agree_to_project(
    root: "Path",
    purpose: "Purpose",
    *,
    trust: bool,
    dry_run: bool = False,
    config: str | None = None,
) -> None:
    """Show what a project asks for outside its container, and ask once for each content.

    A dry run only shows it. Raises InputError if the user does not agree, or there is no
    terminal and no `--trust`.
    """
    from scaffold.cli.terminal import terminal_present
    from scaffold.commands.workspace.agreement import proposal_of

    proposal = proposal_of(root, purpose, config)
    if proposal.is_agreed:
        return
    say("The files of this project ask for things outside its container:", err=True)
    for line in numbered(proposal.lines):
        say(line, err=True)
    if dry_run:
        return
    if not trust and not terminal_present():
        raise InputError(
            "this project needs your consent",
            hint="read the list above; if you trust the project, run again with --trust",
        )
    if not trust and not ask("Do you trust this project?"):
        raise InputError("you do not trust this project; nothing was changed")
    proposal.agree()


def agree_to_other(
    *, take_over: bool, yes: bool = False, asks: bool = False
) -> "Callable[[str], None] | None":
    """Consent to act on another person's container; None refuses.

    It shows whose the container is and asks at a terminal; elsewhere the flag `take_over` is the
    consent. With `asks` a terminal suffices without the flag.
    """
    from scaffold.cli.terminal import terminal_present

    present = terminal_present()
    if not take_over and not (asks and present):
        return None

    def agree(text: str) -> None:
        say(f"! {printable(text)}", err=True)
        if present and not (take_over and yes) and not ask("Continue anyway?"):
            raise InputError("the container is another person's; nothing was changed")

    return agree


def numbered(items: Iterable[str]) -> list[str]:
    """What a consent is about, one escaped line for each item, so that none can imitate another."""
    return [f"  {number}. {printable(item)}" for number, item in enumerate(items, 1)]


@contextmanager
def progress(
    doing: str, total: int = 0, copied: Callable[[], int] | None = None
) -> Iterator[Callable[[float], None]]:
    """Show progress on standard error, with the elapsed time at a terminal.

    `total` is how many bytes will be copied, `copied` returns how many are copied so far. The
    yielded function takes the finished share, 0 to 1; its first call shows a bar.
    """
    from scaffold.cli.terminal import is_quiet
    from scaffold.units import size_text

    if is_quiet():
        yield lambda _share: None
        return
    amount = f", {size_text(total)}" if total else ""
    if not sys.stderr.isatty():
        say(f"{doing}{amount} …", err=True)
        yield lambda _share: None
        return
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.text import Text

    class Amount(ProgressColumn):
        """The copied amount, as of the moment of drawing."""

        def render(self, task: object) -> Text:
            """The copied amount is rough: other programs may write to the same disk."""
            known = f"about {size_text(min(copied(), total))} of " if copied and total else ""
            return Text(f"{known}{size_text(total)}" if total else "")

    what = (SpinnerColumn(), TextColumn("{task.description} …", markup=False))
    with Progress(*what, Amount(), TimeElapsedColumn(), console=error_console()) as bar:
        task = bar.add_task(doing, total=None)

        def update(share: float) -> None:
            bar.columns = (*what, BarColumn(), TimeElapsedColumn())
            # Later layers may lower the share; a bar that goes back would look like a fault.
            done = max(share, bar.tasks[0].completed)
            bar.update(task, total=1.0, completed=done)

        yield update
