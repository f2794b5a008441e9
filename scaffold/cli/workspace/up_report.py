"""What `scaffold up` prints: the upload, a dry run, and the running container."""

import shlex
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scaffold.commands.sync.requests import PushResult
    from scaffold.commands.workspace.up import UpResult
    from scaffold.commands.workspace.up_target import UpTarget


def say_sent(sent: "PushResult", *, dry_run: bool) -> None:
    """Print what was uploaded, or that nothing was."""
    from scaffold.cli.report import printable
    from scaffold.cli.sync.push import show_sent

    if sent.files or sent.deleted or sent.gone or sent.skipped or sent.notes:
        show_sent(sent, dry_run=dry_run)
    else:
        click.echo(f"{printable(str(sent.target))} is up to date")


def end_dry(target: "UpTarget", sent: "PushResult | None", *, as_json: bool) -> int:
    """Print what would run and what the server lacks; the exit code."""
    from dataclasses import asdict

    from scaffold.commands.workspace.up import unmet_needs

    lacking = unmet_needs(target, sent)
    command_line = shlex.join(
        target.argv if len(target.argv[-1]) < 500 else [*target.argv[:-1], "…"]
    )
    where = (
        {"DOCKER_CONTEXT": target.host} if target.recorded and target.recorded.by_context else {}
    )
    if as_json:
        from scaffold.cli.report import print_json
        from scaffold.cli.sync.push import sent_json

        sync = sent_json(sent, dry_run=True) if sent else None
        document = {"dry_run": True, "sync": sync, "argv": target.argv, "environment": where}
        print_json(document | {"needs": [asdict(one) for one in lacking]})
        return int(bool(lacking))
    prefix = "".join(f"{key}={value} " for key, value in where.items())
    click.echo(f"would run: {prefix}{command_line}")
    for one in lacking:
        click.echo(f"✗ {one.message}\n    {one.hint}")
    click.echo("Nothing was changed.")
    return int(bool(lacking))


def print_up_json(target: "UpTarget", sent: "PushResult | None", up: "UpResult") -> None:
    """Print the result as a JSON document."""
    from scaffold.cli.report import print_json
    from scaffold.cli.sync.push import sent_json
    from scaffold.cli.workspace.verify import document
    from scaffold.commands.workspace.up import entry_commands

    print_json(
        {
            "host": target.host or "local",
            "way": target.recorded.files.value if target.recorded else "local",
            "sync": sent_json(sent, dry_run=False) if sent else None,
            "container": {"name": up.name, "id": up.id, "user": up.user, "folder": up.folder},
            "stale": up.stale,
            "verify": document(up.verified),
            "get_in": entry_commands(target, up),
            "seconds": up.seconds,
        }
    )


def print_up(target: "UpTarget", up: "UpResult") -> None:
    """Print the running container, the GPU's test, and the commands to enter it."""
    from scaffold.checks.topics import SERIOUS
    from scaffold.cli.outcomes import print_outcome
    from scaffold.cli.report import console, printable
    from scaffold.commands.workspace.up import entry_commands

    where = f" on {target.host}" if target.host else ""
    console().print(f"{up.name} ({up.id[:12]}) is running{where}", style="bold")
    console().print(f"  as {up.user}, in {printable(up.folder)}, after {up.seconds:.1f} s")
    if up.stale:
        text = "  it was created before .devcontainer/ changed: scaffold up --rebuild"
        console().print(text, style="yellow")
    for outcome in up.verified.outcomes:
        shown = outcome.topic.name in {"gpu", "framework"} or outcome.level in SERIOUS
        if shown and not outcome.echo_of:
            print_outcome(outcome, root=False, verbose=False)
    console().print("Enter it:", style="bold")
    for step in entry_commands(target, up):
        console().print(f"  {printable(step)}")
