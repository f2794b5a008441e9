"""docs/what-runs.md and its picture: the newest build by driver, framework and architecture."""

from dataclasses import dataclass
from html import escape

from scaffold.catalogue import load_catalogue
from scaffold.facts import Gpu, HostFacts
from scaffold.project.framework import Framework
from scaffold.project.framework_table import TITLES, listed
from scaffold.resolver.resolution import Conflict, Wishes
from scaffold.resolver.resolving import resolve

KNOWN = load_catalogue()
PICTURE = "what-runs.svg"
CARDS = (
    ("Kepler", "Tesla K80", "3.7"),
    ("Maxwell", "GTX 980", "5.2"),
    ("Pascal", "GTX 1080", "6.1"),
    ("Volta", "V100", "7.0"),
    ("Turing", "T4", "7.5"),
    ("Ampere", "A100", "8.0"),
    ("Ampere", "RTX 3090", "8.6"),
    ("Ada", "RTX 4090", "8.9"),
    ("Hopper", "H100", "9.0"),
    ("Blackwell", "B200", "10.0"),
    ("Blackwell", "RTX 5090", "12.0"),
)
BRANCHES = (418, 440, 450, 470, 510, 525, 535, 550, 560, 570, 580, 590, 595, 610, 620)
LAST = 999
"""Stands for the newest driver of a branch."""

COLOURS = {"10": "#f0e442", "11": "#e69f00", "12": "#56b4e9", "13": "#009e73", "": "#e8e8e8"}
"""Of Okabe and Ito, told apart in every common colour blindness; grey where nothing runs."""

CELL_W, CELL_H, LEFT, TOP, GAP = 60, 34, 190, 64, 58

HEAD = f"""\
# What runs where
The newest build of each framework for a driver branch and a card, as `scaffold resolve` decides it. Two facts decide: the driver must be new enough for the build's CUDA release, and the build must hold code for the card. So a new driver does not help an old card, and a new card needs both.

![The newest {listed(tuple(TITLES.values()))} for each driver branch and GPU architecture](what-runs.svg)

In each cell: the framework's version, and below it the CUDA release of its build. The colour is that CUDA's major release; grey means that nothing in the catalogue runs. Columns are the newest driver of each branch. The same as tables below, for readers without the picture. The exact answer, with its reasons: `scaffold resolve --driver 535.183.01 --gpu-model "Tesla T4" --framework torch`.

What the picture rests on: [the catalogue](../scaffold/catalogue), with source and date of every row (`scaffold catalogue frameworks`). No build was run on any of these cards for it. Made by `make docs`.
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Cell:
    """The newest build of a framework for a card on a branch, empty where there is none."""

    version: str = ""
    cuda: str = ""

    @property
    def colour(self) -> str:
        return COLOURS[self.cuda.partition(".")[0]]


def cell(framework: Framework, branch: int, name: str, capability: str) -> Cell:
    gpu = Gpu(name=name, compute_capability=capability)
    driver = f"{branch}.{LAST}"
    facts = HostFacts(name="described", architecture="x86_64", driver_version=driver, gpus=(gpu,))
    result = resolve(KNOWN, facts, Wishes(framework=framework))
    if isinstance(result, Conflict) or result.build is None:
        return Cell()
    minor = ".".join(result.build.version.split(".")[:2])
    return Cell(minor, result.build.cuda or "")


def grid(framework: Framework) -> list[list[Cell]]:
    return [[cell(framework, branch, *card[1:]) for branch in BRANCHES] for card in CARDS]


def text(x: float, y: float, words: str, size: int = 13, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" {more}>{escape(words)}</text>'


NOTHING = "\N{EN DASH}"
MIDDLE = 'text-anchor="middle"'


def panel(framework: Framework, top: int) -> list[str]:
    """One framework: a title, the branches, and a row for each card."""
    drawn = [text(16, top + 18, TITLES[framework], 17, 'font-weight="bold"')]
    for column, branch in enumerate(BRANCHES):
        drawn.append(text(LEFT + column * CELL_W + CELL_W / 2, top + 18, str(branch), 13, MIDDLE))
    for row, (card, cells) in enumerate(zip(CARDS, grid(framework), strict=True)):
        y = top + 28 + row * CELL_H
        drawn.append(text(16, y + 21, f"{card[0]}, {card[1]} ({card[2]})"))
        for column, found in enumerate(cells):
            drawn += box(LEFT + column * CELL_W, y, found)
    return drawn


def box(x: int, y: int, found: Cell) -> list[str]:
    shape = f'x="{x + 1}" y="{y + 1}" width="{CELL_W - 2}" height="{CELL_H - 2}" rx="3"'
    drawn = [f'<rect {shape} fill="{found.colour}"/>']
    if not found.version:
        return [*drawn, text(x + CELL_W / 2, y + 21, NOTHING, 13, MIDDLE)]
    drawn.append(text(x + CELL_W / 2, y + 15, found.version, 13, f'{MIDDLE} font-weight="bold"'))
    return [*drawn, text(x + CELL_W / 2, y + 28, f"CUDA {found.cuda}", 10, MIDDLE)]


def legend(y: int) -> list[str]:
    drawn = []
    for number, (major, colour) in enumerate(COLOURS.items()):
        x = LEFT + number * 150
        drawn.append(f'<rect x="{x}" y="{y}" width="20" height="20" rx="3" fill="{colour}"/>')
        drawn.append(text(x + 28, y + 15, f"CUDA {major}" if major else "nothing runs"))
    return drawn


def picture() -> str:
    """The picture as SVG, on a ground of its own, so that dark pages do not swallow it."""
    height = 28 + len(CARDS) * CELL_H + GAP
    width, tall = LEFT + len(BRANCHES) * CELL_W + 16, TOP + len(TITLES) * height + 8
    drawn = [text(16, 26, "Driver branch (columns), GPU and compute capability (rows)", 14)]
    drawn += legend(36)
    for number, framework in enumerate(TITLES):
        drawn += panel(framework, TOP + 20 + number * height)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {tall}" width="{width}"'
    font = 'font-family="Helvetica, Arial, sans-serif" fill="#111111"'
    title = "<title>The newest build of each framework for driver branch and GPU</title>"
    ground = f'<rect width="{width}" height="{tall}" rx="6" fill="#ffffff"/>'
    return "\n".join([f"{head} {font}>", title, ground, *drawn, "</svg>"]) + "\n"


def page() -> str:
    lines = [HEAD]
    for framework, name in TITLES.items():
        lines += [f"## {name}", f"| GPU | {' | '.join(map(str, BRANCHES))} |"]
        lines.append("| --- |" + " --- |" * len(BRANCHES))
        for card, cells in zip(CARDS, grid(framework), strict=True):
            words = [f"{one.version} ({one.cuda})" if one.version else NOTHING for one in cells]
            lines.append(f"| {card[1]} ({card[2]}) | {' | '.join(words)} |")
        lines.append("")
    return "\n".join(lines)
