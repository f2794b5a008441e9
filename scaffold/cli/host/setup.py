"""`scaffold host setup`: prepares a server, and connects Docker and VS Code to it."""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import ssh_config_option
from scaffold.cli.host.attendant import HostTerminal
from scaffold.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scaffold.commands.host.attendant import StepOutcome
    from scaffold.commands.host.setup import HostSetup


@click.command()
@click.argument("destination", metavar="HOST")
@click.option(
    "--name",
    default="",
    metavar="NAME",
    help="Alias and Docker context (default: the host's name).",
)
@click.option(
    "--yes", "-y", is_flag=True, help="Agree to everything but drivers, reboots and restarts."
)
@click.option("--only", multiple=True, metavar="ID", help="Run this fix and no other.")
@click.option("--no-sudo", is_flag=True, help="Run nothing as root; list it for an administrator.")
@click.option(
    "--admin-script",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the open fixes as a script for root.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY[=VALUE]",
    help="Change a server setting, like log-rotation or data-root=/data.",
)
@click.option("--rootless", is_flag=True, help="Set up a Docker of your own, without root.")
@click.option("--undo", is_flag=True, help="Take back what earlier runs changed on the server.")
@click.option("--dry-run", is_flag=True, help="Show every change and make none.")
@click.option("--use", is_flag=True, help="Make the Docker context the current one.")
@click.option("--key", type=click.Path(path_type=Path), help="Install this key.")
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase for a new key.")
@click.option("--host-key", metavar="SHA256:…", help="Fingerprint of an unknown host's key.")
@click.option(
    "--replace-context", is_flag=True, help="Overwrite an existing Docker context of this name."
)
@click.option("--replace-alias", is_flag=True, help="Overwrite an alias for another server.")
@ssh_config_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--verbose", "-v", is_flag=True, help="Show every script completely.")
@click.pass_context
def setup(
    ctx: click.Context,
    /,
    destination: str,
    only: tuple[str, ...],
    host_key: str | None,
    ssh_config: Path | None,
    *,
    yes: bool,
    undo: bool,
    dry_run: bool,
    as_json: bool,
    verbose: bool,
    **wishes: object,
) -> None:
    """Prepare a server for GPU containers, and connect Docker and VS Code to it.

    Sets up the ssh key, an ssh alias, fixes, a Docker context, and proves the GPU in a container.
    HOST is user@host, user@host:port, or an alias of your ssh config. Each change is shown before
    it is made. `--only` takes the ids that `scaffold host check` prints, docker-restart and reboot.

    Without sudo, everything that needs no root is done, and the rest is listed for an
    administrator. The exit code is 1 as long as something keeps GPU containers from running.
    `--set` takes log-rotation, data-root=PATH, address-pool=NETWORK,
    registry-mirror=NAME-OR-URL and mig=PROFILES.

    \b
    scaffold host setup ada@192.0.2.7 --name gpu01
    scaffold host setup gpu01 --yes --admin-script fixes.sh
    scaffold host setup gpu01 --undo
    """
    attendant = HostTerminal(yes=yes, only=only, host_key=host_key, quiet=as_json)
    if not (attendant.present or yes or only or dry_run):
        raise InputError(
            "no terminal to ask at", hint="--dry-run shows every change, --yes agrees to them"
        )
    if undo:
        _undo(ctx, destination, attendant, ssh_config, dry_run=dry_run, as_json=as_json)
        return
    _require_agent(attendant, passphrase=bool(wishes["passphrase"]))
    from scaffold.commands.host.setup import HostSetupRequest, set_up

    request = HostSetupRequest(
        destination=destination,
        dry_run=dry_run,
        whole=verbose or as_json,
        ssh_config=ssh_config,
        **wishes,  # type: ignore[arg-type]
    )
    with attendant.truthful(destination, str(wishes["name"])):
        done = set_up(request, attendant)
    _print(done, as_json=as_json, dry_run=dry_run)
    ctx.exit(0 if dry_run else done.exit_code)


def _require_agent(attendant: HostTerminal, *, passphrase: bool) -> None:
    """Raise InputError if a passphrase is asked for and cannot be used."""
    if passphrase and not attendant.asking.at_terminal:
        raise InputError("--passphrase needs a terminal to ask at")
    if passphrase and not os.environ.get("SSH_AUTH_SOCK"):
        raise InputError(
            "a key with a passphrase needs an ssh-agent, and none is running",
            hint='start one: eval "$(ssh-agent)"',
        )


def _undo(
    ctx: click.Context,
    name: str,
    attendant: HostTerminal,
    ssh_config: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    from scaffold.adapters.ssh.program import ProgramTransport
    from scaffold.commands.host.undo import undo_setup

    undone = undo_setup(ProgramTransport(name, ssh_config), attendant, dry_run=dry_run)
    if as_json:
        from scaffold.cli.report import print_json

        print_json({"host": undone.name, "steps": _steps(undone.outcomes)})
    elif dry_run:
        click.echo("Nothing was changed.")
    else:
        click.echo(f"To remove the alias and the context: scaffold host remove {name}")
    ctx.exit(0 if dry_run else undone.exit_code)


def _steps(outcomes: "Sequence[StepOutcome]") -> list[dict[str, object]]:
    return [asdict(one) | {"state": one.state.value} for one in outcomes]


def _print(done: "HostSetup", *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        from scaffold.cli.report import print_json

        how = {"verdict": done.verdict.value, "ready": done.verdict.is_ready}
        steps = {"steps": _steps(done.outcomes)}
        print_json({"host": done.name, "status": done.checked.status, **how, **steps})
    elif dry_run:
        click.echo("Nothing was changed.")
    else:
        click.echo(_conclusion(done))
    sys.stdout.flush()


def _conclusion(done: "HostSetup") -> str:
    from scaffold.checks.verdict import Verdict, blockers

    if done.verdict.is_ready:
        warned = done.verdict is Verdict.READY_WITH_WARNINGS
        first = "Ready; the warnings above can wait" if warned else "Ready"
        return f"{first}. Next: scaffold init --host {done.name}, or ssh {done.name}"
    open_ids = [one.id for one in blockers(done.checked.findings, gpu_proved=done.is_proved)]
    what = f" ({', '.join(open_ids)})" if open_ids else ""
    return (
        f"Not ready yet{what}: fix what is marked above, then run again: "
        f"scaffold host setup {done.name}"
    )
