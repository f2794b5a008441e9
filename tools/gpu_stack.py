"""docs/gpu-stack.svg: what brings which part of CUDA, from the card to your code."""

from html import escape

PICTURE = "gpu-stack.svg"
WIDTH, LEFT, BOX = 760, 20, 560
ROW, GAP = 62, 10

HEAD = 'role="img" font-family="sans-serif" font-size="14" aria-labelledby="title"'

INSIDE, OUTSIDE = "#e3f0fb", "#e8f3e2"
ROWS = (
    (INSIDE, "your code", "train.py, notebooks", "the project's folder"),
    (INSIDE, "framework", "PyTorch, TensorFlow, JAX: with code for some GPUs", "a wheel"),
    (INSIDE, "CUDA libraries, cuDNN, NCCL", "for one CUDA release", "wheels beside it"),
    (INSIDE, "Python and system libraries", "python:3.12-slim-bookworm", "the image"),
    (
        OUTSIDE,
        "NVIDIA Container Toolkit",
        "puts the driver's files into the container",
        "server",
    ),
    (OUTSIDE, "driver, libcuda.so", "runs CUDA up to one release", "server"),
    (OUTSIDE, "GPU", "has a compute capability, such as 8.9", "server"),
)
"""Colour, name, what it does, and who brings it; the highest layer first."""

CHECKS = (
    (2, 5, "#8a4600", ("1. Is the driver", "new enough?")),
    (1, 6, "#6639ba", ("2. Does it hold", "code for the card?")),
)
"""The two questions that decide: the rows that they connect, a colour, and the words."""


def picture() -> str:
    """The SVG. White behind it, so that dark pages show it too."""
    height = len(ROWS) * (ROW + GAP) + 90
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {HEAD}>',
        '<title id="title">From your code to the GPU: who brings each layer</title>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *(_row(number) for number in range(len(ROWS))),
        *(_check(number) for number in range(len(CHECKS))),
        _legend(height),
    ]
    return "\n".join([*parts, "</svg>", ""])


def _top(row: int) -> int:
    return 20 + row * (ROW + GAP)


def _text(x: int, y: int, text: str, style: str = "") -> str:
    return f'<text x="{x}" y="{y}" fill="#1b1f24"{style}>{escape(text)}</text>'


def _row(number: int) -> str:
    colour, name, does, origin = ROWS[number]
    top = _top(number)
    box = f'<rect x="{LEFT}" y="{top}" width="{BOX}" height="{ROW}" rx="6" fill="{colour}"'
    end = f"{_text(LEFT + BOX - 12, top + 26, origin, ANCHOR_END)}"
    name_text = _text(LEFT + 14, top + 26, name, ' font-weight="bold"')
    return f'{box} stroke="#57606a"/>{name_text}{end}{_text(LEFT + 14, top + 48, does)}'


ANCHOR_END = ' text-anchor="end" font-style="italic"'


def _check(number: int) -> str:
    first, last, colour, words = CHECKS[number]
    edge = LEFT + BOX
    x, start, end = edge + 14 + 14 * number, _top(first) + ROW // 2, _top(last) + ROW // 2
    line = f'<path d="M {edge} {start} H {x} V {end} H {edge}" fill="none"'
    y = _top(3) + 100 * number
    texts = (
        f'<text x="{edge + 36}" y="{y + 18 * row}" fill="{colour}">{escape(text)}</text>'
        for row, text in enumerate(words)
    )
    return f'{line} stroke="{colour}" stroke-width="2"/>{"".join(texts)}'


def _legend(height: int) -> str:
    boxes = ((LEFT, INSIDE, "in the container"), (LEFT + 200, OUTSIDE, "on the server"))
    return "".join(
        f'<rect x="{x}" y="{height - 50}" width="22" height="18" fill="{fill}" stroke="#57606a"/>'
        + _text(x + 30, height - 36, words)
        for x, fill, words in boxes
    )
