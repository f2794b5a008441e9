"""Consent and progress of what changes containers."""

import sys
from collections.abc import Iterator
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
def progress(doing: str) -> Iterator[None]:
    """Show on standard error what is being done, with the time at a terminal."""
    if not sys.stderr.isatty():
        click.echo(f"{doing} …", err=True)
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description} …"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        bar.add_task(doing, total=None)
        yield
