"""Time and size of the generated image, beside a plain pip Dockerfile and a hand-tuned uv one.

All three hold the same system packages and the same Python packages. The lab's engine builds
them from the lab's package index on this machine, so downloads are nearly free: over a real
network a Dockerfile that downloads everything again loses more. Each first build starts without
any build cache. Run from the repository's root: `python -m benchmarks.image [--rounds N]
[--quick] [--output FILE.json]`; needs what the lab needs (root on Debian or Ubuntu, docker.io).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scaffold.plan.image import BASE, UV_IMAGE
from tests.lab.support.engine import WITH_GPU, Engine, running_engine, why_not
from tests.lab.support.images import PYTHON_IMAGE, provide, provide_for
from tests.lab.support.index import Index, running_index

REQUIREMENTS = (
    *("torch==2.13.*", "numpy", "pandas", "scikit-learn", "matplotlib"),
    *("jupyterlab", "transformers", "datasets"),
)
SMALL = ("numpy", "pandas", "scikit-learn", "matplotlib")
"""For --quick: one round of a few minutes, without a framework."""

ADDED = "tabulate"

PIP = """\
FROM {image}
RUN apt-get update && apt-get install -y --no-install-recommends {system}
WORKDIR /app
COPY . .
RUN pip install --index-url {index} -r requirements.txt
"""

UV = """\
FROM {image}
RUN apt-get update && apt-get install -y --no-install-recommends {system} \\
    && rm -rf /var/lib/apt/lists/*
COPY --from={uv_image} /uv /bin/
ENV UV_LINK_MODE=copy
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/uv \\
    --mount=type=bind,source=requirements.txt,target=requirements.txt \\
    uv pip install --system --default-index {index} -r requirements.txt
COPY . .
"""
"""The pattern of uv's documentation for requirements files, without compiled bytecode."""

OURS = ".devcontainer/Dockerfile"
FILES = {"scaffold": OURS, "plain pip": "Dockerfile.pip", "hand-tuned uv": "Dockerfile.uv"}


def repository(folder: Path, index: Index, wanted: tuple[str, ...]) -> None:
    """A small project with all three Dockerfiles."""
    write_list(folder, wanted)
    (folder / "train.py").write_text("import numpy\n")
    gpu = "required" if wanted == REQUIREMENTS else "none"
    flags = ("--gpu", gpu, "--python", "3.11", *index.flags("pip", "pytorch"))
    command = [sys.executable, "-m", "scaffold", "init", "--yes", *flags, str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    words = {"image": PYTHON_IMAGE, "system": " ".join(BASE), "index": index.mirrors["pip"]}
    (folder / FILES["plain pip"]).write_text(PIP.format(**words))
    (folder / FILES["hand-tuned uv"]).write_text(UV.format(**words, uv_image=UV_IMAGE))


def write_list(folder: Path, names: tuple[str, ...]) -> None:
    (folder / "requirements.txt").write_text("".join(f"{name}\n" for name in names))


def build_seconds(engine: Engine, folder: Path, file: str) -> float:
    """Build, tag the image with the name of its Dockerfile, and return the wall time."""
    words = ("--network=host", "--tag", tag(file), "--file", str(folder / file))
    started = time.perf_counter()
    engine.docker("build", *words, str(folder))
    return time.perf_counter() - started


def tag(file: str) -> str:
    return f"bench/{file.lower().replace('.devcontainer/', 'ours-')}"


def one_round(
    engine: Engine, folder: Path, wanted: tuple[str, ...]
) -> Iterator[tuple[str, str, float]]:
    """First build and rebuild of each Dockerfile; the first starts from nothing."""
    for name, file in FILES.items():
        write_list(folder, wanted)
        engine.docker("image", "rm", "--force", tag(file), check=False)
        engine.docker("builder", "prune", "--force", "--all")
        yield "first build", name, build_seconds(engine, folder, file)
        write_list(folder, (*wanted, ADDED))
        yield "one more dependency", name, build_seconds(engine, folder, file)


def size_mb(engine: Engine, file: str) -> float:
    asked = engine.docker("image", "inspect", "--format", "{{.Size}}", tag(file))
    return int(asked.stdout) / 1e6


def layers(engine: Engine, file: str) -> list[str]:
    """Each layer with its size, the newest first."""
    words = ("--format", "{{.Size}}\t{{.CreatedBy}}", "--no-trunc")
    lines = engine.docker("history", *words, tag(file)).stdout.splitlines()
    return [" ".join(line.split())[:110] for line in lines if not line.startswith("0B")]


def measured(
    engine: Engine, folder: Path, wanted: tuple[str, ...], rounds: int
) -> dict[str, dict[str, float]]:
    """Medians in seconds by subject and Dockerfile, and sizes in MB."""
    times: dict[str, dict[str, list[float]]] = {}
    for number in range(rounds):
        for what, name, spent in one_round(engine, folder, wanted):
            load = f"load {os.getloadavg()[0]:.1f}"
            print(f"round {number + 1}: {name}, {what}: {spent:.1f} s, {load}", flush=True)
            times.setdefault(what, {}).setdefault(name, []).append(spent)
    rows = {
        what: {name: statistics.median(values) for name, values in by_name.items()}
        for what, by_name in times.items()
    }
    return {**rows, "image size": {name: size_mb(engine, file) for name, file in FILES.items()}}


def show(rows: dict[str, dict[str, float]]) -> None:
    print(
        f"{'':<22}"
        + "".join(f"{name:>16}" for name in FILES)
        + f"{'pip / ours':>13}{'ours / uv':>12}"
    )
    for what, row in rows.items():
        unit = "MB" if what == "image size" else "s"
        shown = "".join(f"{row[name]:>13.1f} {unit:<2}" for name in FILES)
        ours, plain, tuned = (row[name] for name in FILES)
        print(f"{what:<22}{shown}{plain / ours:>13.2f}{ours / tuned:>12.2f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="one round of a small project")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if reason := why_not():
        sys.exit(f"The lab cannot run here: {reason}")
    wanted, rounds = (SMALL, 1) if options.quick else (REQUIREMENTS, options.rounds)
    with (
        running_engine(WITH_GPU) as engine,
        running_index() as index,
        tempfile.TemporaryDirectory() as name,
    ):
        folder = Path(name)
        repository(folder, index, wanted)
        provide(engine, PYTHON_IMAGE)
        provide(engine, UV_IMAGE)
        provide_for(engine, (folder / OURS).read_text())
        rows = measured(engine, folder, wanted, rounds)
        show(rows)
        for peer, file in FILES.items():
            print(f"\nLayers of {peer}:", *layers(engine, file), sep="\n  ")
    if options.output:
        options.output.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
