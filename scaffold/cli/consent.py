"""Consent and progress of commands that change containers."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from scaffold.errors import InputError


def require_consent(question: str, *, yes: bool) -> bool:
    """Prompt, unless `--yes` was given. Raises InputError without a terminal."""
    from scaffold.cli.prompts import terminal_present

    if yes:
        return True
    if not terminal_present():
        raise InputError("a prompt needs a terminal", hint="read the above, then add --yes")
    import questionary

    agreed: bool = questionary.confirm(question, default=False).unsafe_ask()
    return agreed


@contextmanager
def progress(
    doing: str, total: int = 0, copied: Callable[[], int] | None = None
) -> Iterator[Callable[[float], None]]:
    """Show progress on standard error, with the elapsed time at a terminal.

    `total` is the number of bytes to copy, `copied` returns how many were copied so far.
    Yields a function that takes the finished share, 0 to 1, and shows a bar.
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
        """Computed whenever the line is drawn."""

        def render(self, task: object) -> Text:
            """The copied amount; approximate, since others may write on the same disk."""
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
