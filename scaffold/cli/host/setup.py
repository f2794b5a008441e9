"""`scaffold host setup`: makes a server ready and connects Docker and VS Code to it."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.errors import InputError

if TYPE_CHECKING:
    from scaffold.commands.host.attendant import Change, Outcome
    from scaffold.commands.host.setup import Ready

MARKS = {
    "holds": ("✓", "green"),
    "done": ("✓", "green"),
    "would": ("→", "cyan"),
    "left": ("!", "yellow"),
    "failed": ("✗", "red"),
}


@click.command(short_help="Make a host ready, and connect Docker and VS Code to it.")
@click.argument("destination", metavar="HOST")
@click.option("--name", default="", help="Alias and Docker context; by default the host's name.")
@click.option("--yes", is_flag=True, help="Agree to all but drivers, reboots and restarts.")
@click.option("--only", multiple=True, metavar="ID", help="Mend this finding, and no other.")
@click.option("--dry-run", is_flag=True, help="Show every change and make none.")
@click.option("--use", is_flag=True, help="Make the Docker context the current one.")
@click.option("--key", type=click.Path(path_type=Path), help="The key to install.")
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase for a new key.")
@click.option("--host-key", metavar="SHA256:…", help="The fingerprint that an unknown host has.")
@click.option("--replace-context", is_flag=True, help="Let a context of the name go elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--verbose", "-v", is_flag=True, help="Show every script to its last line.")
@click.pass_context
def setup(
    ctx: click.Context,
    /,
    destination: str,
    name: str,
    yes: bool,
    only: tuple[str, ...],
    dry_run: bool,
    use: bool,
    key: Path | None,
    passphrase: bool,
    host_key: str | None,
    replace_context: bool,
    as_json: bool,
    verbose: bool,
) -> None:
    """Trust, key, ssh alias, fixes, Docker context and GPU proof; run again to go on.

    HOST is user@host, user@host:port, or an alias of your ssh config. Each change is shown
    before it is made. `--only` takes the ids that `scaffold host check` prints, and
    docker-restart and reboot for these.
    """
    from scaffold.commands.host.setup import Request, set_up

    attendant = Terminal(yes=yes, only=only, host_key=host_key, quiet=as_json)
    if not (attendant.present or yes or only or dry_run):
        raise InputError("nobody is here to agree", hint="--dry-run shows all, --yes agrees")
    if passphrase and not attendant.asking.at_terminal:
        raise InputError("--passphrase asks for it at a terminal, and there is none")
    if passphrase and not os.environ.get("SSH_AUTH_SOCK"):
        raise InputError(
            "a key with a passphrase has to be in an ssh-agent, and none runs here",
            hint='start one: eval "$(ssh-agent)"',
        )
    request = Request(
        destination, name, key, passphrase, use, replace_context, dry_run, verbose or as_json
    )
    ready = set_up(request, attendant)
    _print(ready, as_json=as_json, dry_run=dry_run)
    ctx.exit(0 if dry_run else ready.exit_code)


class Terminal:
    """Tells on standard output and asks at the terminal."""

    def __init__(
        self, *, yes: bool, only: tuple[str, ...], host_key: str | None, quiet: bool
    ) -> None:
        from scaffold.cli.asking import make_asking
        from scaffold.cli.prompts import terminal_present

        self.asking = make_asking(host_key)
        self.present = terminal_present()
        self._yes, self._only, self._quiet = yes, only, quiet

    def report(self, outcome: "Outcome") -> None:
        """A line for a step, its details below."""
        if self._quiet:
            return
        from scaffold.cli.report import console, printable

        mark, colour = MARKS[outcome.state.value]
        console().print(f"{mark} {outcome.step:<9} ", style=colour, end="")
        console().print(printable(outcome.text))
        for line in outcome.details:
            console().print(f"    {printable(line)}", style="dim")

    def agree(self, change: "Change") -> bool:
        """`--only` decides on fixes, `--yes` on all that is no choice of its own."""
        if change.is_fix and self._only:
            return change.id in self._only
        if self._yes or self._only:
            return not change.own_choice
        click.echo(f"\n{change.text} [{change.id}]", err=True)
        for line in change.details:
            click.echo(f"    {line}", err=True)
        import questionary

        agreed: bool = questionary.confirm("Do it?", default=not change.own_choice).unsafe_ask()
        return agreed

    def working(self, text: str) -> AbstractContextManager[Callable[[float], None]]:
        """A spinner on standard error, or a bar where a share is told."""
        from scaffold.cli.consent import progress

        return progress(text)


def _print(ready: "Ready", *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        from scaffold.cli.report import print_json

        steps = [asdict(one) | {"state": one.state.value} for one in ready.outcomes]
        print_json({"host": ready.name, "status": ready.checked.status, "steps": steps})
    elif dry_run:
        click.echo("Nothing was changed.")
    elif ready.exit_code:
        click.echo(f"Not ready yet: mend what is marked, then scaffold host setup {ready.name}")
    else:
        click.echo(f"Ready. Next: scaffold init --host {ready.name}, or ssh {ready.name}")
    sys.stdout.flush()
