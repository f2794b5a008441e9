"""What the command `scaffold sync` costs for 10,000 files next to `rsync -a` over the same alias.

Both are whole processes, run in turn, without delay: on an unchanged tree, and after one file was
edited. Four cases: with and without a git repository, with and without an open shared connection
of the alias, which both use. `python -m benchmarks.sync --unchanged [RUNS]` runs this part alone.
"""

import os
import random
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.sync_commands import command, rsync, seconds
from scaffold.host.alias import SHARED
from tests.lab.support.client import NAME, Client
from tests.lab.support.sshd import Keys, running_host
from tests.lab.support.syncing import VIEW

RUNS = 9
FILES, BYTES_EACH = 10_000, 2_000
GIT = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "gc.auto=0")
CASES = tuple((git, shared) for git in (False, True) for shared in (False, True))


def make_project(root: Path, *, git: bool) -> None:
    """Files that cannot be compressed, in a hundred folders; `git` commits them."""
    noise = random.Random(1)
    for number in range(FILES):
        path = root / f"package{number % 10}" / f"part{number % 100}" / f"file{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(noise.randbytes(BYTES_EACH))
    if git:
        ours = ("git", "-C", str(root), *GIT)
        for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "all"), ("gc", "-q")):
            subprocess.run([*ours, *words], check=True, capture_output=True)


@contextmanager
def connection(client: Client, *, shared: bool) -> Iterator[None]:
    """Keep a connection open as the user's own ssh does, if `shared`."""
    ssh = ["ssh", "-F", str(client.config), "-o", "BatchMode=yes"]
    if shared:
        # ssh keeps its standard error open for as long as the connection lives.
        opened = [*ssh, "-o", "ControlMaster=yes", "-fN", NAME]
        subprocess.run(opened, check=True, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        if shared:
            subprocess.run([*ssh, "-O", "exit", NAME], check=True, capture_output=True)


def measure(client: Client, root: Path, runs: int) -> dict[str, list[float]]:
    """Seconds of each command on the unchanged tree and after an edit, in turn."""
    env = environment(client.folder)
    lines = {
        "rsync -a": rsync(client, root, "/home/ada/rsync"),
        "sync": command(client, root, "/home/ada/sync"),
    }
    times: dict[str, list[float]] = {}
    edited = root / "package3" / "part3" / "file3.py"
    for number in range(-1, runs):
        for what in ("unchanged", "edited"):
            for name, argv in lines.items():
                if what == "edited":
                    edited.write_bytes(random.randbytes(BYTES_EACH))
                spent = seconds(argv, env)
                if number >= 0:
                    times.setdefault(f"{name} {what}", []).append(spent)
        # The second edit has not arrived at the other target.
        for argv in lines.values():
            seconds(argv, env)
    return times


def show(times: dict[str, list[float]]) -> None:
    for what in ("unchanged", "edited"):
        theirs, ours = (times[f"{name} {what}"] for name in ("rsync -a", "sync"))
        mid, other = statistics.median(ours), statistics.median(theirs)
        print(
            f"    {what:9}  sync {mid:.3f} s ({min(ours):.3f} to {max(ours):.3f}), "
            f"rsync -a {other:.3f} s ({min(theirs):.3f} to {max(theirs):.3f}): "
            f"{mid / other:.2f} times, {mid - other:+.3f} s",
            flush=True,
        )


def compare_unchanged(runs: int = RUNS) -> None:
    """Measure and print all cases."""
    for git, shared in CASES:
        with tempfile.TemporaryDirectory(prefix="b-") as name:
            folder = Path(name)
            keys, root = Keys(folder), folder / "work"
            make_project(root, git=git)
            with running_host(VIEW, keys) as host:
                client = Client(folder, keys)
                client.reaches(host.port, f"ControlPath {folder}/{Path(SHARED).name}%C")
                client.trusts(host.port)
                print(f"{machine()}")
                print(
                    f"  {FILES:,} files, {'git repository' if git else 'no repository'}, "
                    f"{'open shared connection' if shared else 'new connection'}:"
                )
                with connection(client, shared=shared):
                    show(measure(client, root, runs))


def environment(folder: Path) -> dict[str, str]:
    """The environment of a user with caches of their own, whose Python keeps its bytecode."""
    known = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return known | {"XDG_CACHE_HOME": str(folder / "cache"), "HOME": str(folder)}
