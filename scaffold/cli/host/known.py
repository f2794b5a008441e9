"""`scaffold host list` and `scaffold host remove`."""

from dataclasses import asdict

import click


@click.command("list", short_help="The hosts that are set up, and whether they can be reached.")
@click.option("--no-reach", is_flag=True, help="Do not try to reach them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_hosts(*, no_reach: bool, as_json: bool) -> None:
    """Show hosts of ours and those of your ssh contexts, with what was last seen of them."""
    from scaffold.cli import report
    from scaffold.commands.host.remove import known_hosts

    found = known_hosts(reach=not no_reach)
    if as_json:
        report.print_json({"hosts": [asdict(one) for one in found]})
        return
    if not found:
        click.echo("No host yet. Next: scaffold host setup user@host --name gpu01")
        return
    words = {True: "reachable", False: "not reachable", None: ""}
    report.table(
        (
            ("* " if one.is_current else "  ") + one.name,
            one.endpoint or "no context",
            words[one.reachable],
            "GPUs not known" if one.gpus is None else ", ".join(one.gpus) or "no GPU",
            f"driver {one.driver}" if one.driver else "",
            "" if one.seen_s is None else f"seen {report.age(one.seen_s)} ago",
        )
        for one in found
    )


@click.command(short_help="Take a host's alias and context away again.")
@click.argument("name")
@click.option("--key", is_flag=True, help="Also the key that setup put on the host.")
@click.option("--known-host", is_flag=True, help="Also the host key that setup remembered.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show what would go.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def remove(
    *, name: str, key: bool, known_host: bool, yes: bool, dry_run: bool, as_json: bool
) -> None:
    """Undo `scaffold host setup` here; the host's own fixes stay."""
    from scaffold.cli import report
    from scaffold.cli.consent import require_consent
    from scaffold.commands.host.remove import plan_removal, remove_host

    removal = plan_removal(name, key=key, known_host=known_host)
    if not as_json:
        click.echo("\n".join(f"- {line}" for line in removal.lines()))
    gone = not dry_run and require_consent("Take these away?", yes=yes)
    if gone:
        remove_host(removal)
    if as_json:
        report.print_json({"host": name, "removed": gone, "parts": removal.lines()})
    elif not gone:
        click.echo("Nothing was changed.")
