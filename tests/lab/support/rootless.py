"""Rootless Docker: an engine in a user name space of an ordinary user of its own.

The user and the devices that it may open are there in a mount name space alone; the machine's
own files stay as they are.
"""

import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.support.engine import LAB, Engine, Flavour

FLAVOUR = Flavour("rootless", gpu=False, number=0)
UID = 28100 + LAB
USER = "lab-rootless"
SCRIPT = "/usr/share/docker.io/contrib/dockerd-rootless.sh"
PROGRAMS = ("rootlesskit", "slirp4netns", "newuidmap", "setpriv")
DEVICES = {"net/tun": (10, 200), "fuse": (10, 229)}
"""Everybody may open these on most machines: Documentation/admin-guide/devices.txt."""

_ACCOUNTS = {
    "passwd": f"{USER}:x:{UID}:{UID}::{{folder}}:/bin/sh",
    "group": f"{USER}:x:{UID}:",
    "subuid": f"{USER}:{1_000_000 + 65536 * LAB}:65536",
    "subgid": f"{USER}:{1_000_000 + 65536 * LAB}:65536",
}


def why_no_rootless() -> str:
    """Why it cannot run here, or an empty text."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    return f"missing: {', '.join(missing)}" if missing else ""


@contextmanager
def running_rootless() -> Iterator[Engine]:
    """Start it, wait until it answers, and stop it afterwards."""
    with tempfile.TemporaryDirectory(prefix="rootless-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        for made in ("run", "data", "home"):
            (folder / made).mkdir()
            shutil.chown(folder / made, UID, UID)
        engine = Engine(FLAVOUR)
        engine.folder, engine.socket = folder, f"unix://{folder}/run/docker.sock"
        engine.env |= {"DOCKER_HOST": engine.socket, "DOCKER_CONFIG": str(folder / "cli")}
        log = folder / "dockerd.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                ["unshare", "--mount", "sh", "-ec", _script(folder)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait(engine, process, log)
            yield engine
            left = engine.docker("ps", "--all", "--quiet").stdout.split()
            engine.docker("rm", "--force", "--volumes", *left, check=False)
        finally:
            process.terminate()
            process.wait(timeout=300)


def _script(folder: Path) -> str:
    lines = ["mount --make-rshared /"]
    for file, line in _ACCOUNTS.items():
        own = folder / file
        own.write_text(Path(f"/etc/{file}").read_text() + line.format(folder=folder) + "\n")
        lines.append(f"mount --bind {own} /etc/{file}")
    for device, (major, minor) in DEVICES.items():
        own = folder / device.replace("/", "-")
        lines.append(f"mknod -m 666 {own} c {major} {minor}; mount --bind {own} /dev/{device}")
    env = [f"XDG_RUNTIME_DIR={folder}/run", f"HOME={folder}/home", "PATH=/usr/sbin:/usr/bin:/bin"]
    who = ["setpriv", "--reuid", str(UID), "--regid", str(UID), "--clear-groups"]
    engine = [SCRIPT, "--iptables=false", "--data-root", str(folder / "data")]
    command = ["env", "-i", *env, *who, "--pdeathsig", "TERM", *engine]
    return "\n".join([*lines, f"exec {shlex.join(command)}"])


def _wait(engine: Engine, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 300
    while engine.docker("info", check=False).returncode:
        alive = process.poll() is None and time.monotonic() < deadline
        assert alive, f"it did not start:\n{log.read_text()[-3000:]}"
        time.sleep(0.2)
