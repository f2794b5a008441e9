"""`scaffold down`: show what stops and what is lost, ask, and stop it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import engine_options
from scaffold.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scaffold.commands.workspace.down import DownPlan, DownResult
    from scaffold.commands.workspace.location import WorkspaceLocation


@click.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--container", metavar="NAME", help="Any container, by name.")
@click.option("--remove", is_flag=True, help="Remove it too, after showing what is lost.")
@click.option("--volumes", is_flag=True, help="With --remove: remove its volumes too.")
@click.option("--take-over", is_flag=True, help="Act on another person's container too.")
@click.option("--dry-run", is_flag=True, help="Show what would happen, change nothing.")
@click.option("--yes", "-y", is_flag=True, help="Remove without asking.")
@engine_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path | None,
    container: str | None,
    remove: bool,
    volumes: bool,
    take_over: bool,
    dry_run: bool,
    yes: bool,
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
) -> None:
    """Stop the dev container of PATH (default: .), and the other services of its Compose project.

    With --remove, containers are deleted after showing which changes are not in a volume.
    Volumes are kept, unless --volumes is given too. A container of another person is only
    touched after a question that names them.
    """
    from scaffold.adapters.docker.engine import docker_engine
    from scaffold.cli.consent import agree_to_other, progress, require_consent
    from scaffold.commands.workspace import down as use_case
    from scaffold.commands.workspace.location import locate
    from scaffold.commands.workspace.standing import identity_of

    if path is not None and container is not None:
        raise InputError("give a PATH or --container, not both")
    if volumes and not remove:
        raise InputError(
            "--volumes needs --remove", hint="add --remove; a stopped container keeps its volumes"
        )
    root = path or Path()
    location = locate(root, host)
    identity = identity_of(root, location, ssh_config)
    agree = agree_to_other(take_over=take_over, yes=yes, asks=container is not None)
    with docker_engine(location.host, ssh_config) as engine:
        plan = use_case.plan_down(
            engine, identity, container, remove=remove, volumes=volumes, agree=agree
        )
        _print_plan(plan, location, to_stderr=as_json)
        agreed = plan.anything and not dry_run
        if agreed and remove:
            agreed = require_consent("Delete these permanently?", yes=yes)
        done = use_case.down(engine, plan, progress) if agreed else use_case.DownResult()
    _print_done(plan, done, location, as_json=as_json)
    ctx.exit(1 if done.refused else 0)


def _print_plan(plan: "DownPlan", location: "WorkspaceLocation", *, to_stderr: bool) -> None:
    from scaffold.cli.report import printable

    def say(text: str) -> None:
        click.echo(printable(text), err=to_stderr)

    if not plan.anything:
        where = f" on {location.host}" if location.host else ""
        names = ", ".join(one.name for one in plan.containers)
        found = f"{names}: already stopped" if names else f"no container of {location.workspace}"
        say(f"nothing to do: {found}{where}")
        for text in plan.others:
            say(f"  created from the same path: {text}")
        return
    for line in lines_of(plan):
        say(line)


def lines_of(plan: "DownPlan") -> "Iterator[str]":
    """What stops, what ends with it, and what is lost."""
    from scaffold.units import size_text

    for one in plan.containers:
        whose = f" ({one.owner})" if one.owner else ""
        yield f"{one.name}{whose}: " + ("will stop" if one.running else "already stopped")
        if one.processes is None:
            yield "  ! its programs end; the engine cannot list them"
        for process in one.processes or ():
            yield f"  ends: {process}"
        if one.changes_bytes:
            yield f"  ! lost: {size_text(one.changes_bytes)} of changed files outside volumes"
            yield f"    to keep them as an image: scaffold container save {one.name} REPO:TAG"
    for volume in plan.volumes:
        yield f"  {_volume(plan, volume.name)}"


def _volume(plan: "DownPlan", name: str) -> str:
    volume = next(one for one in plan.volumes if one.name == name)
    files = ", your project's files" if volume.project else ""
    what = f"volume {name} ({volume.target}{files})"
    if volume in plan.gone_volumes:
        return f"! lost: {what}"
    if volume.used_by:
        return f"{what} is kept: {', '.join(volume.used_by)} uses it too"
    if volume.owner:
        return f"{what} is kept: it belongs to {volume.owner}"
    return f"{what} is kept"


def _print_done(
    plan: "DownPlan", done: "DownResult", location: "WorkspaceLocation", *, as_json: bool
) -> None:
    from scaffold.cli.report import print_json

    for words in done.refused:
        click.echo(f"! {words}", err=True)
    if as_json:
        print_json(document(plan, done, location))
        return
    for verb, names in (("stopped", done.stopped), ("removed", done.removed + done.volumes)):
        if names:
            click.echo(f"✓ {verb}: {', '.join(names)}")
    if plan.anything and not (done.stopped or done.removed or done.refused):
        click.echo("Nothing was changed.")


def document(
    plan: "DownPlan", done: "DownResult", location: "WorkspaceLocation"
) -> dict[str, object]:
    """The JSON document; `refused` are the engine's error messages."""
    containers = [
        {
            "name": one.name,
            "owner": one.owner or None,
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
        "workspace": str(location.workspace),
        "host": location.host,
        "containers": containers,
        "volumes": volumes,
        "stopped": done.stopped,
        "removed": done.removed,
        "removed_volumes": done.volumes,
        "refused": done.refused,
    }
