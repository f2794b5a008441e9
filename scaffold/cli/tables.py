"""The one table of the command line: titles, aligned columns, folded at words on a screen.

Without rich, which takes seconds for a thousand rows.
"""

import sys
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from scaffold.cli.terminal import line, raw_stream
from scaffold.parsing.untrusted.printable import printable

INDENT = 4
GAP = 2
NARROW = 20
"""Columns that a text gets at least, on a screen however narrow."""
WIDE = 40
"""The widest column in a pipe: a longer cell moves the rest of its own row, and no other one."""


def screen_width() -> int | None:
    """The columns of the screen; None in a pipe, where nothing is folded."""
    if not raw_stream(sys.stdout).isatty():
        return None
    # Imported here, since it brings what unpacks archives.
    import shutil

    return shutil.get_terminal_size().columns


def folded(text: str, indent: int) -> list[str]:
    """The lines of a text that stands behind `indent` columns; in a pipe nothing is folded."""
    width = screen_width()
    if width is None:
        return [text]
    return _wrapped(text, max(width - indent, NARROW))


def _wrapped(text: str, width: int) -> list[str]:
    if len(text) <= width:
        return [text]
    import textwrap

    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows below their titles; what is too wide for the screen is folded at words.

    Where not even single words fit side by side, each row becomes a block of lines.
    """
    texts = [[printable(cell) for cell in row] for row in rows]
    if not texts:
        return
    columns = list(zip(titles, *texts, strict=True))
    width = screen_width()
    widths = _fitting(columns, width)
    if width is not None and sum(widths) + GAP * len(widths) + INDENT > width:
        _print_blocks(titles, texts)
        return
    fold = width is not None
    if any(titles):
        line(("", ""))
        _print_row(titles, widths, "bold", fold=fold)
    for row in texts:
        _print_row(row, widths, "", fold=fold)


def _fitting(columns: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """The width of each column: its longest cell, less if that is too wide for the screen."""
    wanted = [max(map(len, column)) for column in columns]
    if width is None:
        return [min(one, WIDE) for one in wanted]
    least = [
        max(len(word) for cell in column for word in (cell.split() or [""])) for column in columns
    ]
    room = width - INDENT - GAP * len(wanted)
    while sum(wanted) > room and wanted != least:
        # The column with most to give, a step at a time; screens are small.
        widest = max(range(len(wanted)), key=lambda at: wanted[at] - least[at])
        wanted[widest] -= 1
    return wanted


def _print_row(cells: Sequence[str], widths: Sequence[int], style: str, *, fold: bool) -> None:
    parts = [
        _wrapped(cell, width) if fold else [cell] for cell, width in zip(cells, widths, strict=True)
    ]
    for texts in zip_longest(*parts, fillvalue=""):
        aligned = (text.ljust(width) for text, width in zip(texts, widths, strict=True))
        line((" " * INDENT + (" " * GAP).join(aligned).rstrip(), style))


def _print_blocks(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for first, *rest in rows:
        line(("", ""))
        for text in folded(first, INDENT):
            line((" " * INDENT + text, "bold"))
        for title, cell in zip(titles[1:], rest, strict=True):
            head = f"{title}: " if title and cell else ""
            for text in folded(head + cell, INDENT + GAP) if cell else ():
                line((" " * (INDENT + GAP) + text, ""))
