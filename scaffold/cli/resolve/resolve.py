"""`scaffold resolve`: the decision alone."""

from dataclasses import replace
from pathlib import Path

import click

from scaffold.answers.choices import GpuNeed, Stack
from scaffold.answers.names import parse_image
from scaffold.answers.releases import parse_capability, parse_driver, parse_framework, parse_python
from scaffold.cli import report
from scaffold.cli.engine_options import ssh_config_option
from scaffold.cli.resolve.json import resolution_json
from scaffold.commands.resolve.resolve import (
    decide,
    decide_image,
    described_gpus,
    facts_of,
    with_project,
)
from scaffold.facts import DescribedHost
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Askers, Conflict, Resolution, WayOut, Wishes


@click.command()
@click.option("--host", metavar="HOST", help="Server to read facts from: SSH alias or user@host.")
@ssh_config_option
@click.option(
    "--gpu-model",
    "gpus",
    multiple=True,
    metavar="NAME",
    help="GPU name or PCI id: 'Tesla T4', 'RTX 4090'. Repeatable.",
)
@click.option("--gpu", "gpus_too", multiple=True, hidden=True)
@click.option(
    "--compute-capability",
    "capabilities",
    multiple=True,
    metavar="X.Y",
    help="Compute capability of a GPU with an unknown name: 8.6. Repeatable.",
)
@click.option("--driver", default="", metavar="VERSION", help="Driver version: 535.183.01.")
@click.option(
    "--framework",
    default="",
    metavar="SPEC",
    help="'torch>=2.8', 'tensorflow', 'jax', 'onnxruntime'.",
)
@click.option("--python", default="", metavar="SPEC", help="3.12 or '>=3.10'.")
@click.option(
    "--project", type=click.Path(path_type=Path), help="Read requirements from this project."
)
@click.option(
    "--arch",
    type=click.Choice(["x86_64", "aarch64"]),
    help="CPU architecture, as uname -m prints it.",
)
@click.option(
    "--stack",
    "--image-family",
    "stack",
    default=Stack.PYTHON.value,
    metavar=f"[{'|'.join(Stack)}]",
    help="Base of the image, as for scaffold init.",
)
@click.option("--image", metavar="REPO:TAG", help="Check whether this image runs on the machine.")
@click.option("--nvcc", is_flag=True, help="The project compiles CUDA code.")
@click.option("--cpu", is_flag=True, help="Use no GPU.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--verbose", "-v", is_flag=True, help="Show sources and rejected builds.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    host: str | None,
    ssh_config: Path | None,
    gpus: tuple[str, ...],
    gpus_too: tuple[str, ...],
    capabilities: tuple[str, ...],
    driver: str,
    framework: str,
    python: str,
    project: Path | None,
    arch: str | None,
    stack: str,
    image: str | None,
    nvcc: bool,
    cpu: bool,
    as_json: bool,
    verbose: bool,
) -> None:
    """Show which image, CUDA release and framework build run on a driver and GPU.

    Without --host, --gpu-model, --compute-capability and --driver, uses the facts of this machine.
    With --host, --gpu-model and --driver replace the GPU and the driver of that host.

    \b
    scaffold resolve --gpu-model T4 --driver 535.183.01 --framework torch
    scaffold resolve --host gpu01 --project .
    scaffold resolve --host gpu01 --image nvidia/cuda:12.6.3-devel-ubuntu24.04
    """
    name, spec = parse_framework(framework)
    wishes = Wishes(
        framework=name,
        framework_spec=spec,
        python_spec=parse_python(python),
        stack=_stack(stack),
        gpu=GpuNeed.NONE if cpu else GpuNeed.REQUIRED,
        nvcc=nvcc,
        by=Askers(framework=("--framework",), python=("--python",)),
    )
    if project is not None:
        wishes = with_project(wishes, project, framework_given=name is not Framework.NONE)
    cards = described_gpus((*gpus, *gpus_too), tuple(map(parse_capability, capabilities)))
    seen = _seen(host, ssh_config) if host else None
    facts = facts_of(cards, parse_driver(driver), arch, seen)
    result = decide_image(facts, parse_image(image)) if image else decide(facts, wishes)
    if isinstance(result, Conflict):
        result = replace(result, ways_out=tuple(map(_in_own_flags, result.ways_out)))
    else:
        from scaffold.commands.resolve.news import with_news

        result = with_news(result, wishes.framework)
    if as_json:
        report.print_json(resolution_json(result, wishes))
    elif isinstance(result, Conflict):
        report.print_conflict(result, verbose=verbose)
    else:
        _show(result, verbose=verbose)
    ctx.exit(isinstance(result, Conflict))


def _stack(text: str) -> Stack:
    if text not in set(Stack):
        # Imported here, since the questions bring all that a repository says of itself.
        from scaffold.answers.questions import QUESTIONS
        from scaffold.answers.validation import check_value

        check_value(next(row for row in QUESTIONS if row.key == "stack"), text, "--stack")
    return Stack(text)


INIT_FLAGS = {"--gpu none": "--cpu", "--stack python --no-nvcc": "--stack python"}
"""Ways out are written as `scaffold init` takes them; these flags are other ones here."""


def _in_own_flags(way: WayOut) -> WayOut:
    how = "" if way.how.startswith("--gpus ") else way.how
    for flags, own in INIT_FLAGS.items():
        how = how.replace(flags, own)
    return replace(way, how=how)


def _seen(host: str, ssh_config: Path | None) -> DescribedHost:
    from scaffold.adapters.probe.local import ProbeOptions
    from scaffold.cli.asking import make_asking
    from scaffold.commands.host.check import probe_host
    from scaffold.parsing.host import read_host

    return read_host(probe_host(host, make_asking(), ProbeOptions(brief=True), ssh_config))


def _show(resolution: Resolution, *, verbose: bool) -> None:
    build = resolution.build
    rows = [("image", resolution.image)]
    rows += [("Python", resolution.python)] if resolution.python else []
    rows += [("CUDA", resolution.cuda)] if resolution.cuda else []
    rows += [("install", " ".join(build.requirements))] if build and build.requirements else []
    rows += [("index", build.index_url)] if build and build.index_url else []
    rows += [("find links", build.find_links)] if build and build.find_links else []
    rows += [("with", " ".join(resolution.companions))] if resolution.companions else []
    rows += [("and", " ".join(resolution.caps))] if resolution.caps else []
    rows += [("beside", " ".join(other.requirements)) for other in resolution.others]
    rows += [("environment", f"{name}={value}") for name, value in resolution.env]
    report.pairs(rows)
    report.heading("Why")
    report.print_decisions(resolution.decisions, verbose=verbose)
    for warning in resolution.warnings:
        report.hanging("  note: ", warning, "yellow")
