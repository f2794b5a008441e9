"""`scaffold container prune`: remove the containers that `recreate` kept."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import engine_options
from scaffold.container.hints import for_host

if TYPE_CHECKING:
    from scaffold.commands.container.prune import Prunable


@click.command()
@click.argument("name", required=False)
@click.option("--dry-run", is_flag=True, help="List what would be removed; remove nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not prompt.")
@engine_options
@click.pass_context
def prune(
    ctx: click.Context,
    /,
    name: str | None,
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Remove old containers that `recreate` kept, of NAME or of all containers.

    Volumes are never removed. Without NAME, also removes images that no container uses.
    """
    from scaffold.cli.consent import require_consent
    from scaffold.cli.container.engine import opened_engine
    from scaffold.commands.container import prune as use_case

    with opened_engine(host, ssh_config) as engine:
        found = use_case.find_prunable(engine, name)
        if not as_json:
            _print(found, lambda text: for_host(text, host, ssh_config))
        agreed = found.anything and not dry_run and require_consent("Remove these?", yes=yes)
        refused = use_case.prune(engine, found) if agreed else ()
    if as_json:
        _print_json(found, removed=agreed, refused=refused)
    elif agreed and not refused:
        click.echo("✓ removed; volumes were kept")
    for words in refused:
        click.echo(f"! {words}", err=True)
    ctx.exit(1 if refused else 0)


def _print(found: "Prunable", complete: Callable[[str], str]) -> None:
    from scaffold.cli.report import printable
    from scaffold.units import size_text

    if not found.anything:
        click.echo("nothing to remove")
    for words in found.needed:
        click.echo(printable(f"! {complete(words)}"))
    for container in found.containers:
        size = size_text(container.changes_bytes or 0)
        click.echo(printable(f"container {container.name}  ({size} of changes)"))
    for image in found.images:
        click.echo(f"image {image}")


def _print_json(found: "Prunable", *, removed: bool, refused: tuple[str, ...]) -> None:
    from scaffold.cli.report import print_json

    names = [container.name for container in found.containers]
    document = {"containers": names, "images": found.images, "removed": removed}
    document["needed"] = found.needed
    print_json({**document, "refused": refused})
