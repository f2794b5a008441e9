"""What people and programs read: tables and diffs on a terminal, one JSON document."""

import difflib
import functools
import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from scaffold.resolver.resolution import Conflict, Decision

SCHEMA = 1
"""Version of every JSON document; a key may be added under the same number."""

PIPE_WIDTH = 250


@functools.cache
def console() -> "Console":
    """The terminal's console; what the user's files say is never read as markup."""
    from rich.console import Console

    # In a pipe nothing is folded for a screen that is not there.
    width = None if sys.stdout.isatty() else PIPE_WIDTH
    return Console(highlight=False, markup=False, soft_wrap=True, file=sys.stdout, width=width)


def print_json(document: Mapping[str, object]) -> None:
    """Print one JSON document that carries its schema's version."""
    click.echo(json.dumps({"schema": SCHEMA, **document}, indent=2, ensure_ascii=False))


def heading(text: str) -> None:
    """Print the title of a part."""
    console().print(f"\n{text}", style="bold")


def table(rows: Iterable[tuple[str, ...]], styles: tuple[str, ...] = ()) -> None:
    """Print aligned columns without a frame."""
    from rich.table import Table

    grid = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    grid.add_column(width=2)
    for position, row in enumerate(rows):
        if position == 0:
            for index in range(len(row)):
                style = styles[index] if index < len(styles) else ""
                grid.add_column(style=style, overflow="fold")
        grid.add_row("", *map(printable, row))
    console().print(grid)


def printable(text: str) -> str:
    """Text with control characters escaped, so that no file can drive the terminal."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def age(seconds: float) -> str:
    """A time span in the largest unit of which it has two."""
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def print_diff(path: str, before: bytes, after: bytes) -> None:
    """Show what would change in a file, as a unified diff."""
    old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, after))
    for line in difflib.unified_diff(old, new, f"{path} (now)", f"{path} (new)", lineterm="", n=2):
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[0], "")
        console().print(printable(line), style=colour)


def print_decisions(decisions: "Iterable[Decision]", *, verbose: bool) -> None:
    """Print each decision with its reason; with `verbose` its source and what was rejected."""
    for decision in decisions:
        console().print(f"  {decision.what}: ", end="")
        console().print(decision.chosen, style="bold", end="")
        console().print(f"  because {decision.because}")
        if verbose:
            console().print(f"      source: {decision.source}", style="dim")
            for rejected in decision.rejected:
                text = f"      not {rejected.option}: {rejected.because} ({rejected.source})"
                console().print(text, style="dim")


def print_conflict(conflict: "Conflict") -> None:
    """Say on stderr which fact rules out which wish, and the ways out, the easiest first."""
    click.echo(f"{click.style('conflict:', fg='red', bold=True)} {conflict.wish}", err=True)
    click.echo(f"  ruled out by: {conflict.fact}", err=True)
    click.echo(f"  source: {conflict.source}", err=True)
    click.echo("ways out, the easiest first:", err=True)
    for number, way in enumerate(conflict.ways_out, 1):
        click.echo(f"  {number}. {way.what}", err=True)
        if way.how:
            click.echo(f"     {way.how}", err=True)
