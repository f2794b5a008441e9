"""How long one more dependency takes to build, against the straightforward Dockerfile.

Both are built by the lab's engine from the lab's package index on this machine, so downloads
are nearly free: over a real network the plain file, which fetches everything again, loses more.
Run from the repository's root: `python -m benchmarks.rebuild [FILE.json]`; needs what the lab
needs (root on Debian or Ubuntu, docker.io).
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.lab.support.engine import WITH_GPU, Engine, running_engine, why_not
from tests.lab.support.images import PYTHON_IMAGE, provide, provide_for
from tests.lab.support.index import Index, running_index

REQUIREMENTS = "torch==2.13.*\nnumpy\npandas\nscikit-learn\n"
ADDED = ("tqdm", "rich", "click")

PLAIN = """\
FROM {image}
WORKDIR /app
COPY . .
RUN pip install --index-url {index} -r requirements.txt
"""


def repository(folder: Path, index: Index) -> None:
    """A small project with both Dockerfiles."""
    (folder / "requirements.txt").write_text(REQUIREMENTS)
    (folder / "train.py").write_text("import torch\n")
    flags = ("--gpu", "required", "--python", "3.11", *index.flags("pip", "pytorch"))
    command = [sys.executable, "-m", "scaffold", "init", "--yes", *flags, str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    plain = PLAIN.format(image=PYTHON_IMAGE, index=index.mirrors["pip"])
    (folder / "Dockerfile").write_text(plain)


def build_seconds(engine: Engine, folder: Path, dockerfile: str) -> float:
    """Build and return the wall time in seconds."""
    started = time.perf_counter()
    engine.docker("build", "--network=host", "--file", str(folder / dockerfile), str(folder))
    return time.perf_counter() - started


def compare(engine: Engine, folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds of ours and of the plain file: first build, then each added dependency."""
    files = (".devcontainer/Dockerfile", "Dockerfile")
    rows = {}
    for name in ("", *ADDED):
        with (folder / "requirements.txt").open("a") as requirements:
            requirements.write(f"{name}\n")
        ours, plain = (build_seconds(engine, folder, file) for file in files)
        rows[f"+ {name}" if name else "first build"] = (ours, plain)
    return rows


def main() -> None:
    if reason := why_not():
        sys.exit(f"The lab cannot run here: {reason}")
    with (
        running_engine(WITH_GPU) as engine,
        running_index() as index,
        tempfile.TemporaryDirectory() as name,
    ):
        folder = Path(name)
        repository(folder, index)
        provide(engine, PYTHON_IMAGE)
        provide_for(engine, (folder / ".devcontainer" / "Dockerfile").read_text())
        engine.docker("builder", "prune", "--force", "--all")
        rows = compare(engine, folder)
    print(f"{'what':<16}{'scaffold':>10}{'plain':>10}{'plain / scaffold':>18}")
    for what, (ours, plain) in rows.items():
        print(f"{what:<16}{ours:>8.1f} s{plain:>8.1f} s{plain / ours:>18.1f}")
    ratio = statistics.median(plain / ours for what, (ours, plain) in rows.items() if "+" in what)
    print(f"One more dependency builds {ratio:.1f} times faster (median).")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
