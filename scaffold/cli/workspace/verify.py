"""`scaffold verify`: test a dev container, and print a report or one JSON document."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import engine_options
from scaffold.errors import InputError

if TYPE_CHECKING:
    from scaffold.commands.workspace.verify import Verified


@click.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--container", metavar="NAME", help="Any container, by name.")
@click.option(
    "--gpu",
    type=click.Choice(["required", "optional", "none"]),
    help="Whether a missing GPU is an error, default: as in devcontainer.json.",
)
@click.option("--config", metavar="NAME", help="The configuration in .devcontainer/NAME.")
@click.option("--take-over", is_flag=True, help="Test another person's container too.")
@click.option(
    "--timeout",
    "seconds",
    type=click.IntRange(min=20),
    metavar="SECONDS",
    default=240,
    help="Longest time for the whole check, 20 or more, default: 240.",
)
@click.option("--verbose", "-v", is_flag=True, help="Show evidence, reasons and sources.")
@engine_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path | None,
    container: str | None,
    gpu: str | None,
    config: str | None,
    take_over: bool,
    seconds: int,
    verbose: bool,
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
) -> None:
    """Test the GPU from inside the running dev container of PATH (default: .). Changes nothing.

    Runs nvidia-smi, multiplies matrices on each GPU and compares with the CPU, tries NCCL
    between GPUs, and checks shared memory, mounts, user and ports. Each fault comes with its
    cause and its fix.
    """
    from scaffold.adapters.docker.engine import docker_engine
    from scaffold.answers.choices import GpuNeed
    from scaffold.cli.consent import agree_to_other
    from scaffold.commands.workspace import verify as use_case
    from scaffold.commands.workspace.location import locate, read_location
    from scaffold.commands.workspace.standing import config_path, identity_of, require_own

    if path is not None and container is not None:
        raise InputError("give a PATH or --container, not both")
    root = path or Path()
    location = read_location(root, host, {}) if container else locate(root, host, config)
    identity = identity_of(root, location, ssh_config, config=config_path(config))
    agree = agree_to_other(take_over=take_over)
    with docker_engine(location.host, ssh_config) as engine:
        if container is None:
            place = str(location.workspace)
            inspect = use_case.find_container(engine, identity, place, agree)
        else:
            inspect = use_case.named_container(engine, container)
            require_own(inspect, identity, agree)
        if sys.stderr.isatty():
            click.echo("testing the GPU …", err=True)
        need = GpuNeed(gpu) if gpu else None
        known = use_case.config_for(engine, inspect, None if container else root, config)
        verified = use_case.verify(
            engine, inspect, need, host=location.host, config=known, seconds=seconds
        )
    _print(verified, as_json=as_json, verbose=verbose)
    ctx.exit(verified.exit_code)


def _print(verified: "Verified", *, as_json: bool, verbose: bool) -> None:
    from scaffold.cli.outcomes import closing, print_outcome
    from scaffold.cli.report import console, print_json, printable

    if as_json:
        print_json(document(verified))
        return
    console().print(f"\n{printable(verified.seen.asked.name)}", style="bold")
    for outcome in verified.outcomes:
        print_outcome(outcome, root=False, verbose=verbose)
    console().print(closing(verified.findings, _next(verified)), style="bold")


def document(verified: "Verified") -> dict[str, object]:
    """The JSON document; `gpu` says whether a GPU is needed, and where that was read."""
    from scaffold.cli.outcomes import finding_json

    asked = verified.seen.asked
    return {
        "container": asked.name,
        "status": verified.status,
        "gpu": {"need": asked.need.value, "from": asked.need_from, "asked_for": asked.gpus},
        "facts": asdict(verified.seen.inside),
        "findings": [finding_json(finding) for finding in verified.findings],
    }


def _next(verified: "Verified") -> str:
    from scaffold.checks.topics import SERIOUS

    serious = next((one for one in verified.findings if one.level in SERIOUS), None)
    if serious:
        return f'Next: fix "{serious.message}" first, then run scaffold verify again.'
    devices = [
        device for found in verified.seen.inside.frameworks or () for device in found.devices
    ]
    if any(device.same_product for device in devices):
        return "The GPU works: the framework computes the same on it as on the CPU."
    if verified.seen.gpus:
        return "The GPU is visible; no framework is installed to compute on it."
    return "Ready, without a GPU."
