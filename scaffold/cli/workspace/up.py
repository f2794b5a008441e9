"""`scaffold up`: upload the project, start its container, and test its GPU."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import ssh_config_option
from scaffold.cli.sync.push import STAYS as UPLOADED
from scaffold.cli.sync.terminal import INCLUDE_SECRETS
from scaffold.cli.workspace.live import live

if TYPE_CHECKING:
    from scaffold.commands.workspace.reuse import Reused
    from scaffold.commands.workspace.up_target import UpTarget


STARTED = (
    "What was uploaded and built stays{}, and so does a container that was created: scaffold "
    "status shows it. scaffold up goes on, scaffold down stops it."
)

CUT_OFF = (
    "{} still uses a folder that was moved or deleted: {} was created again. Restart it to use "
    "the new one: scaffold down, then scaffold up"
)


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--host", metavar="NAME", help="Server of this project; 'local' is this computer.")
@ssh_config_option
@click.option("--no-sync", is_flag=True, help="Do not upload files first.")
@click.option("--delete", is_flag=True, help="Also delete remote files that you deleted locally.")
@click.option(
    "--overwrite", is_flag=True, help="Overwrite files edited on the server (a backup is kept)."
)
@click.option("--take-over", is_flag=True, help="Go on if another person uses this target.")
@INCLUDE_SECRETS
@click.option("--yes", "-y", is_flag=True, help="Delete and replace without asking.")
@click.option(
    "--rebuild/--no-rebuild",
    default=None,
    help="Build and replace the container; default: if image or user changed.",
)
@click.option(
    "--trust", is_flag=True, help="Agree to what the project asks for outside its container."
)
@click.option("--dry-run", is_flag=True, help="Show what would happen, change nothing.")
@click.option("--config", metavar="NAME", help="The configuration in .devcontainer/NAME.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path,
    host: str | None,
    ssh_config: Path | None,
    no_sync: bool,
    delete: bool,
    overwrite: bool,
    take_over: bool,
    include_secrets: bool,
    yes: bool,
    rebuild: bool | None,
    trust: bool,
    dry_run: bool,
    config: str | None,
    as_json: bool,
) -> None:
    """Start the dev container of PATH (default: .) through the Dev Containers CLI.

    Uploads changed files to the server first. Then tests the GPU from inside the container, as
    scaffold verify does.
    """
    from scaffold.cli.consent import agree_to_project, progress
    from scaffold.cli.sync.terminal import TerminalSyncUi, consent_to_secrets, tells_what_stays
    from scaffold.cli.terminal import say
    from scaffold.cli.workspace.up_report import end_dry, print_up, print_up_json, say_sent
    from scaffold.commands.sync.requests import PushRequest
    from scaffold.commands.workspace import up as use_case
    from scaffold.commands.workspace.rebuilding import replacing
    from scaffold.commands.workspace.up_target import UpRequest, plan_up

    began = time.monotonic()
    push_request = PushRequest(
        delete=delete,
        dry_run=dry_run,
        take_over=take_over,
        overwrite=overwrite,
        host=host,
        secrets=consent_to_secrets(include=include_secrets),
        ssh_config=ssh_config,
    )
    request = UpRequest(
        root=path,
        host=host,
        sync=not no_sync,
        push=push_request,
        ssh_config=ssh_config,
        config=config,
    )
    target = plan_up(request)
    agree_to_project(path, "start", trust=trust, dry_run=dry_run, config=config)
    for note in target.notes:
        click.echo(f"! {note}", err=True)
    with tells_what_stays(UPLOADED.format(target.sync_target)):
        sent = use_case.upload(target, request, TerminalSyncUi("--delete --yes", yes))
    if sent and not as_json:
        say_sent(sent, dry_run=dry_run)
    if dry_run:
        ctx.exit(end_dry(target, sent, as_json=as_json))
    if doubt := use_case.owner_warning(target):
        click.echo(f"! {doubt}", err=True)
    reused = _settled(target, rebuild=rebuild, take_over=take_over, yes=yes)
    if name := reused.cut_off(sent):
        click.echo(f"! {CUT_OFF.format(name, target.sync_target)}", err=True)
    where = f" on {target.host}" if target.host else ""
    with tells_what_stays(STARTED.format(where)):
        with (
            replacing(reused, progress, lambda text: say(f"! {text}", err=True)) as target,
            live(f"starting the container{where}") as show,
        ):
            outcome = use_case.start(target, show)
        with live("testing the GPU"):
            up = use_case.verify_running(target, outcome, sent, began)
    print_up_json(target, sent, up) if as_json else print_up(target, up)
    ctx.exit(up.verified.exit_code)


def _settled(target: "UpTarget", *, rebuild: bool | None, take_over: bool, yes: bool) -> "Reused":
    """Choose the container; for one to replace, the new image stands afterwards."""
    from scaffold.adapters.docker.engine import docker_engine
    from scaffold.cli.consent import agree_to_other
    from scaffold.commands.workspace.reuse import settle
    from scaffold.commands.workspace.up import build

    agree = agree_to_other(take_over=take_over, yes=yes)
    with docker_engine(target.host or None, target.ssh_config) as engine:
        reused = settle(engine, target, agree, rebuild=rebuild)
    _say_changes(reused)
    for name in reused.left:
        click.echo(
            f"! {name} is left of an interrupted rebuild, stopped; delete it with: "
            f"scaffold down --container {name} --remove",
            err=True,
        )
    if reused.replaced:
        _agree_to_loss(reused, yes=yes)
        with live("building the new image") as show:
            build(reused.target, show)
    return reused


def _say_changes(reused: "Reused") -> None:
    from scaffold.cli.report import printable

    if reused.changes:
        said = printable("; ".join(reused.changes))
        then = "rebuilding; --no-rebuild keeps it" if reused.replaced else "it is kept"
        click.echo(f"! changed since the container was created: {said} ({then})", err=True)


def _agree_to_loss(reused: "Reused", *, yes: bool) -> None:
    from scaffold.cli.consent import require_consent
    from scaffold.cli.report import printable
    from scaffold.cli.workspace.down import lines_of
    from scaffold.errors import InputError

    if not (reused.loses and reused.replaced):
        return
    for line in lines_of(reused.replaced):
        click.echo(printable(line), err=True)
    if not require_consent("Replace the container?", yes=yes):
        raise InputError("nothing was rebuilt; the container is as it was")
