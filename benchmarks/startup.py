"""What the command line costs, as ratios and differences against the plain alternative.

Prints a table and, with a file name, writes it as JSON. Each figure is the median of
alternating runs, so that a busy machine burdens both sides alike.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
RUNS = 7


def seconds(*argv: str, cwd: Path) -> float:
    started = time.perf_counter()
    subprocess.run(argv, cwd=cwd, check=True, capture_output=True)
    return time.perf_counter() - started


def compare(ours: list[str], plain: list[str], folder: Path) -> tuple[float, float]:
    """Median seconds of both commands, run in turn in fresh folders."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for kept, argv in zip(times, (ours, plain), strict=True):
            work = Path(tempfile.mkdtemp(dir=folder))
            (work / "requirements.txt").write_text("torch>=2.8\nnumpy\n")
            kept.append(seconds(*argv, cwd=work))
    return statistics.median(times[0]), statistics.median(times[1])


def big_repository(folder: Path, files: int = 50_000) -> None:
    """Half of the files in folders that git ignores, half spread over a source tree."""
    (folder / ".gitignore").write_text("data/\n")
    (folder / "requirements.txt").write_text("torch\n")
    for number in range(files):
        top = "data" if number % 2 else "src"
        parent = folder / top / f"{number % 500:03d}"
        if number < 1000:
            parent.mkdir(parents=True, exist_ok=True)
        (parent / f"{number}.py").touch()


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        template = str(ROOT / "cookiecutter-template")
        help_pair = compare(
            [str(BIN / "scaffold"), "--help"], [sys.executable, "-c", "pass"], folder
        )
        init_pair = compare(
            [str(BIN / "scaffold"), "init", "--yes"],
            [str(BIN / "cookiecutter"), "--no-input", template],
            folder,
        )
        big = folder / "big"
        big.mkdir()
        big_repository(big)
        look = [str(BIN / "scaffold"), "init", "--dry-run", "--json", str(big)]
        big_pair = (seconds(*look, cwd=folder), init_pair[0])
    rows = {
        "scaffold --help, python -c pass": help_pair,
        "scaffold init --yes, cookiecutter --no-input": init_pair,
        "50,000 files, small repository": big_pair,
    }
    print(f"{'what':<48}{'ours':>9}{'plain':>9}{'more':>9}{'ratio':>7}")
    for what, (ours, plain) in rows.items():
        times = f"{ours * 1000:>6.0f} ms{plain * 1000:>6.0f} ms{(ours - plain) * 1000:>6.0f} ms"
        print(f"{what:<48}{times}{ours / plain:>7.2f}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
