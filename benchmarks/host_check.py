"""What `scaffold host check` costs beside `ssh HOST true`, at delays of 0, 25 and 50 ms each way.

The host is one of the lab's, on loopback behind a relay that delays. What its commands take is
excluded: it is measured as `ssh HOST sh -s <probe.sh` less `ssh HOST true`, and taken off the
check, so that starting Python, connecting and the exchange remain. The alternative is one
`ssh HOST true` for each command that the probe runs, one after the other.

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
from pathlib import Path

from scaffold.adapters.probe.local import ProbeOptions, script
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
    times: dict[str, list[float]] = {"true": [], "probe": [], "check": []}
    for _ in range(RUNS):
        times["true"].append(seconds([*ssh, "true"]))
        times["probe"].append(seconds([*ssh, command], script()))
        times["check"].append(seconds(scaffold))
    return {name: statistics.median(values) for name, values in times.items()}


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
                client.reaches(relay.port)
                client.trusts(relay.port)
                found = measure(client)
            check = found["check"] - (found["probe"] - found["true"])
            each = commands() * found["true"]
            rows.append({"delay_ms": delay, "check": check, "ssh": found["true"], "each": each})
    return rows


def main() -> None:
    if reason := why_no_hosts():
        sys.exit(f"the lab cannot start here: {reason}")
    with tempfile.TemporaryDirectory() as name:
        rows = compare(Path(name))
    head = f"{'round trip':<12}{'check':>9}{'ssh true':>10}{'ratio':>7}"
    print(f"{head}{'one ssh each':>14}{'ratio':>7}")
    for row in rows:
        own, ssh, each = (row[key] * 1000 for key in ("check", "ssh", "each"))
        times = f"{own:>6.0f} ms{ssh:>7.0f} ms{own / ssh:>7.2f}{each:>11.0f} ms{each / own:>7.1f}"
        print(f"{row['delay_ms']:>6.0f} ms   {times}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
