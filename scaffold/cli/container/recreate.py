"""`scaffold container recreate`: what changes, what to know, consent, and the new container."""

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scaffold.cli.engine_options import engine_options

if TYPE_CHECKING:
    from scaffold.adapters.docker.engine import DockerEngine
    from scaffold.commands.container.plan import RecreatePlan
    from scaffold.commands.container.recreate import Recreated
    from scaffold.container.recreate.options import RecreateOptions


@click.command(short_help="Change ports, volumes, GPUs … of a container.")
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
    **flags: Any,
) -> None:
    """Replace the container NAME with one that has the same settings and your changes.

    Files and volumes are kept. The program in the container is restarted. The old container is
    kept under a dated name until `scaffold container prune`, and is restored if the new one
    does not start. Without options, the container is recreated unchanged.

    Example: scaffold container recreate trainer --publish 127.0.0.1:8888:8888
    """
    from scaffold.adapters.docker.engine import docker_engine
    from scaffold.commands.container.plan import make_plan
    from scaffold.commands.container.recovery import full_name

    changes = read_changes(flags)
    with docker_engine(host, ssh_config) as engine:
        name = full_name(engine, name)
        if not dry_run:
            _settle(engine, name, take_over=take_over)
        plan = make_plan(engine, name, changes)
        if dry_run:
            _print_dry_run(plan, as_json=as_json)
        elif changes != type(changes)() and not plan.said:
            _print_nothing(plan, as_json=as_json)
        else:
            ctx.exit(_run(engine, plan, yes=yes, as_json=as_json))


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


def _run(engine: "DockerEngine", plan: "RecreatePlan", *, yes: bool, as_json: bool) -> int:
    from scaffold.cli.consent import progress, require_consent
    from scaffold.commands.container.recreate import recreate as run

    _print_plan(plan, to_stderr=as_json)
    if not require_consent(f"Recreate {plan.name}?", yes=yes):
        click.echo("nothing was changed", err=True)
        return 0
    _print_recreated(run(engine, plan, progress), plan, as_json=as_json)
    return 0


def _print_plan(plan: "RecreatePlan", *, to_stderr: bool) -> None:
    from scaffold.cli.report import printable

    def say(text: str) -> None:
        click.echo(printable(text), err=to_stderr)

    say(f"{plan.name}: " + ("changes" if plan.said else "recreated unchanged"))
    for words in plan.said:
        say(f"  {words}")
    for words in (*_cost(plan), *plan.advice):
        say(f"  ! {words}")
    if plan.processes is None:
        say("  ! its programs are stopped and started again (Docker cannot list them)")
    elif plan.processes:
        say(f"  ! {len(plan.processes)} running processes are stopped:")
    for command in plan.processes or ():
        say(f"      {command}")


def _cost(plan: "RecreatePlan") -> list[str]:
    from scaffold.cli.container.list import size_text

    if not plan.commits:
        return []
    size = size_text(plan.changes_bytes)
    while_ = "; the container is stopped meanwhile" if plan.runs else ""
    said = [f"{size} of changed files are copied into an image on the Docker host{while_}"]
    if plan.free_bytes is not None and plan.free_bytes < plan.changes_bytes:
        said.append(f"that disk has {size_text(plan.free_bytes)} free, which is too little")
    return said


def _print_nothing(plan: "RecreatePlan", *, as_json: bool) -> None:
    from scaffold.cli.report import print_json

    if as_json:
        print_json({"container": plan.name, "changes": [], "kept": None})
    else:
        click.echo(f"{plan.name} already has these settings: nothing to do")


def _print_recreated(made: "Recreated", plan: "RecreatePlan", *, as_json: bool) -> None:
    from scaffold.cli.report import print_json, printable

    if as_json:
        document = {
            "container": made.name,
            "changes": plan.said,
            "kept": made.kept,
            "image": made.image,
            "started": made.started,
            "unlike": [asdict(one) for one in made.unlike],
        }
        print_json(document)
        return
    for one in made.unlike:
        click.echo(printable(f"! differs: {one.path}: {one.before!r}, now {one.after!r}"))
    state = "is running" if made.started else f"was created (start it: docker start {made.name})"
    click.echo(f"✓ {made.name} {state}; the old container is kept as {made.kept}")
    click.echo("  to remove it later: scaffold container prune")


def _print_dry_run(plan: "RecreatePlan", *, as_json: bool) -> None:
    from scaffold.cli.report import print_json
    from scaffold.container.render.compose import compose_yaml
    from scaffold.container.render.docker_run import docker_run

    command, compose = docker_run(plan.typed), compose_yaml(plan.typed)
    if as_json:
        document = {"container": plan.name, "changes": plan.said, "advice": plan.advice}
        print_json({**document, "docker_run": command, "compose": compose})
        return
    _print_plan(plan, to_stderr=False)
    for words in plan.before_docker_run:
        click.echo(shlex.join(words))
    click.echo(f"{command}\n\n{compose}", nl=False)
