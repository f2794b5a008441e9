"""`scaffold container recreate`: what changes, what to know, consent, and the new container."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scaffold.cli.container.recreate_report import (
    Output,
    print_dry_run,
    print_nothing,
    print_plan,
    print_recreated,
)
from scaffold.cli.engine_options import engine_options
from scaffold.errors import InputError

if TYPE_CHECKING:
    from scaffold.adapters.docker.engine import DockerEngine
    from scaffold.commands.container.plan import RecreatePlan
    from scaffold.container.recreate.options import RecreateOptions


@click.command()
@click.argument("name")
@click.option("--publish", "-p", multiple=True, metavar="8888:8888", help="Publish a port.")
@click.option(
    "--unpublish", multiple=True, metavar="8888", help="Stop publishing a container port."
)
@click.option(
    "--volume",
    "-v",
    multiple=True,
    metavar="/data:/data",
    help="Add a mount; the source is a path on the Docker host.",
)
@click.option(
    "--no-volume", multiple=True, metavar="/data", help="Remove the mount at this container path."
)
@click.option(
    "--network", multiple=True, metavar="NAME", help="Join a network, or use host or none."
)
@click.option("--no-network", multiple=True, metavar="NAME", help="Leave a network.")
@click.option("--gpus", metavar="all", help="GPUs to use: all, a count, device=0,1 or none.")
@click.option("--shm-size", metavar="8g", help="Size of /dev/shm.")
@click.option("--env", "-e", multiple=True, metavar="NAME=VALUE", help="Set a variable.")
@click.option("--no-env", multiple=True, metavar="NAME", help="Remove a variable.")
@click.option(
    "--image", metavar="REPO:TAG", help="Use another image; changes to files are not copied."
)
@click.option("--dry-run", is_flag=True, help="Print docker run and Compose YAML; change nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not prompt.")
@click.option(
    "--with-dependents", is_flag=True, help="Also recreate containers that refer to this one."
)
@click.option("--show-secrets", is_flag=True, help="With --dry-run: print secret values.")
@click.option(
    "--take-over", is_flag=True, help="Continue although an earlier recreate did not finish."
)
@engine_options
@click.pass_context
def recreate(
    ctx: click.Context,
    /,
    name: str,
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
    dry_run: bool,
    yes: bool,
    take_over: bool,
    with_dependents: bool,
    show_secrets: bool,
    **flags: Any,
) -> None:
    """Replace the container NAME with one that has the same settings and your changes.

    Files and volumes are kept. The program in the container is restarted. The old container is
    kept under a dated name until `scaffold container prune`, and is restored if the new one
    does not start. Without options, the container is recreated unchanged.

    Example: scaffold container recreate trainer --publish 127.0.0.1:8888:8888
    """
    from scaffold.cli.container.engine import opened_engine
    from scaffold.commands.container.plan import make_plan
    from scaffold.commands.container.recovery import full_name

    _require_terminal(show_secrets=show_secrets)
    changes = read_changes(flags)
    output = Output(host, ssh_config, as_json)
    with opened_engine(host, ssh_config) as engine:
        name = full_name(engine, name)
        if not dry_run:
            _settle(engine, name, take_over=take_over)
        plan = make_plan(engine, name, changes, with_dependents=with_dependents)
        if not dry_run:
            for one in plan.dependents:
                _settle(engine, one.name, take_over=take_over)
        if dry_run:
            print_dry_run(plan, output, show_secrets=show_secrets)
        elif changes != type(changes)() and not any(one.said for one in plan.members):
            print_nothing(plan, output)
        else:
            ctx.exit(_run(engine, plan, output, yes=yes))


def _require_terminal(*, show_secrets: bool) -> None:
    if show_secrets and not sys.stdout.isatty():
        raise InputError(
            "--show-secrets needs a terminal: secret values are not written to files or pipes",
            hint="run it at a terminal, without a pipe",
        )


def read_changes(flags: dict[str, Any]) -> "RecreateOptions":
    """Parse the flags. Raises InputError for an invalid value."""
    from scaffold.answers.validation import parse_gpus
    from scaffold.container.recreate import options as read

    gpus = flags["gpus"]
    return read.RecreateOptions(
        publish=tuple(port for text in flags["publish"] for port in read.parse_publish(text)),
        unpublish=tuple(map(read.parse_unpublish, flags["unpublish"])),
        volumes=tuple(map(read.parse_volume, flags["volume"])),
        no_volumes=flags["no_volume"],
        networks=flags["network"],
        no_networks=flags["no_network"],
        gpus=gpus if gpus in {None, "none"} else parse_gpus(gpus),
        shm_size=read.parse_size("--shm-size", flags["shm_size"]) if flags["shm_size"] else None,
        env=tuple(map(read.parse_env, flags["env"])),
        no_env=flags["no_env"],
        image=flags["image"],
    )


def _settle(engine: "DockerEngine", name: str, *, take_over: bool) -> None:
    """Undo an earlier run that did not finish."""
    from scaffold.commands.container.guard import require_alone
    from scaffold.commands.container.recovery import settle

    require_alone(engine, name, take_over=take_over)
    done = settle(engine, name)
    if done:
        click.echo("an earlier recreate did not finish; undoing it first:", err=True)
    for words in done:
        click.echo(f"  {words}", err=True)


def _run(engine: "DockerEngine", plan: "RecreatePlan", output: Output, *, yes: bool) -> int:
    from scaffold.cli.consent import progress, require_consent
    from scaffold.commands.container.plan import require_space
    from scaffold.commands.container.recreate import recreate as run

    print_plan(plan, output, to_stderr=output.as_json)
    require_space(plan)
    names = ", ".join(one.name for one in plan.members)
    if not require_consent(f"Recreate {names}?", yes=yes):
        click.echo("nothing was changed", err=True)
        return 0
    print_recreated(run(engine, plan, progress), plan, output)
    return 0
