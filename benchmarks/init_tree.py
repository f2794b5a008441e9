"""What `scaffold init` takes on large trees, and beside another commit of this repository.

    python -m benchmarks.init_tree [CHECKOUT]

CHECKOUT is a folder with another commit (`git worktree add FOLDER COMMIT`), run by the same
Python. CPU seconds of the whole process, so that a busy machine changes little; medians of
alternating runs. Prints a table.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
MODULE = """\
import os
import torch
import numpy as np
from .part{number} import thing

def run{number}(x):
    return np.asarray(torch.ones({number})) + thing(os.environ, x)
"""


def project(folder: Path, files: int) -> None:
    """A project of packages, notebooks, docs and data, as large repositories have them."""
    (folder / ".gitignore").write_text("data/\n*.ckpt\n")
    (folder / "requirements.txt").write_text("torch>=2.4\nnumpy\nopencv-python\n")
    (folder / "README.md").write_text("# X\n\n```\npip install -r requirements.txt\n```\n")
    for number in range(files):
        kind = number % 10
        top, suffix = ("src", "py") if kind < 6 else ("docs", "md") if kind < 8 else ("data", "npz")
        parent = folder / top / f"part{number % 97:02d}"
        parent.mkdir(parents=True, exist_ok=True)
        text = MODULE.format(number=number) if suffix == "py" else f"# Page {number}\n"
        (parent / f"m{number}.{suffix}").write_text(text)


def cost(checkout: Path, tree: Path) -> tuple[float, float]:
    """CPU and wall seconds of one run that writes nothing."""
    env = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONSAFEPATH": "1"}
    argv = [sys.executable, "-m", "scaffold", "init", "--yes", "--dry-run", str(tree)]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(argv, env=env, cwd=tree, check=True, capture_output=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main(*others: str) -> None:
    print(machine())
    checkouts = [ROOT, *(Path(other).resolve() for other in others)]
    print(f"{'files':>7} {'commit':<40} {'CPU s':>7} {'wall s':>7} {'ratio':>6}")
    for files in (3_000, 50_000):
        with tempfile.TemporaryDirectory() as name:
            tree = Path(name)
            project(tree, files)
            runs: dict[Path, list[tuple[float, float]]] = {one: [] for one in checkouts}
            for _ in range(RUNS):
                for checkout, times in runs.items():
                    times.append(cost(checkout, tree))
        medians = {
            one: [statistics.median(column) for column in zip(*times, strict=True)]
            for one, times in runs.items()
        }
        base = medians[checkouts[-1]][0]
        for checkout, (cpu, wall) in medians.items():
            print(f"{files:>7} {checkout.name:<40} {cpu:>7.2f} {wall:>7.2f} {cpu / base:>6.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
