"""`scaffold pull`: download paths; without any, list what could be downloaded."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.sync.terminal import FOLDER, target_options

if TYPE_CHECKING:
    from scaffold.commands.sync.requests import PullResult, RemoteChange
    from scaffold.sync.target import SyncTarget

SKIPPED_HINT = "--overwrite replaces local changes (a backup is kept as .bak1)"

STAYS = (
    "Files that were downloaded stay, each complete; nothing changed on the server. Run the "
    "command again to go on."
)


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--path", "root", type=FOLDER, default=Path(), help="Project folder, default: the current one."
)
@click.option(
    "--all", "everything", is_flag=True, help="Download everything new that is not ignored."
)
@click.option(
    "--overwrite", is_flag=True, help="Overwrite files that changed locally (a backup is kept)."
)
@target_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    root: Path,
    everything: bool,
    overwrite: bool,
    host: str | None,
    ssh_config: Path | None,
    trust: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Download PATHS (files or folders, relative to the project) into the project.

    Ignored files too, since results mostly are. Without PATHS, lists what is new on the remote.
    `scaffold pull .git` downloads commits made on the remote, and merges them.
    """
    from scaffold.cli.consent import agree_to_project
    from scaffold.cli.sync.terminal import TerminalSyncUi, tells_what_stays
    from scaffold.commands.sync.pull import list_remote_changes, pull
    from scaffold.commands.sync.requests import PullRequest
    from scaffold.commands.workspace.location import sync_target_of

    agree_to_project(root, "transfer", trust=trust)
    target = sync_target_of(root, host)
    request = PullRequest(everything, dry_run, overwrite, ssh_config)
    attendant = TerminalSyncUi("--overwrite")
    if not paths and not everything:
        _print_survey(
            list_remote_changes(root, target, request, attendant), target, as_json=as_json
        )
        return
    with tells_what_stays(STAYS):
        pulled = pull(root, target, paths, request, attendant)
    _print_json(pulled, dry_run=dry_run) if as_json else _print(pulled, dry_run=dry_run)
    ctx.exit(1 if pulled.skipped else 0)


def _print_survey(
    found: "tuple[RemoteChange, ...]", target: "SyncTarget", *, as_json: bool
) -> None:
    from scaffold.cli.report import print_json, printable, table
    from scaffold.cli.sync.terminal import json_path
    from scaffold.units import size_text

    if as_json:
        rows = [
            {"path": json_path(one.path), "bytes": one.size, "ignored": one.is_ignored}
            for one in found
        ]
        print_json({"there": rows})
        return
    if not found:
        click.echo(f"nothing is new at {printable(str(target))}")
        return
    click.echo(f"new or changed at {printable(str(target))}:")
    groups: dict[str, list[RemoteChange]] = {}
    for one in found:
        top, slash, _ = one.path.partition("/")
        groups.setdefault(top + slash, []).append(one)
    listed = [
        (
            name,
            str(len(inside)),
            size_text(sum(one.size for one in inside)),
            "ignored" if all(one.is_ignored for one in inside) else "",
        )
        for name, inside in groups.items()
    ]
    table(("path", "files", "size", ""), listed)
    click.echo("Download with: scaffold pull PATH…, or --all for everything not ignored")


def _print(pulled: "PullResult", *, dry_run: bool) -> None:
    from scaffold.cli.report import printable
    from scaffold.cli.sync.terminal import show_paths, show_skipped
    from scaffold.units import size_text

    target, size = printable(str(pulled.target)), size_text(pulled.size)
    if dry_run and not pulled.history:
        click.echo(f"would download {len(pulled.files)} files, {size}, from {target}")
        show_paths(pulled.files)
    elif pulled.files:
        took = f"{size} in {pulled.seconds:.1f} s"
        click.echo(f"downloaded {len(pulled.files)} files from {target} ({took})")
    elif not pulled.skipped and not pulled.history:
        click.echo("everything is up to date")
    for line in pulled.history:
        click.echo(printable(line))
    show_skipped(pulled.skipped, "" if pulled.history or _is_history(pulled) else SKIPPED_HINT)


def _is_history(pulled: "PullResult") -> bool:
    return any(one.path == ".git" for one in pulled.skipped)


def _print_json(pulled: "PullResult", *, dry_run: bool) -> None:
    from dataclasses import asdict

    from scaffold.cli.report import print_json
    from scaffold.cli.sync.terminal import json_path, skipped_json

    files = [json_path(path) for path in pulled.files]
    sizes = {"bytes": pulled.size, "seconds": pulled.seconds, "dry_run": dry_run}
    target = asdict(pulled.target)
    kept, history = skipped_json(pulled.skipped), list(pulled.history)
    print_json({"place": target, "files": files, "kept": kept, "history": history, **sizes})
