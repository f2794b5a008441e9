"""What `sync` and `pull` share: their place, progress, consent, and what was left alone."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from scaffold.commands.sync.push import Kept

F = TypeVar("F", bound=Callable[..., Any])
FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
SHOWN = 20
"""Paths of a list on the terminal; `--json` has all."""

_OPTIONS = (
    click.option("--host", metavar="NAME", help="In place of the host that init wrote down."),
    click.option(
        "--ssh-config", type=click.Path(path_type=Path), help="In place of ~/.ssh/config."
    ),
    click.option("--dry-run", is_flag=True, help="Show what would travel, change nothing."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)


def place_options(command: F) -> F:
    """Add `host`, `ssh_config`, `dry_run` and `as_json` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class AtTerminal:
    """Shows progress and asks on standard error; `flag` answers where nobody is there."""

    flag: str
    yes: bool = False

    @contextmanager
    def working(self, text: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar where bytes are counted, a spinner otherwise; without a terminal nothing."""
        if not sys.stderr.isatty():
            yield lambda _bytes: None
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TransferSpeedColumn,
        )

        counted = (BarColumn(), DownloadColumn(), TransferSpeedColumn()) if total else ()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), *counted, TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(text, total=total or None)
            yield lambda moved: bar.update(task, completed=min(moved, total) if total else 0)

    def agree(self, question: str, paths: Sequence[str]) -> bool:
        """Show the paths and ask; no where nobody is there, with the flag that says yes."""
        from scaffold.cli.prompts import terminal_present

        show_paths(paths, err=True)
        if self.yes:
            return True
        if not terminal_present():
            click.echo(f"{question} Nobody is here to agree: {self.flag} says yes", err=True)
            return False
        import questionary

        agreed: bool = questionary.confirm(question, default=False).unsafe_ask()
        return agreed


def show_paths(paths: Iterable[str], *, err: bool = False) -> None:
    """List paths, of a long list the beginning."""
    from scaffold.cli.report import printable

    found = list(paths)
    for path in found[:SHOWN]:
        click.echo(f"  {printable(path)}", err=err)
    if len(found) > SHOWN:
        click.echo(f"  … and {len(found) - SHOWN} more", err=err)


def show_kept(kept: Sequence["Kept"], hint: str) -> None:
    """Say what was left alone, and what would not."""
    from scaffold.cli.report import printable

    for one in kept[:SHOWN]:
        click.echo(f"! left alone: {printable(one.path)}: {printable(one.why)}", err=True)
    if len(kept) > SHOWN:
        click.echo(f"! … and {len(kept) - SHOWN} more", err=True)
    if kept:
        click.echo(hint, err=True)


def kept_json(kept: Sequence["Kept"]) -> list[dict[str, str]]:
    """What was left alone, with the reasons."""
    return [{"path": json_path(one.path), "why": one.why} for one in kept]


def json_path(path: str) -> str:
    """A path as JSON can hold it: bytes that are no UTF-8 are escaped."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
