"""What `sync` and `pull` share: options, progress, consent, and the list of skipped paths."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scaffold.adapters.local.files import shown
from scaffold.cli.engine_options import ssh_config_option
from scaffold.cli.terminal import ask, error_console, say
from scaffold.errors import InputError
from scaffold.records import dataclass
from scaffold.units import and_more
from scaffold.workspace.repository_url import folder_hint

if TYPE_CHECKING:
    from scaffold.commands.sync.requests import SecretConsent, SkippedPath

INCLUDE_SECRETS = click.option(
    "--include-secrets", is_flag=True, help="Upload files that look like secrets without asking."
)
F = TypeVar("F", bound=Callable[..., Any])


class ProjectFolder(click.Path):
    """A folder of this computer, refused in our words if it is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The folder. Raises InputError if there is none."""
        path = Path(str(super().convert(value, param, ctx)))
        if not path.is_dir():
            raise InputError(f"{shown(path)} is not a folder", hint=folder_hint(str(value)))
        return path


FOLDER = ProjectFolder(path_type=Path)
SHOWN = 20
"""Most paths listed on the terminal; `--json` has all."""

_OPTIONS = (
    click.option("--host", metavar="NAME", help="Use this host, not the one in scaffold.toml."),
    ssh_config_option,
    click.option("--trust", is_flag=True, help="Agree to the target that the project names."),
    click.option("--dry-run", is_flag=True, help="Show what would be transferred, change nothing."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
)


def target_options(command: F) -> F:
    """Add `host`, `ssh_config`, `trust`, `dry_run` and `as_json` to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class TerminalSyncUi:
    """Shows progress and asks on standard error; `flag` is named where no one can answer."""

    flag: str
    yes: bool = False

    @contextmanager
    def progress(self, text: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar if bytes are counted, a spinner otherwise; nothing without a terminal."""
        if not sys.stderr.isatty():
            yield lambda _bytes: None
            return
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
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            *counted,
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=error_console(), transient=True) as bar:
            task = bar.add_task(text, total=total or None)
            yield lambda moved: bar.update(task, completed=min(moved, total) if total else 0)

    def confirm(self, question: str, paths: Sequence[str]) -> bool:
        """Show the paths and ask; without a terminal no, naming the flag that agrees."""
        from scaffold.cli.terminal import terminal_present

        show_paths(paths, err=True)
        if self.yes:
            return True
        if not terminal_present():
            click.echo(f"{question} No terminal to ask: use {self.flag}", err=True)
            return False
        return ask(question)


def consent_to_secrets(*, include: bool) -> "SecretConsent | None":
    """Asks once before files that look like secrets are uploaded; None with --include-secrets."""
    return None if include else _ask_about_secrets


def _ask_about_secrets(kinds: Mapping[str, str]) -> bool | None:
    from scaffold.cli.terminal import terminal_present

    click.echo("These files look like secrets, and no rule ignores them:", err=True)
    show_paths((f"{path} ({kind})" for path, kind in kinds.items()), err=True)
    if not terminal_present():
        return None
    return ask("Upload them to the server?")


@contextmanager
def tells_what_stays(text: str) -> Iterator[None]:
    """After an interrupt, say what is left on the server and how to go on."""
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        say(f"\n{text}", err=True)
        raise


def show_paths(paths: Iterable[str], *, err: bool = False) -> None:
    """List paths; only the first ones of a long list."""
    from scaffold.parsing.untrusted.printable import printable

    found = list(paths)
    for path in found[:SHOWN]:
        click.echo(f"  {printable(path)}", err=err)
    if len(found) > SHOWN:
        click.echo(f"  …{and_more(len(found) - SHOWN)}", err=err)


def show_sizes(paths: Iterable[str], sizes: Mapping[str, int]) -> None:
    """List paths with their sizes, the largest first."""
    from scaffold.units import size_text

    ranked = sorted(paths, key=lambda path: (-sizes.get(path, 0), path))
    texts = {path: size_text(sizes[path]) for path in ranked[:SHOWN] if path in sizes}
    width = max((len(text) for text in texts.values()), default=0)
    show_paths(f"{texts.get(path, ''):>{width}}  {path}" if width else path for path in ranked)


def show_skipped(skipped: Sequence["SkippedPath"], hint: str) -> None:
    """List skipped paths, and the flag that includes them."""
    from scaffold.parsing.untrusted.printable import printable

    for one in skipped[:SHOWN]:
        click.echo(f"! skipped {printable(one.path)}: {printable(one.why)}", err=True)
    if len(skipped) > SHOWN:
        click.echo(f"! …{and_more(len(skipped) - SHOWN)}", err=True)
    if skipped and hint:
        click.echo(hint, err=True)


def skipped_json(skipped: Sequence["SkippedPath"]) -> list[dict[str, str]]:
    """Skipped paths with the reasons, for JSON."""
    return [{"path": json_path(one.path), "why": one.why} for one in skipped]


def json_path(path: str) -> str:
    """A path for JSON: bytes that are not UTF-8 are escaped."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
