"""`scaffold container list`: all containers, each with the command to reconnect."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import engine_options
from scaffold.units import duration_text, size_text

if TYPE_CHECKING:
    from scaffold.container.facts import ContainerFacts

COLOURS = {"running": "green", "paused": "yellow", "restarting": "red", "dead": "red"}

ROLES = {
    "before": "kept by recreate; to remove it: scaffold container prune",
    "trial": "a recreate is running or did not finish; run recreate again to clean up",
    "next": "a recreate is running or did not finish; run recreate again to clean up",
}


@click.command("list")
@click.option("--no-sizes", is_flag=True, help="Skip sizes of changed files (faster).")
@click.option("--all", "everybody", is_flag=True, help="Also list other people's containers.")
@click.option("--verbose", "-v", is_flag=True, help="Also print the command that attaches VS Code.")
@engine_options
def list_(
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
    no_sizes: bool,
    everybody: bool,
    verbose: bool,
) -> None:
    """List your containers with their changes, ports, mounts and GPUs.

    Stopped containers are listed too: files that seem lost are often in one of them. Containers
    that belong to other people need --all; --json lists everybody's.
    """
    from scaffold.cli import report
    from scaffold.cli.container.engine import opened_engine
    from scaffold.commands.container.account import account_on
    from scaffold.commands.container.list import document, is_others, list_containers

    account = account_on(host, ssh_config)
    with opened_engine(host, ssh_config) as engine:
        found = list_containers(engine, sizes=not no_sizes, account=account)
    if as_json:
        report.print_json({"host": host, "containers": [document(one, host) for one in found]})
        return
    if not found:
        report.console().print(f"No containers{f' on {host}' if host else ''}, running or stopped.")
    hidden = [one for one in found if is_others(one, account) and not everybody]
    for container in found:
        if container not in hidden:
            _print(container, host, verbose=verbose)
    if hidden:
        owners = ", ".join(sorted({one.owner for one in hidden}))
        report.console().print(f"\n{len(hidden)} more of {owners} (--all)", style="dim")


def _print(container: "ContainerFacts", host: str | None, *, verbose: bool) -> None:
    from scaffold.cli.report import console, printable
    from scaffold.container.reconnect import attach_uri, reconnect_command

    console().print(f"\n{printable(container.name)}", style="bold", end="  ")
    console().print(state_text(container), style=COLOURS.get(container.state, "dim"))
    lines = [
        ("owner", container.owner),
        ("image", container.image),
        ("changes", _changes(container)),
        ("ports", ", ".join(map(str, container.ports))),
        ("mounts", ", ".join(map(str, container.mounts))),
        ("GPUs", ", ".join(container.gpus)),
        ("reconnect", reconnect_command(container, host)),
    ]
    if verbose and host is None:
        lines.append(("VS Code", f"code --folder-uri {attach_uri(container)}"))
    if container.role:
        lines.append(("note", ROLES[container.role.part]))
    for title, text in lines:
        if text:
            console().print(f"  {title:<10}", style="dim", end="")
            console().print(printable(text), style="cyan" if title == "reconnect" else "")


def state_text(container: "ContainerFacts") -> str:
    """The state with its exit code, health and age."""
    health = f" ({container.health})" if container.health else ""
    code = "" if container.exit_code is None else f" ({container.exit_code})"
    since = container.since
    ago = f" {duration_text((datetime.now(UTC) - since).total_seconds())} ago" if since else ""
    return f"{container.state}{code}{health}{ago}"


def _changes(container: "ContainerFacts") -> str:
    size = container.changes_bytes
    return f"{size_text(size)} in this container only" if size else ""
