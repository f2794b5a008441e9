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
def progress(doing: str, total: int = 0, copied: Callable[[], int] | None = None) -> Iterator[None]:
    """Show on standard error what is being done, with the time at a terminal.

    `total` is how many bytes will be copied, `copied` tells how many have been, if anybody knows.
    """
    from scaffold.cli.container_list import size_text

    amount = f", {size_text(total)}" if total else ""
    if not sys.stderr.isatty():
        click.echo(f"{doing}{amount} …", err=True)
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Amount(ProgressColumn):
        """Asked for whenever the line is drawn."""

        def render(self, task: object) -> Text:
            """What has been copied, roughly: others may write on the same disk."""
            known = f"about {size_text(min(copied(), total))} of " if copied and total else ""
            return Text(f"{known}{size_text(total)}" if total else "")

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description} …", markup=False),
        Amount(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        bar.add_task(doing, total=None)
        yield
