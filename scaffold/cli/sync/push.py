"""`scaffold sync`: the workspace goes to its place, and what happened is said."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.sync.attendant import FOLDER, place_options

if TYPE_CHECKING:
    from scaffold.commands.sync.push import Sent

KEPT_HINT = (
    "scaffold pull PATH brings what was edited there; --overwrite sends yours (theirs stays "
    "beside, as .bak1)"
)


@click.command(short_help="Bring the workspace to its server or volume.")
@click.argument("path", type=FOLDER, default=Path())
@click.option("--delete", is_flag=True, help="Also delete there what you deleted here.")
@click.option("--overwrite", is_flag=True, help="Replace what was edited there; kept beside.")
@click.option("--take-over", is_flag=True, help="Although another laptop sends there.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before deleting.")
@place_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path,
    delete: bool,
    overwrite: bool,
    take_over: bool,
    yes: bool,
    host: str | None,
    ssh_config: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring the workspace PATH (here: .) to where devcontainer.json or init's answers say.

    Only what changed travels, `.git` included; what git ignores and what `.scaffoldignore` names
    stays. Nothing there is deleted without --delete, nothing that was edited there is replaced.
    """
    from scaffold.cli.report import print_json
    from scaffold.cli.sync.attendant import AtTerminal
    from scaffold.commands.sync.push import SendRequest, send
    from scaffold.commands.workspace.files_place import place_of

    request = SendRequest(delete, dry_run, take_over, overwrite, ssh_config)
    attendant = AtTerminal("--delete --yes", yes)
    sent = send(path, place_of(path, host, ssh_config), request, attendant)
    if as_json:
        print_json(sent_json(sent, dry_run=dry_run))
    else:
        show_sent(sent, dry_run=dry_run)
    ctx.exit(1 if sent.undecided else 0)


def show_sent(sent: "Sent", *, dry_run: bool) -> None:
    """Say what went, or would go."""
    from scaffold.cli.container.list import size_text
    from scaffold.cli.report import printable
    from scaffold.cli.sync.attendant import show_kept, show_paths

    place = printable(str(sent.place))
    if dry_run:
        click.echo(f"would send {len(sent.files)} paths, {size_text(sent.size)}, to {place}")
        show_paths(sent.files)
    elif sent.files:
        how = f"{size_text(sent.size)} in {sent.seconds:.1f} s, by {sent.way}"
        click.echo(f"sent {len(sent.files)} paths to {place} ({how})")
    else:
        click.echo(f"{place} is up to date")
    if sent.deleted:
        click.echo(f"deleted {len(sent.deleted)} paths there")
    if sent.gone:
        click.echo(f"deleted here and still there: {len(sent.gone)} (--delete removes them)")
        show_paths(sent.gone)
    if sent.clock_ahead:
        word = "ahead of" if sent.clock_ahead > 0 else "behind"
        click.echo(
            f"! the clock there is {abs(sent.clock_ahead)} s {word} yours: make and other "
            "programs that compare times may be misled",
            err=True,
        )
    show_kept(sent.kept, KEPT_HINT)


def sent_json(sent: "Sent", *, dry_run: bool) -> dict[str, object]:
    """What went, or would go, as a JSON document."""
    from dataclasses import asdict

    from scaffold.cli.sync.attendant import json_path, kept_json

    lists = {
        key: [json_path(path) for path in paths]
        for key, paths in (("files", sent.files), ("gone", sent.gone), ("deleted", sent.deleted))
    }
    rest = {"bytes": sent.size, "way": sent.way, "seconds": sent.seconds}
    return {
        "place": asdict(sent.place),
        "dry_run": dry_run,
        **lists,
        "kept": kept_json(sent.kept),
        **rest,
        "clock_ahead": sent.clock_ahead,
    }
