"""What `scaffold host check` costs beside `ssh HOST true`, at delays of 0, 25 and 50 ms each way.

The host is one of the lab's, on loopback behind a relay that delays. What its commands take is
excluded: it is measured as `ssh HOST sh -s <probe.sh` less `ssh HOST true`, and taken off the
check, so that starting Python, connecting and the exchange remain. `shared` is the check over
an open shared connection of the alias, held against the same new `ssh HOST true`. The alternative
is one `ssh HOST true` for each command that the probe runs, one after the other.

Run from the repository's root: `python -m benchmarks.host_check [FILE.json]`; needs what the
lab needs (root on Debian or Ubuntu, openssh-server).
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.machine import machine
from scaffold.adapters.probe.local import ProbeOptions, script
from scaffold.host.alias import SHARED
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.support.client import NAME, Client
from tests.lab.support.relay import relaying
from tests.lab.support.sshd import Keys, running_host, why_no_hosts

RUNS = 9
DELAYS_MS = (0, 50, 100)
"""Round trips; half of each is added on each way."""


def seconds(argv: list[str], text: bytes = b"") -> float:
    started = time.perf_counter()
    done = subprocess.run(argv, input=text, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return time.perf_counter() - started


def measure(client: Client) -> dict[str, float]:
    """Median seconds of each, run in turn."""
    ssh = ["ssh", "-F", str(client.config), "-o", "BatchMode=yes", NAME]
    command = f"exec /bin/sh -s -- {ProbeOptions().arguments('nonce')}"
    scaffold = [str(Path(sys.executable).with_name("scaffold")), "host", "check", NAME]
    scaffold += ["--ssh-config", str(client.config)]
    times: dict[str, list[float]] = {"true": [], "probe": [], "check": [], "shared": []}
    for _ in range(RUNS):
        times["true"].append(seconds([*ssh, "true"]))
        times["probe"].append(seconds([*ssh, command], script()))
        times["check"].append(seconds(scaffold))
        with shared_connection(client):
            times["shared"].append(seconds(scaffold))
    return {name: statistics.median(values) for name, values in times.items()}


@contextmanager
def shared_connection(client: Client) -> Iterator[None]:
    """A connection that the user's own ssh keeps open for the alias."""
    Path(SHARED).expanduser().parent.mkdir(mode=0o700, exist_ok=True)
    ssh = ["ssh", "-F", str(client.config), "-o", "BatchMode=yes"]
    # ssh keeps its standard error open for as long as the connection lives.
    opened = [*ssh, "-o", "ControlMaster=yes", "-fN", NAME]
    subprocess.run(opened, check=True, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        subprocess.run([*ssh, "-O", "exit", NAME], check=True, capture_output=True)


def commands() -> int:
    """How many commands the probe sends off, each of which could be an `ssh` of its own."""
    return len(re.findall(r"^ *(?:\[.*)?part ", script().decode(), re.MULTILINE))


def compare(folder: Path) -> list[dict[str, float]]:
    rows = []
    keys = Keys(folder)
    with running_host(HEALTHY, keys) as host:
        for delay in DELAYS_MS:
            with relaying(host.port, delay / 2000) as relay:
                place = Path(tempfile.mkdtemp(dir=folder))
                client = Client(place, keys)
                client.reaches(relay.port, f"ControlPath {SHARED}benchmark")
                client.trusts(relay.port)
                found = measure(client)
            ssh, commands_s = found["true"], found["probe"] - found["true"]
            check, shared = found["check"] - commands_s, found["shared"] - commands_s
            each = commands() * ssh
            row = {"delay_ms": delay, "check": check, "shared": shared, "ssh": ssh, "each": each}
            rows.append(row)
    return rows


def main() -> None:
    if reason := why_no_hosts():
        sys.exit(f"the lab cannot start here: {reason}")
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        rows = compare(Path(name))
    head = f"{'round trip':<12}{'check':>9}{'ssh true':>10}{'ratio':>7}{'shared':>9}{'ratio':>7}"
    print(f"{head}{'one ssh each':>14}{'ratio':>7}")
    for row in rows:
        keys = ("check", "shared", "ssh", "each")
        own, shared, ssh, each = (row[key] * 1000 for key in keys)
        times = (
            f"{own:>6.0f} ms{ssh:>7.0f} ms{own / ssh:>7.2f}{shared:>6.0f} ms{shared / ssh:>7.2f}"
        )
        times += f"{each:>11.0f} ms{each / own:>7.1f}"
        print(f"{row['delay_ms']:>6.0f} ms   {times}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
