"""Time and size of the generated image, beside a plain pip Dockerfile, a hand-tuned uv one, and
those of other programs.

All hold the same system packages and the same Python packages. The lab's engine builds
them from the lab's package index on this machine, so downloads are nearly free: over a real
network a Dockerfile that downloads everything again loses more. Each first build starts without
any build cache. Run from the repository's root: `python -m benchmarks.image [--rounds N]
[--framework] [--without-peers] [--output FILE.json]`; needs what the lab needs (root on Debian or
Ubuntu, docker.io). FILE.json gets each build as it ends, and a run that finds it continues.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.image_peers import PEERS
from benchmarks.machine import machine
from scaffold.plan.image import UV_IMAGE
from tests.lab.support.engine import WITH_GPU, Engine, running_engine, why_not
from tests.lab.support.images import PYTHON_IMAGE, provide, provide_for
from tests.lab.support.index import Index, running_index

SMALL = ("numpy", "pandas", "scikit-learn", "matplotlib")
"""A round takes about five minutes."""

FRAMEWORK = ("torch==2.13.*", *SMALL, "jupyterlab", "transformers", "datasets")
"""For --framework: a round takes half an hour."""

ADDED = "tabulate"
ONE_MORE = "one more dependency"
UNITS = {"first build": "s", ONE_MORE: "s", "image size": "MB"}

PIP = """\
FROM {image}
RUN apt-get update && apt-get install -y --no-install-recommends {system}
WORKDIR /app
COPY . .
RUN pip install --index-url {index} -r requirements.txt
"""

BASE_OF_OTHERS = """\
FROM {image}
RUN echo 'DPkg::Post-Invoke {{ "rm -f /var/cache/apt/archives/*.deb"; }};' \\
    >/etc/apt/apt.conf.d/docker-clean
ENV PIP_TRUSTED_HOST=127.0.0.1
RUN pip install --no-cache-dir --no-compile --index-url {index} pip==24.0
"""
"""The official Python image has this pip and drops Debian's archives; its stand-in does neither.

pip keeps what it downloads without TLS from trusted hosts alone; from PyPI it keeps everything.
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
TEXTS = {"plain pip": PIP, "hand-tuned uv": UV, **PEERS}
FILES = {"scaffold": OURS, **{name: f"Dockerfile.{name.split()[-1]}" for name in TEXTS}}


def repository(folder: Path, index: Index, wanted: tuple[str, ...]) -> None:
    """A small project with the generated Dockerfile."""
    write_list(folder, wanted)
    (folder / "train.py").write_text("import numpy\n")
    gpu = "required" if wanted == FRAMEWORK else "none"
    flags = ("--gpu", gpu, "--python", "3.11", *index.flags("pip", "pytorch"))
    command = [sys.executable, "-m", "scaffold", "init", "--yes", *flags, str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def system_packages(dockerfile: str) -> str:
    """The system packages of the generated Dockerfile, which the others get, too."""
    _, _, after = dockerfile.partition("--no-install-recommends \\\n")
    return " ".join(after.partition("\n\n")[0].replace("\\", " ").split())


def write_list(folder: Path, names: tuple[str, ...]) -> None:
    (folder / "requirements.txt").write_text("".join(f"{name}\n" for name in names))


def write_others(folder: Path, index: Index, names: tuple[str, ...]) -> None:
    """The Dockerfiles beside the generated one; one of them names the packages itself."""
    words = {
        "image": tag("python"),
        "uv_image": UV_IMAGE,
        "system": system_packages((folder / OURS).read_text()),
        "index": index.mirrors["pip"],
        "packages": " ".join(names),
    }
    for name, text in TEXTS.items():
        (folder / FILES[name]).write_text(text.format(**words))


def build_seconds(engine: Engine, folder: Path, file: str) -> float:
    """Build, tag the image with the name of its Dockerfile, and return the wall time."""
    words = ("--network=host", "--tag", tag(file), "--file", str(folder / file))
    started = time.perf_counter()
    engine.docker("build", *words, str(folder), timeout=3600)
    return time.perf_counter() - started


def tag(file: str) -> str:
    return f"bench/{file.lower().replace('.devcontainer/', 'ours-')}"


def measure(
    engine: Engine, folder: Path, index: Index, wanted: tuple[str, ...], name: str
) -> dict[str, Any]:
    """First build, from nothing, and rebuild of one Dockerfile, and what came of it."""
    file = FILES[name]
    result: dict[str, Any] = {"name": name}
    engine.docker("builder", "prune", "--force", "--all")
    for what, names in {"first build": wanted, ONE_MORE: (*wanted, ADDED)}.items():
        write_list(folder, names)
        write_others(folder, index, names)
        result[what] = build_seconds(engine, folder, file)
        result[f"load, {what}"] = os.getloadavg()[0]
        if what == "first build":
            result["image size"] = size_mb(engine, file)
            result["layers"] = layers(engine, file)
    engine.docker("image", "rm", "--force", tag(file))
    return result


def size_mb(engine: Engine, file: str) -> float:
    asked = engine.docker("image", "inspect", "--format", "{{.Size}}", tag(file))
    return int(asked.stdout) / 1e6


def layers(engine: Engine, file: str) -> list[str]:
    """Each layer with its size, the newest first."""
    words = ("--format", "{{.Size}}\t{{.CreatedBy}}", "--no-trunc")
    lines = engine.docker("history", *words, tag(file)).stdout.splitlines()
    return [" ".join(line.split())[:110] for line in lines if not line.startswith("0B")]


def table(results: list[dict[str, Any]]) -> Iterator[str]:
    """The medians as lines of Markdown, with what each is of the generated Dockerfile's."""
    names = [name for name in FILES if any(one["name"] == name for one in results)]
    ours = {what: median(results, "scaffold", what) for what in UNITS}
    yield "| Dockerfile | rounds | load | " + " | ".join(UNITS) + " |"
    yield "| --- " * (len(UNITS) + 3) + "|"
    for name in names:
        values = {what: median(results, name, what) for what in UNITS}
        cells = (
            f"{values[what]:.1f} {unit} ({values[what] / ours[what]:.2f})"
            for what, unit in UNITS.items()
        )
        its = [one for one in results if one["name"] == name]
        loads = [one[key] for one in its for key in one if key.startswith("load")]
        load = f"{min(loads):.1f} to {max(loads):.1f}"
        yield f"| {name} | {len(its)} | {load} | " + " | ".join(cells) + " |"


def median(results: list[dict[str, Any]], name: str, what: str) -> float:
    return float(statistics.median(one[what] for one in results if one["name"] == name))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--framework", action="store_true", help="torch and its usual company, too")
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if reason := why_not():
        sys.exit(f"The lab cannot run here: {reason}")
    wanted = FRAMEWORK if options.framework else SMALL
    names = [name for name in FILES if not (options.without_peers and name in PEERS)]
    output = options.output
    results = json.loads(output.read_text()) if output and output.exists() else []
    with (
        running_engine(WITH_GPU) as engine,
        running_index() as index,
        tempfile.TemporaryDirectory() as temporary,
    ):
        folder = Path(temporary)
        repository(folder, index, wanted)
        provide(engine, PYTHON_IMAGE)
        provide(engine, UV_IMAGE)
        provide_for(engine, (folder / OURS).read_text())
        write_list(folder, (*wanted, ADDED))
        newer = BASE_OF_OTHERS.format(image=PYTHON_IMAGE, index=index.mirrors["pip"])
        (folder / "python").write_text(newer)
        # Not measured, and from nothing: the index keeps what it fetches.
        engine.docker("builder", "prune", "--force", "--all")
        for file in ("python", OURS):
            build_seconds(engine, folder, file)
        for name in missing(results, names, options.rounds):
            results.append(measure(engine, folder, index, wanted, name))
            print(*(f"{key}: {value}" for key, value in shown(results[-1])), sep=", ", flush=True)
            if output:
                output.parent.mkdir(parents=True, exist_ok=True)
                output.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(machine(), *table(results), sep="\n")
    for name in names:
        last = next(one for one in reversed(results) if one["name"] == name)
        print(f"\nLayers of {name}:", *last["layers"], sep="\n  ")


def missing(results: list[dict[str, Any]], names: list[str], rounds: int) -> Iterator[str]:
    """The Dockerfiles that are still to be measured, round after round."""
    counts = Counter(one["name"] for one in results)
    for number in range(rounds):
        yield from (name for name in names if counts[name] <= number)


def shown(result: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The figures of one result for a line of output."""
    for key, value in result.items():
        if key != "layers":
            yield key, f"{value:.1f}" if isinstance(value, float) else value


if __name__ == "__main__":
    main()
