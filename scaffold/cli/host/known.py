"""`scaffold host list` and `scaffold host remove`."""

from dataclasses import asdict
from pathlib import Path

import click

from scaffold.cli.engine_options import ssh_config_option


@click.command("list")
@click.option("--no-reach", is_flag=True, help="Do not connect to them.")
@ssh_config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_hosts(*, no_reach: bool, ssh_config: Path | None, as_json: bool) -> None:
    """List the servers set up here, and your SSH Docker contexts, with the last check of each."""
    from scaffold.cli import report
    from scaffold.commands.host.known import known_hosts
    from scaffold.units import duration_text

    found = known_hosts(reach=not no_reach, config=ssh_config)
    if as_json:
        report.print_json({"hosts": [asdict(one) for one in found]})
        return
    if not found:
        click.echo("No host yet. Next: scaffold host setup user@host --name gpu01")
        return
    words = {True: "reachable", False: "not reachable", None: ""}
    report.table(
        ("host", "Docker context", "state", "GPUs", "driver", "verdict", "last check"),
        [
            (
                ("* " if one.is_current else "  ") + one.name,
                one.endpoint or "no context",
                words[one.reachable],
                "unknown" if one.gpus is None else ", ".join(one.gpus) or "no GPU",
                one.driver or "",
                one.verdict or "",
                "" if one.seen_s is None else f"{duration_text(one.seen_s)} ago",
            )
            for one in found
        ],
    )


@click.command()
@click.argument("name")
@click.option("--key", is_flag=True, help="Also remove the key that setup installed.")
@click.option("--known-host", is_flag=True, help="Also remove the host key from known_hosts.")
@click.option("--yes", "-y", is_flag=True, help="Do not prompt.")
@click.option("--dry-run", is_flag=True, help="Show what would be removed, change nothing.")
@ssh_config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def remove(
    *,
    name: str,
    key: bool,
    known_host: bool,
    yes: bool,
    dry_run: bool,
    ssh_config: Path | None,
    as_json: bool,
) -> None:
    """Remove what `scaffold host setup` made on this machine, after a list of what still runs.

    Fixes on the server stay; `scaffold host setup NAME --undo` takes them back.
    """
    from scaffold.cli import report
    from scaffold.cli.consent import require_consent
    from scaffold.commands.host.remove import plan_removal, remove_host

    removal = plan_removal(name, key=key, known_host=known_host, config=ssh_config)
    if not as_json:
        click.echo("\n".join(f"- {report.printable(line)}" for line in removal.lines()))
        _print_running(removal.running)
    gone = not dry_run and require_consent("Remove these?", yes=yes)
    if gone:
        remove_host(removal)
    if as_json:
        document = {"host": name, "removed": gone, "parts": removal.lines()}
        report.print_json(document | {"running": removal.running})
    elif not gone:
        click.echo("Nothing was changed.")


def _print_running(running: tuple[str, ...] | None) -> None:
    from scaffold.cli.report import printable

    if running is None:
        click.echo("What runs on the host is unknown: it does not answer.")
    elif running:
        click.echo("Still running; removing the alias does not stop it:")
        click.echo("\n".join(f"  {printable(line)}" for line in running))
