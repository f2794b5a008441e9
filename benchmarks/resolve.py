"""What a decision costs: process time of loading and resolving, and the whole command's time.

Run from the repository's root: `python -m benchmarks.resolve [FILE.json]`. The bytecode is
compiled first, as an installer does. The command is measured in turn with `python -c pass`, so
that a busy machine burdens both alike.
"""

import compileall
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.machine import machine
from scaffold.catalogue import load_catalogue
from scaffold.facts import Gpu, HostFacts
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Wishes
from scaffold.resolver.resolving import resolve

RUNS = 15
ROOT = Path(__file__).resolve().parent.parent
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
    print(machine())
    compileall.compile_dir(ROOT / "scaffold", quiet=2)
    scaffold = str(Path(sys.executable).with_name("scaffold"))
    commands = {
        "command, text": (scaffold, *COMMAND),
        "command, JSON": (scaffold, *COMMAND, "--json"),
        "python -c pass": (sys.executable, "-c", "pass"),
    }
    times: dict[str, list[float]] = {"decision": [], **{name: [] for name in commands}}
    for _ in range(RUNS):
        times["decision"].append(decision_seconds())
        for name, argv in commands.items():
            times[name].append(command_seconds(*argv))
    medians = {name: statistics.median(values) for name, values in times.items()}
    plain = medians["python -c pass"]
    for name, value in medians.items():
        more = f"{(value - plain) * 1000:>+7.0f} ms" if name.startswith("command") else ""
        print(f"{name:<16}{value * 1000:>6.0f} ms{more}  (least {min(times[name]) * 1000:.0f} ms)")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(medians, indent=2))


if __name__ == "__main__":
    main()
