"""What the commands cost that look at an engine, beside the docker command that asks for the same.

Medians of alternating runs on an engine of the lab, with one container; `python -c pass` is the
least that a program in Python takes. Run from the repository's root: `python -m
benchmarks.looking [FILE.json]`; needs what the lab needs.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine
from tests.lab.support.container_options import IMAGE
from tests.lab.support.engine import DOCKER, PLAIN, Engine, running_engine
from tests.lab.support.images import provide
from tests.lab.support.laptop import SCAFFOLD

RUNS = 7
NAME = "looked-at"
PAIRS = {
    "container list": (("container", "list", "--no-sizes"), ("ps", "--all")),
    "status": (("status", "--host", "local", "--all"), ("ps",)),
    "verify": (("verify", "--container", NAME), ("exec", NAME, "true")),
}
PASS = (sys.executable, "-c", "pass")


def seconds(argv: tuple[str, ...], env: dict[str, str]) -> float:
    """Wall time of a command; `verify` finds no GPU in this container, which is no failure."""
    started = time.perf_counter()
    done = subprocess.run(argv, env=env, capture_output=True, check=False, text=True)
    spent = time.perf_counter() - started
    assert done.returncode in {0, 1} and "Traceback" not in done.stderr, done.stderr
    return spent


def measure(env: dict[str, str]) -> dict[str, tuple[float, float, float]]:
    """Median seconds of each command of ours, of docker's, and of Python alone."""
    found = {}
    for name, (ours, plain) in PAIRS.items():
        commands = ((*SCAFFOLD, *ours), (DOCKER, *plain), PASS)
        times = [[seconds(argv, env) for argv in commands] for _ in range(RUNS)]
        medians = [statistics.median(column) for column in zip(*times, strict=True)]
        found[name] = (medians[0], medians[1], medians[2])
    return found


def in_lab(engine: Engine) -> dict[str, tuple[float, float, float]]:
    provide(engine, IMAGE)
    engine.docker("run", "--detach", "--init", "--name", NAME, IMAGE, "sleep", "3600")
    with tempfile.TemporaryDirectory(prefix="b-") as home:
        return measure({**engine.env, "HOME": home})


def main() -> None:
    print(machine())
    with running_engine(PLAIN) as engine:
        found = in_lab(engine)
    print(f"{'what':<16}{'ours':>9}{'docker':>10}{'python':>10}{'more':>10}{'ratio':>7}")
    for name, (ours, docker, python) in found.items():
        times = "".join(f"{value * 1000:>7.0f} ms" for value in (ours, docker, python))
        more = (ours - docker) * 1000
        print(f"{name:<16}{times}{more:>7.0f} ms{ours / docker:>7.2f}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
