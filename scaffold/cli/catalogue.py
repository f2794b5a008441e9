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
            report.print_json({name: [asdict(row) for row in rows]})
        else:
            _print(rows)

    return show


def _print(rows: list[Row]) -> None:
    """The rows, each with the number of its source, and the sources below."""
    numbers: dict[str, str] = {}
    for row in rows:
        numbers.setdefault(row.source, f"[{len(numbers) + 1}]")
    report.table([_cells(row, numbers[row.source]) for row in rows])
    report.heading("Sources")
    report.table([(number, text) for text, number in numbers.items()], ("", "dim"))


def _cells(row: Row, source: str) -> tuple[str, ...]:
    """The fields of a row as text, those that every row has at the end."""
    values = asdict(row)
    del values["source"]
    doubt = values.pop("doubt")
    return (*map(_text, values.values()), source, doubt)


def _text(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


for _name in TOPICS:
    command.add_command(_topic(_name))
