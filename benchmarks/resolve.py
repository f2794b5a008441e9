"""What a decision costs: process time of loading and resolving, and the whole command's time.

Run from the repository's root: `python -m benchmarks.resolve [FILE.json]`.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from scaffold.catalogue import load_catalogue
from scaffold.facts import Gpu, HostFacts
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Wishes
from scaffold.resolver.resolving import resolve

RUNS = 15
HOST = HostFacts(name="described", driver_version="535.183.01", gpus=(Gpu(name="Tesla T4"),))
WISHES = Wishes(framework=Framework.PYTORCH, framework_spec=">=2.8")
COMMAND = ("resolve", "--gpu-model", "T4", "--driver", "535.183.01", "--framework", "torch>=2.8")


def decision_seconds() -> float:
    """Process time of one decision, the catalogue read anew, without imports."""
    load_catalogue.cache_clear()
    started = time.process_time()
    resolve(load_catalogue(), HOST, WISHES)
    return time.process_time() - started


def command_seconds(*argv: str) -> float:
    started = time.perf_counter()
    subprocess.run(argv, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    scaffold = str(Path(sys.executable).with_name("scaffold"))
    times: dict[str, list[float]] = {"decision": [], "command": [], "python -c pass": []}
    for _ in range(RUNS):
        times["decision"].append(decision_seconds())
        times["command"].append(command_seconds(scaffold, *COMMAND))
        times["python -c pass"].append(command_seconds(sys.executable, "-c", "pass"))
    medians = {name: statistics.median(values) for name, values in times.items()}
    plain = medians["python -c pass"]
    for name, value in medians.items():
        print(f"{name:<16}{value * 1000:>6.0f} ms{value / plain:>7.1f} x python -c pass")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(medians, indent=2))


if __name__ == "__main__":
    main()
