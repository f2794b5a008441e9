"""A status line for what takes minutes."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def live(doing: str) -> Iterator[Callable[[str], None]]:
    """A status line on standard error with the last message; without a terminal only a title."""
    from scaffold.workspace.pulling import Pulling
    from scaffold.workspace.up_failures import plain

    if not sys.stderr.isatty():
        click.echo(f"{doing} …", err=True)
        yield lambda _line: None
        return
    from scaffold.cli.terminal import error_console

    console = error_console()
    with console.status(f"{doing} …") as status:
        pulling = Pulling()

        def show(line: str) -> None:
            from rich.text import Text

            line = plain(line)
            if text := pulling.read(line, time.monotonic()) or line:
                room = max(console.width - len(doing) - 8, 10)
                status.update(Text(f"{doing} … {text[:room]}"))

        yield show
