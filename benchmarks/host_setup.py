"""What the alias of `scaffold host setup` is worth: Docker over SSH with and without sharing.

Both ways go to one host of the lab through one relay, at no delay and at 50 ms; they differ in
ControlMaster alone. Run from the repository's root: `python -m benchmarks.host_setup`; needs
what the lab needs.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine
from tests.lab.hosts.row import SOCKET
from tests.lab.hosts.standins import BASE
from tests.lab.support.devcontainer import cli
from tests.lab.support.engine import WITH_GPU, running_engine
from tests.lab.support.host_view import Socket
from tests.lab.support.images import PYTHON_IMAGE, provide
from tests.lab.support.laptop import Laptop
from tests.lab.support.relay import relaying
from tests.lab.support.sshd import Keys, running_host

RUNS = 7
DELAYS_MS = (0, 50, 100)
Times = dict[str, dict[str, float]]
"""Seconds by command and by name of the host."""


def prepare(laptop: Laptop, keys: Keys, port: int) -> None:
    """Two names for one host: `gpu01` as setup writes it, `plain` without sharing."""
    ssh = laptop.home / ".ssh"
    ssh.mkdir(mode=0o700)
    (ssh / "known_hosts").write_text(f"[127.0.0.1]:{port} {keys.public('host')}\n")
    common = (
        f"  HostName 127.0.0.1\n  Port {port}\n  User ada\n  IdentityFile {keys.path('user')}\n"
    )
    shared = "  ControlMaster auto\n  ControlPath ~/.ssh/scaffold-%C\n  ControlPersist 10m\n"
    (ssh / "config").write_text(f"Host gpu01\n{common}{shared}Host plain\n{common}")
    for name in ("gpu01", "plain"):
        made = laptop.run("docker", "context", "create", name, "--docker", f"host=ssh://{name}")
        assert made.returncode == 0, made.stderr


def seconds(laptop: Laptop, *argv: str) -> float:
    started = time.perf_counter()
    done = laptop.run(*argv)
    assert done.returncode == 0, done.stderr[-2000:]
    return time.perf_counter() - started


def measure(laptop: Laptop, work: Path) -> Times:
    """Median seconds of each command by each name, run in turn."""
    times: dict[str, dict[str, list[float]]] = {}
    up = (str(cli()), "up", "--workspace-folder", str(work))
    for number in range(RUNS + 1):
        for name in ("gpu01", "plain"):
            laptop.env["DOCKER_CONTEXT"] = name
            for what, argv in (("docker ps", ("docker", "ps")), ("devcontainer up", up)):
                spent = seconds(laptop, *argv)
                if number:
                    times.setdefault(what, {}).setdefault(name, []).append(spent)
    return {
        what: {name: statistics.median(found) for name, found in both.items()}
        for what, both in times.items()
    }


def main() -> None:
    print(machine())
    with (
        tempfile.TemporaryDirectory(prefix="b-") as name,
        running_engine(WITH_GPU) as engine,
    ):
        provide(engine, PYTHON_IMAGE)
        socket = engine.folder / "docker.sock"
        socket.chmod(0o666)
        keys = Keys(Path(name))
        with running_host({**BASE, **own_keys(), SOCKET: Socket(str(socket))}, keys) as host:
            found: dict[int, Times] = {}
            for delay in DELAYS_MS:
                with (
                    tempfile.TemporaryDirectory(prefix="b-") as folder,
                    relaying(host.port, delay / 2000) as relay,
                ):
                    laptop = Laptop(Path(folder))
                    prepare(laptop, keys, relay.port)
                    found[delay] = measure(laptop, workspace(laptop))
                    show(delay, found[delay])
            show_round_trips(found)


def own_keys() -> dict[str, str]:
    config = str(BASE["/etc/ssh/sshd_config"])
    return {
        "/etc/ssh/sshd_config": config.replace(".ssh/authorized_keys", "/etc/ssh/authorized_keys")
    }


def workspace(laptop: Laptop) -> Path:
    work = laptop.home / "work"
    (work / ".devcontainer").mkdir(parents=True)
    settings = {
        "image": PYTHON_IMAGE,
        "runArgs": ["--network=none"],
        "workspaceMount": "source=bench-work,target=/work,type=volume",
        "workspaceFolder": "/work",
        "updateRemoteUserUID": False,
    }
    (work / ".devcontainer" / "devcontainer.json").write_text(json.dumps(settings))
    return work


def show_round_trips(found: dict[int, Times]) -> None:
    """What each command waits for, from how its time grows with the delay."""
    least, most = min(found), max(found)
    for what, both in found[most].items():
        shared, alone = (
            1000 * (both[name] - found[least][what][name]) / (most - least)
            for name in ("gpu01", "plain")
        )
        print(f"{what:16} round trips: shared {shared:.1f}, each by itself {alone:.1f}")


def show(delay: int, times: Times) -> None:
    for what, both in times.items():
        ratio = both["plain"] / both["gpu01"]
        print(
            f"{delay:3} ms  {what:16} shared {both['gpu01']:.2f} s, each by itself "
            f"{both['plain']:.2f} s: {ratio:.1f} times"
        )


if __name__ == "__main__":
    main()
