"""`scaffold catalogue`: what is known, and from where."""

from collections.abc import Callable, Iterable
from dataclasses import asdict

import click

from scaffold.catalogue import Catalogue, load_catalogue
from scaffold.catalogue.rows import Row
from scaffold.cli import report
from scaffold.project.facts import Framework

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
        "Builds of PyTorch, TensorFlow and JAX.",
        lambda known: [row for name in Framework for row in known.builds.get(name, ())],
    ),
    "images": (
        "Base images.",
        lambda known: (*known.python_images, *known.cuda_images, *known.framework_images),
    ),
    "toolkit": ("Known flaws of the NVIDIA Container Toolkit.", lambda known: known.toolkit_flaws),
}


@click.group()
def command() -> None:
    """Show what is known of GPUs, CUDA, frameworks and images, and from where."""


def _topic(name: str) -> click.Command:
    summary, pick = TOPICS[name]

    @click.command(name=name, help=summary)
    @click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    def show(as_json: bool) -> None:
        rows = list(pick(load_catalogue()))
        if as_json:
            report.print_json({name: [asdict(row) for row in rows], "sources": _sources()})
        else:
            report.table([_cells(row) for row in rows])
            _show_sources()

    return show


def _cells(row: Row) -> tuple[str, ...]:
    """The fields of a row as text, those that every row has at the end."""
    values = asdict(row)
    last = [f"[{values.pop('source')}]", values.pop("doubt")]
    return tuple([_text(value) for value in values.values()] + last)


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _sources() -> dict[str, dict[str, str]]:
    return {name: dict(table) for name, table in load_catalogue().sources.items()}


def _show_sources() -> None:
    report.heading("Sources, by file of the catalogue")
    rows = [
        (name, f"[{key}]", text)
        for name, table in _sources().items()
        for key, text in table.items()
    ]
    report.table(rows, ("cyan", "", "dim"))


for _name in TOPICS:
    command.add_command(_topic(_name))
