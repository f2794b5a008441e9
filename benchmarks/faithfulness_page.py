"""docs/faithfulness.md, from the scores of a comparison."""

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.faithfulness_peers import compose_version

if TYPE_CHECKING:
    from benchmarks.faithfulness import Score

PAGE = Path(__file__).parents[1] / "docs" / "faithfulness.md"

INTRODUCTION = """\
# What programs keep of a container
Several programs tell how a container could be made again. Each was asked about {count} containers, one for each way to use an option of `docker run` on a real Docker 20.10 engine (the table of [containers.md](containers.md)). What it told was carried out, typed into a shell or given to Docker Compose {compose}, and the two inspects were compared, with one and the same comparison for all: the one that the tests use. An option counts as lost where a setting differs, or where the engine or compose refuses what was told.

Not counted, for any of them: identity and times, unnamed volumes that are asked for by their names, labels and aliases that compose adds by itself, the order of variables, how the command waits, and what differs for a plain container already (listed below). Mounts are compared as they came out, and networks by their names, since compose asks for them in other words.

Measured on {date} by `python -m benchmarks.faithfulness`, which installs the other programs, and writes this page.
"""


def page(scores: "list[Score]", count: int, date: str) -> str:
    """The whole page."""
    lines = [
        INTRODUCTION.format(count=count, compose=compose_version(), date=date),
        "| program | as | kept | lost |",
        "| --- | --- | --- | --- |",
        *(f"| {_name(s)} | {s.peer.way} | {s.kept} | {len(s.lost)} |" for s in scores),
        "",
        "## What was lost",
    ]
    for score in scores:
        lines += [f"### {_name(score)}, as {score.peer.way}", *_losses(score), ""]
    return "\n".join(lines).rstrip() + "\n"


def _name(score: "Score") -> str:
    return f"{score.peer.name} {score.peer.version}".strip()


def _losses(score: "Score") -> list[str]:
    always = ", ".join(f"`{path}`" for path in sorted(score.always))
    said = [f"Of a plain container already: {always}.", ""] if always else []
    if not score.lost:
        return [*said, "Nothing."]
    return [
        *said,
        "| option | what differs |",
        "| --- | --- |",
        *(f"| {name} | {_cell(paths)} |" for name, paths in score.lost.items()),
    ]


def _cell(paths: list[str]) -> str:
    shown = ", ".join(path if path.startswith("refused") else f"`{path}`" for path in paths[:4])
    more = f" and {len(paths) - 4} more" if len(paths) > 4 else ""
    return (shown + more).replace("|", "\\|").replace("\n", " ")
