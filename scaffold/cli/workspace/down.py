"""`scaffold down`: what would stop, what would be lost, consent, and the end."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import engine_options
from scaffold.errors import InputError

if TYPE_CHECKING:
    from scaffold.commands.workspace.container_place import Place
    from scaffold.commands.workspace.down import Done, Down


@click.command(short_help="Stop the dev container of a workspace.")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--container", metavar="NAME", help="That container, whatever made it.")
@click.option("--remove", is_flag=True, help="Remove it too, after saying what is lost.")
@click.option("--volumes", is_flag=True, help="With --remove: its volumes as well.")
@click.option("--dry-run", is_flag=True, help="Only show it.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@engine_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path | None,
    container: str | None,
    remove: bool,
    volumes: bool,
    dry_run: bool,
    yes: bool,
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
) -> None:
    """Stop the dev container of PATH (here: .), and what Docker Compose runs beside it.

    Where nothing runs, nothing is done. With --remove the containers go, after you have seen
    what is in no volume; volumes stay, unless --volumes is said too.
    """
    from scaffold.adapters.docker.engine import docker_engine
    from scaffold.cli.consent import progress, require_consent
    from scaffold.commands.workspace import down as use_case
    from scaffold.commands.workspace.container_place import place_of

    if path is not None and container is not None:
        raise InputError("give a PATH or --container, not both")
    if volumes and not remove:
        raise InputError("--volumes goes with --remove", hint="a stopped container keeps them")
    place = place_of(path or Path(), host)
    with docker_engine(place.host, ssh_config) as engine:
        plan = use_case.plan_down(engine, place, container, remove=remove, volumes=volumes)
        _print_plan(plan, place, to_stderr=as_json)
        agreed = plan.anything and not dry_run
        if agreed and remove:
            agreed = require_consent("Remove these for good?", yes=yes)
        done = use_case.down(engine, plan, progress) if agreed else use_case.Done()
    _print_done(plan, done, place, as_json=as_json)
    ctx.exit(1 if done.refused else 0)


def _print_plan(plan: "Down", place: "Place", *, to_stderr: bool) -> None:
    from scaffold.cli.container.list import size_text
    from scaffold.cli.report import printable

    def say(text: str) -> None:
        click.echo(printable(text), err=to_stderr)

    if not plan.anything:
        where = f" on {place.host}" if place.host else ""
        names = ", ".join(one.name for one in plan.containers)
        found = f"{names}: stopped already" if names else f"no container of {place.workspace}"
        say(f"nothing to do: {found}{where}")
        return
    for one in plan.containers:
        say(f"{one.name}: " + ("stops" if one.running else "is stopped"))
        if one.processes is None:
            say("  ! what runs in it ends; what that is, the engine cannot tell")
        for process in one.processes or ():
            say(f"  ends: {process}")
        if one.changes_bytes:
            say(f"  ! lost: {size_text(one.changes_bytes)} of changed files that are in no volume")
            say(f"    scaffold container save {one.name} REPO:TAG keeps them as an image")
    for volume in plan.volumes:
        say(f"  {_volume(plan, volume.name)}")


def _volume(plan: "Down", name: str) -> str:
    volume = next(one for one in plan.volumes if one.name == name)
    files = ", the files of your project" if volume.project else ""
    what = f"volume {name} ({volume.target}{files})"
    if volume in plan.gone_volumes:
        return f"! lost: {what}"
    if volume.used_by:
        return f"{what} stays: {', '.join(volume.used_by)} has it too"
    return f"{what} stays"


def _print_done(plan: "Down", done: "Done", place: "Place", *, as_json: bool) -> None:
    from scaffold.cli.report import print_json

    for words in done.refused:
        click.echo(f"! {words}", err=True)
    if as_json:
        print_json(document(plan, done, place))
        return
    for verb, names in (("stopped", done.stopped), ("removed", done.removed + done.volumes)):
        if names:
            click.echo(f"✓ {verb}: {', '.join(names)}")
    if plan.anything and not (done.stopped or done.removed or done.refused):
        click.echo("nothing was changed")


def document(plan: "Down", done: "Done", place: "Place") -> dict[str, object]:
    """The JSON document; `refused` is what the engine said where it would not."""
    containers = [
        {
            "name": one.name,
            "running": one.running,
            "processes": one.processes,
            "changes_bytes": one.changes_bytes,
        }
        for one in plan.containers
    ]
    volumes = [
        {
            "name": one.name,
            "target": one.target,
            "holds_project": one.project,
            "used_by": one.used_by,
            "goes": one in plan.gone_volumes,
        }
        for one in plan.volumes
    ]
    return {
        "workspace": str(place.workspace),
        "host": place.host,
        "containers": containers,
        "volumes": volumes,
        "stopped": done.stopped,
        "removed": done.removed,
        "removed_volumes": done.volumes,
        "refused": done.refused,
    }
