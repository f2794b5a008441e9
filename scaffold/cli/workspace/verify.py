"""`scaffold verify`: a dev container in, a report or one JSON document out."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scaffold.cli.engine_options import engine_options
from scaffold.errors import InputError

if TYPE_CHECKING:
    from scaffold.commands.workspace.verify import Verified


@click.command(short_help="Prove from inside the dev container that its GPU works.")
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option("--container", metavar="NAME", help="That container, whatever made it.")
@click.option(
    "--gpu",
    type=click.Choice(["required", "optional", "none"]),
    help="Whether a missing GPU is an error; by default what devcontainer.json asks for.",
)
@click.option("--timeout", "seconds", type=click.IntRange(min=20), default=240, show_default=True)
@click.option("--verbose", "-v", is_flag=True, help="Show evidence, reasons and sources.")
@engine_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    path: Path | None,
    container: str | None,
    gpu: str | None,
    seconds: int,
    verbose: bool,
    host: str | None,
    ssh_config: Path | None,
    as_json: bool,
) -> None:
    """Look once from inside the running dev container of PATH (here: .), and change nothing.

    nvidia-smi, the framework's own view, a product on each GPU against the CPU's, NCCL between
    GPUs, shared memory, mounts, user and ports. Each fault comes with its cause and what mends it.
    """
    from scaffold.adapters.docker.engine import docker_engine
    from scaffold.answers.model import GpuNeed
    from scaffold.commands.workspace import verify as use_case
    from scaffold.commands.workspace.container_place import place_of, read_place

    if path is not None and container is not None:
        raise InputError("give a PATH or --container, not both")
    place = read_place(Path(), host, {}) if container else place_of(path or Path(), host)
    with docker_engine(place.host, ssh_config) as engine:
        if container is None:
            inspect = use_case.find_container(engine, place.workspace)
        else:
            inspect = use_case.named_container(engine, container)
        if sys.stderr.isatty():
            click.echo("looking from inside …", err=True)
        need = GpuNeed(gpu) if gpu else None
        verified = use_case.verify(engine, inspect, need, host=place.host, seconds=seconds)
    _print(verified, as_json=as_json, verbose=verbose)
    ctx.exit(verified.exit_code)


def _print(verified: "Verified", *, as_json: bool, verbose: bool) -> None:
    from scaffold.cli.outcomes import print_outcome
    from scaffold.cli.report import console, print_json, printable

    if as_json:
        print_json(document(verified))
        return
    console().print(f"\n{printable(verified.seen.asked.name)}", style="bold")
    for outcome in verified.outcomes:
        print_outcome(outcome, root=False, verbose=verbose)
    console().print(f"  {_next(verified)}", style="bold")


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
        return f"Next: mend {serious.id} first, then run `scaffold verify` again."
    devices = [
        device for found in verified.seen.inside.frameworks or () for device in found.devices
    ]
    if any(device.same_product for device in devices):
        return "The GPU works: the framework computes on it what the CPU does."
    if verified.seen.gpus:
        return "The GPU is here; no framework was there to compute on it."
    return "Ready, without a GPU."
