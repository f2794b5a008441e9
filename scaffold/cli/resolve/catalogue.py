"""`scaffold catalogue`: what is known, and from where."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from scaffold.answers.mirrors import parse_mirrors
from scaffold.catalogue import Catalogue, load_catalogue
from scaffold.catalogue.rows import Row
from scaffold.cli import report
from scaffold.errors import InputError
from scaffold.project.framework import Framework
from scaffold.project.framework_table import TITLES, listed

if TYPE_CHECKING:
    from scaffold.catalogue.news import News

TOPICS: dict[str, tuple[str, Callable[[Catalogue], Iterable[Row]]]] = {
    "gpus": ("GPU models and their compute capability.", lambda known: known.gpus),
    "architectures": (
        "Compute capabilities, their CUDA toolkits and last driver branch.",
        lambda known: known.architectures,
    ),
    "cuda": (
        "CUDA releases and the drivers that they need.",
        lambda known: (*known.floors, *known.releases),
    ),
    "drivers": ("Driver branches, their CUDA and end of life.", lambda known: known.branches),
    "frameworks": (
        f"Builds of {listed(tuple(TITLES.values()))}.",
        lambda known: [row for name in Framework for row in known.builds.get(name, ())],
    ),
    "images": (
        "Base images.",
        lambda known: (*known.python_images, *known.cuda_images, *known.framework_images),
    ),
    "removed": (
        "Images that can no longer be pulled, and what to use instead.",
        lambda known: known.removed,
    ),
    "toolkit": (
        "Releases of the NVIDIA Container Toolkit and their known flaws.",
        lambda known: (*known.toolkit_releases, *known.toolkit_flaws),
    ),
    "mirrors": ("Public mirrors, for scaffold init --mirror.", lambda known: known.mirrors),
}


FILTER_HELP = "With words, such as {example}, only rows that have all of them."
EXAMPLES = {
    "gpus": "rtx 40",
    "architectures": "8.9",
    "cuda": "12.8",
    "drivers": "535",
    "frameworks": "torch 2.8 cu126",
    "images": "slim-bookworm",
    "removed": "nvidia/cuda",
    "toolkit": "1.17",
    "mirrors": "tuna",
}


@click.group()
def command() -> None:
    """Show what is known of GPUs, CUDA, frameworks and images, and from where."""


def _topic(name: str) -> click.Command:
    summary, pick = TOPICS[name]

    @click.command(
        name=name,
        short_help=summary,
        help=f"{summary}\n\n{FILTER_HELP.format(example=EXAMPLES[name])}",
    )
    @click.argument("words", nargs=-1, metavar="[WORD...]")
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    @click.option("--verbose", "-v", is_flag=True, help="Print every column, sources and doubts.")
    def show(*, words: tuple[str, ...], as_json: bool, verbose: bool) -> None:
        from scaffold.cli.resolve.rows import print_rows, with_words
        from scaffold.commands.resolve.news import unchecked

        rows, new = with_words(pick(load_catalogue()), words), unchecked(name)
        if as_json:
            seen = [_news_json(one) for one in new]
            report.print_json({name: [asdict(row) for row in rows], "unchecked": seen})
            return
        if not rows:
            raise InputError(
                f"no row has {' and '.join(map(repr, words))}",
                hint=f"all rows: scaffold catalogue {name}",
            )
        print_rows(rows, verbose=verbose)
        _print_news(new)

    return show


@click.command(short_help="Ask registries and indexes for newer images and builds.")
@click.option(
    "--mirror",
    "mirrors",
    multiple=True,
    metavar="KIND=URL",
    help="KIND is registry (for Docker Hub), pip or pytorch, as for scaffold init.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def refresh(ctx: click.Context, /, mirrors: tuple[str, ...], as_json: bool) -> None:
    """Ask image registries and package indexes for releases newer than the shipped catalogue.

    The result is cached and shown as unverified. No decision uses it, since the GPUs and drivers of
    a new build are unknown.
    """
    from datetime import UTC, datetime

    from scaffold.commands.resolve import refresh as use_case

    done = use_case.refresh(parse_mirrors(mirrors), datetime.now(UTC).date())
    failures = [
        {"list": key, "message": error.message, "hint": error.hint} for key, error in done.failures
    ]
    if as_json:
        news = [_news_json(one) for one in done.news]
        report.print_json({"asked": done.asked, "unchecked": news, "failures": failures})
    else:
        _print_news(done.news)
        if not (done.news or failures):
            report.console().print("The shipped catalogue has everything that is listed.")
        for message in dict.fromkeys(failure["message"] for failure in failures):
            lists = [failure["list"] for failure in failures if failure["message"] == message]
            click.echo(f"not asked: {', '.join(lists)}: {message}", err=True)
        for hint in dict.fromkeys(failure["hint"] for failure in failures if failure["hint"]):
            click.echo(f"hint: {hint}", err=True)
    ctx.exit(bool(failures))


def _news_json(new: "News") -> dict[str, str]:
    return {"topic": new.topic, "text": new.text, "seen_on": new.seen_on}


def _print_news(news: "tuple[News, ...]") -> None:
    if news:
        report.heading("Seen by scaffold catalogue refresh, not checked by us, used for nothing")
        report.table(("news", "seen on"), [(one.text, one.seen_on) for one in news])


for _name in TOPICS:
    command.add_command(_topic(_name))
command.add_command(refresh)
