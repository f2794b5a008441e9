"""Rows of the catalogue as tables: which columns people see, and which only with -v."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import groupby

from scaffold.catalogue.rows import CudaImage, FrameworkImage, PythonImage, Row
from scaffold.cli import report
from scaffold.versions import parse_version

TECHNICAL = frozenset(
    {
        *("requirement", "index", "links", "local", "requires", "cudnn", "ptx", "verified"),
        *("require", "branches", "open_module", "review_by", "doubt", "geforce"),
    }
)
"""Fields that are columns with -v only; sources are too."""

TITLES = {
    "sm": "capabilities",
    "arch": "CPU",
    "cuda": "CUDA",
    "cudnn": "cuDNN",
    "ptx": "PTX",
    "python": "Python",
    "toolkit_driver": "driver of the toolkit",
    "first_cuda": "first CUDA",
    "last_cuda": "last CUDA",
}
"""Titles of columns that are not the field's name with spaces."""


HEADINGS: dict[type[Row], str] = {
    PythonImage: "python",
    CudaImage: "nvidia/cuda",
    FrameworkImage: "Images that bring a framework",
}
"""Titles of tables that stand below each other, where the columns do not tell which is which."""

DOUBT = "unverified"


def with_words(rows: Iterable[Row], words: tuple[str, ...]) -> list[Row]:
    """The rows that have every word: a number at the start of a value, other text anywhere."""
    wanted = [part for word in words for part in word.lower().split()]
    return [row for row in rows if all(_has(row, word) for word in wanted)]


def _has(row: Row, word: str) -> bool:
    parts = " ".join(_text(getattr(row, one.name)) for one in fields(row)).lower().split()
    if word[:1].isdigit():
        return any(part.startswith(word) for part in parts)
    return any(word in part for part in parts)


def print_rows(rows: list[Row], *, verbose: bool) -> None:
    """Print a table for each kind of row; with `verbose` all columns, sources and doubts."""
    numbers: dict[str, str] = {}
    for row in rows:
        numbers.setdefault(row.source, f"[{len(numbers) + 1}]")
    for _, group in groupby(rows, type):
        same = list(group)
        names = [name for name in _names(same, verbose=verbose) if name != "source"]
        titles = [TITLES.get(name, name.replace("_", " ")) for name in names]
        if heading := HEADINGS.get(type(same[0])):
            report.heading(heading)
        report.table(
            [*titles, "source" if verbose else ""],
            [[*_cells(row, names), _last(row, numbers, verbose=verbose)] for row in same],
        )
    if verbose:
        report.heading("Sources")
        report.table(["", ""], [[number, text] for text, number in numbers.items()])
    elif any(row.doubt for row in rows):
        report.line((f"\n{DOUBT}: in part; -v shows why, and the sources", "dim"))


def _names(rows: list[Row], *, verbose: bool) -> Iterator[str]:
    for one in fields(rows[0]):
        shown = verbose or one.name not in TECHNICAL
        if shown and any(getattr(row, one.name) for row in rows):
            yield one.name


def _cells(row: Row, names: list[str]) -> list[str]:
    return [
        _runs(getattr(row, name)) if name == "python" else _text(getattr(row, name))
        for name in names
    ]


def _last(row: Row, numbers: dict[str, str], *, verbose: bool) -> str:
    if verbose:
        return numbers[row.source]
    return DOUBT if row.doubt else ""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _runs(releases: tuple[str, ...] | str) -> str:
    """Python releases, neighbours as a range: 3.9-3.12."""
    if isinstance(releases, str):
        return releases
    runs: list[list[str]] = []
    for one in releases:
        if runs and _minor(one) == _minor(runs[-1][-1]) + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return " ".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _minor(release: str) -> int:
    return parse_version(release)[1]
