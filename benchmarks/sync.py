"""What a sync costs beside `rsync -a` and SFTP file by file: 2,000 files of 24 MB together.

All go to one host of the lab through one relay, at no delay and at 50 ms round trip, with rsync
on the host and without: ours as `scaffold up` does it, and as a command, whose start it includes.
Then the command on 10,000 unchanged files (`benchmarks/sync_unchanged.py`), which
`python -m benchmarks.sync --unchanged [RUNS]` measures alone. Run from the repository's root; needs
what the lab needs.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.sync_commands import command, rsync, seconds
from benchmarks.sync_unchanged import compare_unchanged
from scaffold.commands.sync.push import push
from scaffold.commands.sync.requests import PushRequest
from scaffold.commands.sync.ui import SilentSyncUi
from scaffold.sync.target import SyncTarget
from tests.lab.support.client import NAME, Client
from tests.lab.support.host_view import REAL
from tests.lab.support.relay import relaying
from tests.lab.support.sshd import Keys, running_host
from tests.lab.support.syncing import NO_RSYNC, VIEW

RUNS = 3
FILES, BYTES = 2_000, 24_000_000
DELAYS_MS = (0, 50)
WHAT = ("first", "unchanged")


def make_workspace(root: Path) -> None:
    """Files that cannot be compressed, in a hundred folders."""
    noise = random.Random(1)
    for number in range(FILES):
        path = root / f"package{number % 10}" / f"part{number % 100}" / f"file{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(noise.randbytes(BYTES // FILES))


def by_sftp(port: int, keys: Keys, root: Path, files: int) -> float:
    """Seconds for so many files by paramiko's `put`, one after the other, connected already."""
    import paramiko

    key = paramiko.Ed25519Key.from_private_key_file(str(keys.path("user")))
    with paramiko.Transport(("127.0.0.1", port)) as transport:
        transport.connect(username="ada", pkey=key)
        client = paramiko.SFTPClient.from_transport(transport)
        assert client
        client.mkdir("sftp")
        paths = sorted(path for path in root.rglob("*") if path.is_file())[:files]
        started = time.perf_counter()
        for number, path in enumerate(paths):
            client.put(str(path), f"sftp/{number}")
        return time.perf_counter() - started


def measure(client: Client, root: Path, env: dict[str, str]) -> dict[str, float]:
    """Median seconds of the first and the unchanged run, ours and rsync's in turn."""
    times: dict[str, list[float]] = {}

    def note(what: str, spent: float) -> None:
        times.setdefault(what, []).append(spent)

    commands = (("rsync -a", rsync), ("command", command))
    for number in range(RUNS):
        for name, line in commands:
            argv = line(client, root, f"/home/ada/{name[:5]}{number}")
            for what in WHAT:
                note(f"{name} {what}", seconds(argv, env))
        place = SyncTarget(host=NAME, path=f"/home/ada/ours{number}")
        for what in WHAT:
            started = time.perf_counter()
            push(root, place, PushRequest(ssh_config=client.config), SilentSyncUi())
            note(f"ours {what}", time.perf_counter() - started)
    return {what: statistics.median(found) for what, found in times.items()}


def show(times: dict[str, float]) -> None:
    for what in WHAT:
        theirs = times[f"rsync -a {what}"]
        for name in ("ours", "command"):
            mine = times[f"{name} {what}"]
            print(
                f"    {what:9}  {name:7} {mine:.2f} s, rsync -a {theirs:.2f} s: {mine / theirs:.2f}"
            )
    ratio = times["sftp first"] / times["ours first"]
    print(f"    first      SFTP, file by file {times['sftp first']:.1f} s: {ratio:.1f} times ours")


def main() -> None:
    if sys.argv[1:2] == ["--unchanged"]:
        compare_unchanged(*map(int, sys.argv[2:3]))
        return
    print(machine())
    for ends, view in (("rsync on both ends", {}), ("no rsync there", NO_RSYNC)):
        for delay in DELAYS_MS:
            with tempfile.TemporaryDirectory(prefix="b-") as name:
                folder = Path(name)
                keys, root = Keys(folder), folder / "work"
                make_workspace(root)
                os.environ |= {"XDG_CACHE_HOME": str(folder / "cache"), "HOME": name}
                env = dict(os.environ)
                with (
                    running_host({**VIEW, **view, **subsystem()}, keys) as host,
                    relaying(host.port, delay / 2000) as relay,
                ):
                    client = Client(folder, keys)
                    client.reaches(relay.port)
                    client.trusts(relay.port)
                    print(f"{ends}, {delay} ms:", flush=True)
                    times = measure(client, root, env)
                    # A part is enough where each file waits for several round trips.
                    part = FILES // 10 if delay else FILES
                    spent = by_sftp(relay.port, keys, root, part) * FILES / part
                    show({**times, "sftp first": spent})
    compare_unchanged()


def subsystem() -> dict[str, str]:
    config = str(VIEW["/etc/ssh/sshd_config"])
    return {"/etc/ssh/sshd_config": f"{config}Subsystem sftp {REAL}/lib/openssh/sftp-server\n"}


if __name__ == "__main__":
    main()
