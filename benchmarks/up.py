"""What `scaffold up` on an unchanged project costs beside `devcontainer up` and `scaffold verify`.

One project on a host of the lab with a container that runs, by Remote-SSH and through a Docker
context. The three commands run in turn; `up` uploads, too, which the other two do not. Run from
the repository's root: `python -m benchmarks.up [remote-ssh | context]`; needs what the lab needs.
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
from tests.lab.support.devcontainer import cli
from tests.lab.support.engine import WITH_GPU, running_engine
from tests.lab.support.images import provide
from tests.lab.support.laptop import SCAFFOLD
from tests.lab.support.people import ALIAS, Person, people
from tests.lab.support.sshd import Keys
from tests.lab.test_three_people import project
from tests.lab.test_up import far

RUNS = 15
WAYS = ("remote-ssh", "context")


def seconds(person: Person, *argv: str, **more: str) -> float:
    env = {**person.laptop.env, **more}
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        # On the host the end of the input ends the Dev Containers CLI, so the input stays open.
        with subprocess.Popen(
            person.laptop.argv(*argv), env=env, stdin=subprocess.PIPE, stdout=said, stderr=said
        ) as program:
            code = program.wait()
        spent = time.perf_counter() - started
        said.seek(0)
        assert code == 0, said.read()[-2000:]
    return spent


def theirs(person: Person) -> list[str]:
    """The command line of the Dev Containers CLI that `up` would run."""
    dry = person.laptop.scaffold("up", "--dry-run", "--json", "--trust")
    found: list[str] = json.loads(dry.stdout)["argv"]
    return found


def measure(person: Person, files: str) -> None:
    project(person, files)
    context = {"DOCKER_CONTEXT": ALIAS} if files == "context" else {}
    ours, check = (*SCAFFOLD, "up", "--trust"), (*SCAFFOLD, "verify")
    seconds(person, *ours)
    alone = theirs(person)
    times: dict[str, list[float]] = {"up": [], "devcontainer up": [], "verify": []}
    for _ in range(RUNS):
        times["up"].append(seconds(person, *ours))
        times["devcontainer up"].append(seconds(person, *alone, **context))
        times["verify"].append(seconds(person, *check))
    median = {name: statistics.median(found) for name, found in times.items()}
    over = median["up"] - median["devcontainer up"] - median["verify"]
    parts = ", ".join(f"{name} {spent:.2f} s" for name, spent in median.items())
    print(f"{files}: {parts}: {over:+.2f} s", flush=True)


def main() -> None:
    print(machine())
    with tempfile.TemporaryDirectory(prefix="b-") as name, running_engine(WITH_GPU) as engine:
        provide(engine, IMAGE)
        for files in sys.argv[1:] or WAYS:
            with people(engine, Keys(Path(name)), far) as found:
                person = found["ada"]
                person.laptop.env["PATH"] = f"{cli().parent}:{person.laptop.env['PATH']}"
                # As the alias of `scaffold host setup` shares one connection.
                config = person.laptop.own / ".ssh" / "config"
                sharing = "  ControlMaster auto\n  ControlPath ~/.ssh/cm-%C\n  ControlPersist 60\n"
                config.write_text(config.read_text() + sharing)
                measure(person, files)


if __name__ == "__main__":
    main()
