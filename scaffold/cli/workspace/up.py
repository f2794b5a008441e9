"""`scaffold up`: the project goes to its host, its container starts, and its GPU is proved."""

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scaffold.commands.sync.push import Sent
    from scaffold.commands.workspace.up import Up, Way


@click.command(short_help="Start the dev container, here or on its host.")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--host", metavar="NAME", help="The host that init wrote for; local: this machine.")
@click.option("--no-sync", is_flag=True, help="Do not bring files to the host.")
@click.option("--delete", is_flag=True, help="Also delete there what you deleted here.")
@click.option("--overwrite", is_flag=True, help="Replace what was edited there; kept beside.")
@click.option("--take-over", is_flag=True, help="Although another laptop sends there.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before deleting.")
@click.option(
    "--rebuild", is_flag=True, help="Make the container anew, from the files as they are."
)
@click.option("--dry-run", is_flag=True, help="Show what would be done, change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path,
    host: str | None,
    no_sync: bool,
    delete: bool,
    overwrite: bool,
    take_over: bool,
    yes: bool,
    rebuild: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Start the dev container of PATH (here: .) through the Dev Containers CLI.

    Where init wrote for a host, only what changed travels there first. Then one look from inside
    says whether the GPU works, as scaffold verify does.
    """
    from scaffold.cli.sync.attendant import AtTerminal
    from scaffold.commands.sync.push import SendRequest
    from scaffold.commands.workspace import up as use_case

    began = time.monotonic()
    sending = SendRequest(delete, dry_run, take_over, overwrite)
    request = use_case.Request(path, host, not no_sync, rebuild, sending)
    way = use_case.way_of(request)
    for note in way.notes:
        click.echo(f"! {note}", err=True)
    sent = use_case.bring(way, request, AtTerminal("--delete --yes", yes))
    if sent and not as_json:
        _say_sent(sent, dry_run=dry_run)
    if dry_run:
        _end_dry(way, sent, as_json=as_json)
        return
    if doubt := use_case.owner_doubt(way):
        click.echo(f"! {doubt}", err=True)
    with _live(f"starting the container{f' on {way.host}' if way.host else ''}") as told:
        outcome = use_case.start(way, told)
    with _live("looking from inside"):
        up = use_case.look_inside(way, outcome, sent, began)
    _json(way, sent, up) if as_json else _say(way, up)
    ctx.exit(up.verified.exit_code)


@contextmanager
def _live(doing: str) -> Iterator[Callable[[str], None]]:
    """One line on standard error that tells the last thing said; without a terminal the first."""
    from scaffold.workspace.up_failures import plain

    if not sys.stderr.isatty():
        click.echo(f"{doing} …", err=True)
        yield lambda _line: None
        return
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False)
    with console.status(f"{doing} …") as status:

        def told(line: str) -> None:
            from rich.text import Text

            if text := plain(line):
                room = max(console.width - len(doing) - 8, 10)
                status.update(Text(f"{doing} … {text[:room]}"))

        yield told


def _say_sent(sent: "Sent", *, dry_run: bool) -> None:
    from scaffold.cli.report import printable
    from scaffold.cli.sync.push import show_sent

    if sent.files or sent.deleted or sent.gone or sent.kept:
        show_sent(sent, dry_run=dry_run)
    else:
        click.echo(f"nothing changed: {printable(str(sent.place))} is up to date")


def _end_dry(way: "Way", sent: "Sent | None", *, as_json: bool) -> None:
    command_line = shlex.join(way.argv if len(way.argv[-1]) < 500 else [*way.argv[:-1], "…"])
    where = {"DOCKER_CONTEXT": way.host} if way.recorded and way.recorded.by_context else {}
    if as_json:
        from scaffold.cli.report import print_json
        from scaffold.cli.sync.push import sent_json

        sync = sent_json(sent, dry_run=True) if sent else None
        print_json({"dry_run": True, "sync": sync, "argv": way.argv, "environment": where})
        return
    prefix = "".join(f"{key}={value} " for key, value in where.items())
    click.echo(f"would run: {prefix}{command_line}")
    click.echo("Nothing was changed.")


def _json(way: "Way", sent: "Sent | None", up: "Up") -> None:
    from scaffold.cli.report import print_json
    from scaffold.cli.sync.push import sent_json
    from scaffold.cli.workspace.verify import document
    from scaffold.commands.workspace.up import ways_in

    print_json(
        {
            "host": way.host or "local",
            "way": way.recorded.files.value if way.recorded else "local",
            "sync": sent_json(sent, dry_run=False) if sent else None,
            "container": {"name": up.name, "id": up.id, "user": up.user, "folder": up.folder},
            "stale": up.stale,
            "verify": document(up.verified),
            "get_in": ways_in(way, up),
            "seconds": up.seconds,
        }
    )


def _say(way: "Way", up: "Up") -> None:
    from scaffold.checks.topics import SERIOUS
    from scaffold.cli.outcomes import print_outcome
    from scaffold.cli.report import console, printable
    from scaffold.commands.workspace.up import ways_in

    where = f" on {way.host}" if way.host else ""
    console().print(f"{up.name} ({up.id[:12]}) runs{where}", style="bold")
    console().print(f"  as {up.user}, in {printable(up.folder)}, after {up.seconds:.1f} s")
    if up.stale:
        text = "  it was made before .devcontainer/ changed: scaffold up --rebuild makes it anew"
        console().print(text, style="yellow")
    for outcome in up.verified.outcomes:
        shown = outcome.topic.name in {"gpu", "framework"} or outcome.level in SERIOUS
        if shown and not outcome.echo_of:
            print_outcome(outcome, root=False, verbose=False)
    console().print("Get in:", style="bold")
    for step in ways_in(way, up):
        console().print(f"  {printable(step)}")
