"""`scaffold container save`: what is not included, possible secrets, and the image."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import engine_options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scaffold.commands.container.save import SavePlan


@click.command()
@click.argument("name")
@click.argument("image", metavar="REPO:TAG")
@click.option("--message", "-m", default="", help="Description to store in the image.")
@click.option(
    "--author", default="", help="Author to store in the image (default: your login name)."
)
@click.option(
    "--include-secret",
    multiple=True,
    metavar="NAME",
    help="Save a suspected secret too: its name in the list of those left out.",
)
@click.option("--yes", "-y", is_flag=True, help="Do not prompt; leave suspected secrets out.")
@engine_options
def save(
    name: str,
    image: str,
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
    message: str,
    author: str,
    include_secret: tuple[str, ...],
    yes: bool,
) -> None:
    """Save the file system and settings of the container NAME as the image REPO:TAG.

    Volumes and folders of the host are not saved; they are listed. What looks like a secret is
    listed and left out; the image then has one layer and no build history.

    Example: scaffold container save trainer my-project:2026-11-24
    """
    from scaffold.cli.consent import progress, require_consent
    from scaffold.cli.container.engine import opened_engine
    from scaffold.commands.container import save as use_case
    from scaffold.commands.container.copying import watch

    with opened_engine(host, ssh_config) as engine:
        with progress(f"searching {name} for secrets"):
            saving = use_case.plan_save(engine, name, image, frozenset(include_secret))
        _print(saving, to_stderr=as_json)
        if saving.needs_consent and not require_consent(f"Save as {saving.reference}?", yes=yes):
            click.echo("nothing was saved", err=True)
            return
        doing = f"saving {saving.name} as {saving.reference}"
        with progress(doing, saving.changes_bytes, watch(engine)):
            message = message or f"scaffold container save {saving.name}"
            made = use_case.save(engine, saving, message, author or getpass.getuser())
    _print_saved(saving, made, as_json=as_json)


def _print(saving: "SavePlan", *, to_stderr: bool) -> None:
    from scaffold.cli.report import printable
    from scaffold.units import size_text

    def say(title: str, lines: "Iterable[str]") -> None:
        found = list(lines)
        if found:
            click.echo(title, err=to_stderr)
        for line in found:
            click.echo(f"    {printable(line)}", err=to_stderr)

    if saving.free_bytes is not None and saving.free_bytes < saving.changes_bytes:
        free = size_text(saving.free_bytes)
        click.echo(f"  ! the engine's disk has {free} free, which is too little", err=to_stderr)
    still = f"; the container {_meanwhile(saving)}" if saving.running else ""
    size = size_text(saving.changes_bytes)
    click.echo(f"{saving.name}: {size} of changed files{still}", err=to_stderr)
    say("  not saved (mounted):", saving.left_out)
    say("  ! left out, variables that look like secrets:", saving.variables)
    say("  ! left out, settings that look like secrets:", saving.settings)
    say("  ! left out, files that look like secrets:", saving.files)
    say("  ! left out with the build history, steps that look like secrets:", saving.layers)
    if saving.secret:
        text = "    --include-secret NAME saves one (history: the build steps)"
        click.echo(text, err=to_stderr)
    if saving.unread:
        click.echo(f"  ? not all files were searched for secrets: {saving.unread}", err=to_stderr)
    if saving.replaces:
        click.echo(f"  ! the existing image {saving.reference} loses its name", err=to_stderr)


def _meanwhile(saving: "SavePlan") -> str:
    return "runs on while its files are read" if saving.secret else "is paused meanwhile"


def _print_saved(saving: "SavePlan", made: str, *, as_json: bool) -> None:
    from scaffold.cli.report import print_json

    if not as_json:
        click.echo(f"✓ saved as {saving.reference}")
        return
    document = {
        "container": saving.name,
        "image": saving.reference,
        "id": made,
        "left_out": saving.left_out,
        "suspected_variables": saving.variables,
        "suspected_settings": saving.settings,
        "suspected_files": saving.files,
        "suspected_layers": saving.layers,
        "not_searched": saving.unread or None,
    }
    print_json(document)
