"""`scaffold pull`: chosen paths come back; without any, what could be pulled is shown."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.sync.attendant import FOLDER, place_options

if TYPE_CHECKING:
    from scaffold.commands.sync.pull import Pulled, There
    from scaffold.sync.place import Place

KEPT_HINT = "--overwrite replaces what changed here too (yours stays beside, as .bak1)"


@click.command(short_help="Bring results back from the server or volume.")
@click.argument("paths", nargs=-1)
@click.option("--path", "root", type=FOLDER, default=Path(), help="The workspace.")
@click.option("--all", "everything", is_flag=True, help="All that is new and not ignored.")
@click.option("--overwrite", is_flag=True, help="Replace what changed here too; kept beside.")
@place_options
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
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring PATHS (files or folders, as they lie in the workspace) back into the workspace.

    Ignored ones too, since results mostly are. Without PATHS it shows what is new there.
    """
    from scaffold.cli.sync.attendant import AtTerminal
    from scaffold.commands.sync.pull import PullRequest, pull, survey
    from scaffold.commands.workspace.files_place import place_of

    place = place_of(root, host, ssh_config)
    request = PullRequest(everything, dry_run, overwrite, ssh_config)
    attendant = AtTerminal("--overwrite")
    if not paths and not everything:
        _print_survey(survey(root, place, request, attendant), place, as_json=as_json)
        return
    pulled = pull(root, place, paths, request, attendant)
    _print_json(pulled, dry_run=dry_run) if as_json else _print(pulled, dry_run=dry_run)
    ctx.exit(1 if pulled.kept else 0)


def _print_survey(found: "tuple[There, ...]", place: "Place", *, as_json: bool) -> None:
    from scaffold.cli.container.list import size_text
    from scaffold.cli.report import print_json, printable, table
    from scaffold.cli.sync.attendant import json_path

    if as_json:
        rows = [
            {"path": json_path(one.path), "bytes": one.size, "ignored": one.is_ignored}
            for one in found
        ]
        print_json({"there": rows})
        return
    if not found:
        click.echo(f"nothing is new at {printable(str(place))}")
        return
    click.echo(f"new or changed at {printable(str(place))}:")
    groups: dict[str, list[There]] = {}
    for one in found:
        top, slash, _ = one.path.partition("/")
        groups.setdefault(top + slash, []).append(one)
    table(
        (
            name,
            f"{len(inside)} files",
            size_text(sum(one.size for one in inside)),
            "ignored here" if all(one.is_ignored for one in inside) else "",
        )
        for name, inside in groups.items()
    )
    click.echo("bring what you want: scaffold pull PATH…, or --all for what is not ignored")


def _print(pulled: "Pulled", *, dry_run: bool) -> None:
    from scaffold.cli.container.list import size_text
    from scaffold.cli.report import printable
    from scaffold.cli.sync.attendant import show_kept, show_paths

    place, size = printable(str(pulled.place)), size_text(pulled.size)
    if dry_run:
        click.echo(f"would bring {len(pulled.files)} files, {size}, from {place}")
        show_paths(pulled.files)
    elif pulled.files:
        took = f"{size} in {pulled.seconds:.1f} s"
        click.echo(f"brought {len(pulled.files)} files from {place} ({took})")
    elif not pulled.kept:
        click.echo("all of it is here already")
    show_kept(pulled.kept, KEPT_HINT)


def _print_json(pulled: "Pulled", *, dry_run: bool) -> None:
    from dataclasses import asdict

    from scaffold.cli.report import print_json
    from scaffold.cli.sync.attendant import json_path, kept_json

    files = [json_path(path) for path in pulled.files]
    sizes = {"bytes": pulled.size, "seconds": pulled.seconds, "dry_run": dry_run}
    place = asdict(pulled.place)
    print_json({"place": place, "files": files, "kept": kept_json(pulled.kept), **sizes})
