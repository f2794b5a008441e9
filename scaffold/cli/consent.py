"""Consent and progress of what changes containers."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from scaffold.errors import InputError


def require_consent(question: str, *, yes: bool) -> bool:
    """Ask, unless `--yes` was said. Raises InputError where there is nobody to ask."""
    from scaffold.cli.prompts import terminal_present

    if yes:
        return True
    if not terminal_present():
        raise InputError("nobody is here to agree", hint="read the above, then say --yes")
    import questionary

    agreed: bool = questionary.confirm(question, default=False).unsafe_ask()
    return agreed


@contextmanager
def progress(
    doing: str, total: int = 0, copied: Callable[[], int] | None = None
) -> Iterator[Callable[[float], None]]:
    """Show on standard error what is being done, with the time at a terminal.

    `total` is how many bytes will be copied, `copied` tells how many have been, if anybody knows.
    What it yields takes the share that is done, 0 to 1: from then on there is a bar.
    """
    from scaffold.cli.container.list import size_text

    amount = f", {size_text(total)}" if total else ""
    if not sys.stderr.isatty():
        click.echo(f"{doing}{amount} …", err=True)
        yield lambda _share: None
        return
    from rich.console import Console
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
        """Asked for whenever the line is drawn."""

        def render(self, task: object) -> Text:
            """What has been copied, roughly: others may write on the same disk."""
            known = f"about {size_text(min(copied(), total))} of " if copied and total else ""
            return Text(f"{known}{size_text(total)}" if total else "")

    what = (SpinnerColumn(), TextColumn("{task.description} …", markup=False))
    with Progress(*what, Amount(), TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(doing, total=None)

        def told(share: float) -> None:
            bar.columns = (*what, BarColumn(), TimeElapsedColumn())
            # More layers may turn up later; a bar that goes back would look like a fault.
            done = max(share, bar.tasks[0].completed)
            bar.update(task, total=1.0, completed=done)

        yield told
