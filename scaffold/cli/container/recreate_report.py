"""The output of `scaffold container recreate`."""

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.records import dataclass

if TYPE_CHECKING:
    from scaffold.commands.container.plan import RecreatePlan
    from scaffold.commands.container.recreate import Recreated


@dataclass(frozen=True, slots=True)
class Output:
    """Where the engine is, for commands in the output, and the form of the output."""

    host: str | None
    ssh_config: Path | None
    as_json: bool

    def complete(self, text: str) -> str:
        """The text with the host in its commands."""
        from scaffold.container.hints import for_host

        return for_host(text, self.host, self.ssh_config)


def print_plan(plan: "RecreatePlan", output: Output, *, to_stderr: bool) -> None:
    """Print what changes, and what the user should know before."""
    from scaffold.cli.report import printable

    for one in plan.members:
        for line in _plan_lines(one):
            click.echo(printable(output.complete(line)), err=to_stderr)


def _plan_lines(plan: "RecreatePlan") -> list[str]:
    from scaffold.container.render.secrets import hide_text

    lines = [f"{plan.name}: " + ("changes" if plan.said else "recreated unchanged")]
    lines += [f"  {hide_text(words)}" for words in plan.said]
    lines += [f"  ! {words}" for words in (*_cost(plan), *plan.advice)]
    if plan.processes is None:
        lines.append("  ! its programs are stopped and started again (Docker cannot list them)")
    elif plan.processes:
        lines.append(f"  ! {len(plan.processes)} running processes are stopped:")
    return lines + [f"      {hide_text(command)}" for command in plan.processes or ()]


def _cost(plan: "RecreatePlan") -> list[str]:
    from scaffold.units import size_text

    if not plan.commits:
        return []
    size = size_text(plan.changes_bytes)
    while_ = "; the container is stopped meanwhile" if plan.runs else ""
    said = [f"{size} of changed files are copied into an image on the Docker host{while_}"]
    if plan.free_bytes is None:
        said.append("the free disk space of the Docker host is unknown")
    elif plan.free_bytes < plan.changes_bytes:
        said.append(f"that disk has only {size_text(plan.free_bytes)} free")
    return said


def print_nothing(plan: "RecreatePlan", output: Output) -> None:
    """Print that nothing has to change."""
    from scaffold.cli.report import print_json

    if output.as_json:
        print_json({"container": plan.name, "changes": [], "kept": None})
    else:
        click.echo(f"{plan.name} already has these settings: nothing to do")


def print_recreated(made: "tuple[Recreated, ...]", plan: "RecreatePlan", output: Output) -> None:
    """Print the result."""
    from scaffold.cli.report import print_json

    if output.as_json:
        first, *more = map(_document, made, plan.members)
        print_json({**first, "dependents": more})
        return
    for one in made:
        _print_one(one, output)
    click.echo(output.complete("  to remove it later: scaffold container prune"))


def _document(made: "Recreated", plan: "RecreatePlan") -> dict[str, object]:
    from scaffold.container.render.secrets import hide_value

    return {
        "container": made.name,
        "changes": [hide_value(words) for words in plan.said],
        "kept": made.kept,
        "image": made.image,
        "started": made.started,
        "health": made.health or None,
        "unlike": [hide_value(asdict(one)) for one in made.unlike],
    }


def _print_one(made: "Recreated", output: Output) -> None:
    from scaffold.cli.report import printable
    from scaffold.container.render.secrets import hide_value

    for one in made.unlike:
        before, after = hide_value(one.before), hide_value(one.after)
        click.echo(printable(f"! differs: {one.path}: {before!r}, now {after!r}"))
    if made.health in {"unhealthy", "restarting", "starting"}:
        was = f" (it was {made.health_before} before)" if made.health_before else " (as before)"
        click.echo(f"! {made.name} is {made.health}{was}")
    running = "is running (its program was restarted)"
    state = running if made.started else f"was created (start it: docker start {made.name})"
    done = f"✓ {made.name} {state}; the old container is kept as {made.kept}"
    click.echo(output.complete(done))


def print_dry_run(plan: "RecreatePlan", output: Output, *, show_secrets: bool) -> None:
    """Print the plan as commands and as a Compose file, without secrets unless requested."""
    from scaffold.cli.report import print_json
    from scaffold.container.render.compose import compose_yaml
    from scaffold.container.render.docker_run import docker_run
    from scaffold.container.render.secrets import hide_secrets

    shown = plan.typed if show_secrets else hide_secrets(plan.typed)
    command, compose = docker_run(shown), compose_yaml(shown)
    if output.as_json:
        document = {
            "container": plan.name,
            "changes": plan.said,
            "advice": plan.advice,
            "dependents": [one.name for one in plan.dependents],
        }
        print_json({**document, "docker_run": command, "compose": compose})
        return
    print_plan(plan, output, to_stderr=False)
    for words in plan.before_docker_run:
        click.echo(output.complete(shlex.join(words)))
    # Further lines are options, whose values are not commands of ours.
    first, newline, options = command.partition("\n")
    click.echo(f"{output.complete(first)}{newline}{options}\n\n{compose}", nl=False)
