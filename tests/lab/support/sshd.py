"""A real OpenSSH server as a host of its own: mount, process and host name space, and keys."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.lab.support.host_view import Private, View, mount_script, write_tree

PROGRAMS = (
    "sshd",
    "ssh",
    "ssh-keygen",
    "ssh-agent",
    "ssh-add",
    "unshare",
    "chroot",
    "busybox",
    "sudo",
)
SHELLS = ("bash", "dash", "fish", "tcsh", "zsh")
KEY_TYPES = ("ed25519", "ecdsa", "rsa")


@cache
def why_no_hosts() -> str:
    """Why hosts cannot be started here, or an empty text."""
    if os.geteuid() != 0:
        return "the lab gives each SSH host a mount namespace and needs root"
    missing = [name for name in (*PROGRAMS, *SHELLS) if shutil.which(name) is None]
    if missing:
        return f"missing: {', '.join(missing)} (.ci/run installs them)"
    tried = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "mount", "-t", "proc", "proc", "/proc"],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if tried.returncode == 0 else f"no namespaces here: {tried.stderr.strip()}"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of the lab, made once a run: `path("host")`, `path("user")` and others by name."""

    folder: Path

    def path(self, name: str, kind: str = "ed25519", passphrase: str = "") -> Path:
        """A private key of this name, made where it is not there yet."""
        path = self.folder / f"{name}_{kind}"
        if not path.exists():
            bits = ["-b", "2048"] if kind == "rsa" else []
            command = ["ssh-keygen", "-q", "-t", kind, *bits, "-N", passphrase, "-f", str(path)]
            subprocess.run([*command, "-C", name], check=True, capture_output=True)
        return path

    def public(self, name: str, kind: str = "ed25519") -> str:
        """Type and key of the public half, without the comment."""
        text = self.path(name, kind).with_name(f"{name}_{kind}.pub").read_text()
        return " ".join(text.split()[:2])

    def certificate(self, name: str, *options: str, kind: str = "ed25519", ca: str = "ca") -> Path:
        """Sign a key; the certificate lies beside it, and is written anew each time."""
        path = self.path(name, kind)
        sign = ["ssh-keygen", "-q", "-s", str(self.path(ca)), "-I", name, *options]
        subprocess.run([*sign, f"{path}.pub"], check=True, capture_output=True)
        return path.with_name(f"{path.name}-cert.pub")


@dataclass(frozen=True, slots=True)
class LabHost:
    """A running host: the port of its sshd on 127.0.0.1, its log, and the way into its tree."""

    port: int
    pid: int
    log: Path

    @property
    def root(self) -> Path:
        """The host's root file system, seen from here."""
        return Path(f"/proc/{self.pid}/root")

    def processes(self) -> list[str]:
        """The command lines of what runs there, but for sshd itself."""
        return list(self._running().values())

    def _running(self) -> dict[int, str]:
        space = Path(f"/proc/{self.pid}/ns/pid").readlink()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (folder / "ns/pid").readlink() == space:
                    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[int(folder.name)] = line
        return {number: line for number, line in found.items() if line and "sshd" not in line}

    def end_left_behind(self) -> None:
        """Kill what still runs there: a program of the host that never ends would fill memory."""
        while left := self._running():
            for number in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            time.sleep(0.02)

    def left_behind(self, patience_s: float = 60.0) -> list[str]:
        """What still runs there after a moment: the end of a probe takes its processes some."""
        deadline = time.monotonic() + patience_s
        while (found := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.02)
        return found


@contextlib.contextmanager
def running_host(view: View, keys: Keys, address: str = "127.0.0.1") -> Iterator[LabHost]:
    """A host with this view. It ends, and all that runs in it, with the context."""
    with tempfile.TemporaryDirectory(prefix="lab-host-") as name:
        folder = Path(name)
        tree, root, log = folder / "tree", folder / "root", folder / "sshd.log"
        root.mkdir()
        port = free_port(address)
        write_tree(with_keys(view, keys, port), tree)
        script = mount_script(view, tree, root)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    "unshare",
                    "--mount",
                    "--pid",
                    "--uts",
                    "--fork",
                    "--kill-child",
                    "sh",
                    "-c",
                    script,
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            yield LabHost(port, _ready(process, log), log)
        finally:
            process.kill()
            process.wait()


def with_keys(view: View, keys: Keys, port: int) -> View:
    """The view with its sshd's port and the lab's keys put in."""
    config = view["/etc/ssh/sshd_config"]
    assert isinstance(config, str)
    return {
        "/etc/ssh/host_key": Private(keys.path("host").read_text()),
        "/etc/ssh/authorized_keys": f"{keys.public('user')} user\n",
        **view,
        "/etc/ssh/sshd_config": config.replace("@PORT@", str(port)),
    }


def free_port(address: str) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as found:
        found.bind((address, 0))
        port: int = found.getsockname()[1]
        return port


def _ready(process: "subprocess.Popen[bytes]", log: Path) -> int:
    """Wait until sshd says that it listens; its process id, seen from here."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + 300
    while "Server listening" not in log.read_text():
        alive = process.poll() is None and time.monotonic() < deadline
        assert alive, f"the host did not start:\n{log.read_text()}"
        time.sleep(0.005)
    return int(children.read_text().split()[0])
