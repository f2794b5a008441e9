"""Output for people and programs: tables, diffs, decisions, and one JSON document."""

import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from scaffold.cli.tables import folded, table
from scaffold.cli.terminal import console, line, raw_stream, say
from scaffold.parsing.untrusted.printable import printable

if TYPE_CHECKING:
    from scaffold.resolver.resolution import Conflict, Decision

SCHEMA = 1
"""Version of every JSON document; a key may be added under the same number."""

__all__ = ("console", "line", "printable", "table")
"""Re-exported: the commands print through this module."""


def print_json(document: Mapping[str, object]) -> None:
    """Print one JSON document that carries its schema's version, in ASCII."""
    # ASCII without control characters; asked for, so that --quiet does not drop it.
    text = json.dumps({"schema": SCHEMA, **document}, indent=2)
    sys.stdout.flush()
    raw_stream(sys.stdout).write(text + "\n")


def heading(text: str) -> None:
    """Print the title of a part."""
    line((f"\n{text}", "bold"))


def print_diff(path: str, before: bytes, after: bytes) -> None:
    """Show what would change in a file, as a unified diff."""
    import difflib

    old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, after))
    for text in difflib.unified_diff(old, new, f"{path} (now)", f"{path} (new)", lineterm="", n=2):
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(text[0], "")
        # A tab is escaped elsewhere, since it hides how long a text is; in a file it is an indent.
        console().print(printable(text.expandtabs(4)), style=colour)


def pairs(rows: "Iterable[tuple[str, str]]") -> None:
    """Print names and values as two columns; without rich, which is slower than a decision."""
    found = [(name, printable(value)) for name, value in rows]
    width = max((len(name) for name, _ in found), default=0)
    for name, value in found:
        first, *rest = folded(value, width + 6)
        line(("    ", ""), (name.ljust(width), "cyan"), ("  ", ""), (first, "bold"))
        for text in rest:
            line((" " * (width + 6), ""), (text, "bold"))


def paragraph(text: str, style: str = "dim") -> None:
    """Print a text that explains something, indented and folded at words."""
    for one in folded(text, 2):
        line(("  " + one, style))


def hanging(start: str, text: str, style: str = "dim", *, deeper: int = 2) -> None:
    """Print `start` and a text, whose further lines are indented `deeper` than `start`."""
    for one in _hung(start, text, deeper):
        line((one, style))


def _hung(start: str, text: str, deeper: int = 2) -> list[str]:
    indent = " " * (len(start) - len(start.lstrip()))
    behind = indent + " " * deeper
    first, *rest = folded(start.lstrip() + printable(text), len(behind))
    return [indent + first, *(behind + one for one in rest)]


def _fits(text: str) -> bool:
    """Whether a line fits on the screen; in a pipe every line does."""
    return len(folded(text, 0)) == 1


def print_decisions(decisions: "Iterable[Decision]", *, verbose: bool) -> None:
    """Print each decision with its reason; with `verbose` its source and what was rejected."""
    for decision in decisions:
        reason = f"because {decision.because}"
        start = f"  {decision.what}: {decision.chosen}  "
        first = [reason] if _fits(start + reason) else ["", *folded(reason, 6)]
        line((f"  {decision.what}: ", ""), (decision.chosen, "bold"), (f"  {first[0]}", ""))
        for text in first[1:]:
            line((f"      {text}", ""))
        if verbose:
            hanging("      source: ", decision.source)
            for rejected in decision.rejected:
                hanging("      not ", f"{rejected.option}: {rejected.because} ({rejected.source})")


def print_conflict(conflict: "Conflict", *, verbose: bool) -> None:
    """Print on stderr which fact excludes which wish, and the ways out, the easiest first."""
    say(conflict.wish, err=True, label="conflict:", color="red")
    told = (f"ruled out by: {conflict.fact}", *((f"source: {conflict.source}",) * verbose))
    for one in (part for text in told for part in _hung("  ", text)):
        say(one, err=True)
    if conflict.ways_out:
        say("ways out, the easiest first:", err=True)
    for number, way in enumerate(conflict.ways_out, 1):
        say(f"  {number}. {way.what}", err=True)
        if way.how:
            say(f"     {way.how}", err=True)
