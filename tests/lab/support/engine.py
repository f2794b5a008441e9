"""A real Docker engine of the tests' own: private data root and socket, stopped by its pid."""

import fcntl
import json
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.support.lesser_rights import write_runtime

DOCKER = "/usr/bin/docker"
DOCKERD = "/usr/sbin/dockerd"

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gpu-scaffold-lab"
"""Outlives the run, since base images cost minutes to make and seconds to find again."""

_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
LAB = int(os.environ.get("LAB", "0")) + 10 * int(_WORKER)
"""Number of this lab, 0 to 99: working copies with different numbers test side by side, and so
do pytest's workers."""

LONG = os.environ.get("LAB_LONG") == "1"
"""Whether tests take their time: all that is marked long, and more of the rest."""

PROGRAMS = (DOCKER, DOCKERD, "debootstrap", "ip", "npm", "setpriv", "tar")


@dataclass(frozen=True)
class Flavour:
    """One kind of machine: with GPU support in its engine or without.

    `suite` is the Debian release whose engine it is, empty for this machine's own.
    """

    kind: str
    gpu: bool
    number: int
    suite: str = ""

    @property
    def name(self) -> str:
        """Of the engine's folder, its lock and its bridge."""
        return f"{self.kind}{LAB or ''}"

    @property
    def bridge(self) -> str:
        """A network of the engine's own, so that two engines never share docker0."""
        return f"lab-{self.name}"

    @property
    def subnet(self) -> str:
        """The bridge's address and the size of its network."""
        network = 6 * LAB + self.number
        return f"10.{213 + network // 256}.{network % 256}.1/24"


WITH_GPU = Flavour("gpu", gpu=True, number=1)
PLAIN = Flavour("plain", gpu=False, number=2)


def why_not() -> str:
    """Why the lab cannot run here, or an empty text."""
    if os.geteuid() != 0:
        return "the lab starts a Docker engine and needs root"
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"missing: {', '.join(missing)} (.ci/run installs them)" if missing else ""


def is_required() -> bool:
    """Whether a lab that cannot start is a failure rather than a skip."""
    return os.environ.get("CI") == "true" or os.environ.get("LAB_REQUIRED") == "1"


class Engine:
    """A running engine and the docker CLI that speaks to it."""

    def __init__(self, flavour: Flavour, settings: dict[str, Any] | None = None) -> None:
        self.flavour = flavour
        self.settings = settings or {}
        self.folder = CACHE / f"engine-{flavour.name}"
        self.socket = f"unix://{self.folder}/docker.sock"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("DOCKER_")}
        self.env = {
            **inherited,
            "DOCKER_HOST": self.socket,
            "DOCKER_CONFIG": str(self.folder / "cli"),
            # Newer commands have no BuildKit of their own.
            "DOCKER_BUILDKIT": "0" if flavour.suite else "1",
            # The Dev Containers CLI finds docker on PATH; the engine's own comes first.
            "PATH": f"/usr/bin:{os.environ['PATH']}",
        }

    @property
    def cli(self) -> list[str]:
        """The docker CLI of the same release as the engine."""
        from tests.lab.support import newer

        suite = self.flavour.suite
        return newer.program(suite, DOCKER) if suite else [DOCKER]

    @property
    def shell_words(self) -> str:
        """The CLI, quoted for a shell."""
        return shlex.join(self.cli)

    @property
    def injected(self) -> Path:
        """What containers with GPUs get as their nvidia-smi, where a test puts it there."""
        return self.folder / "nvidia-smi"

    def docker(
        self, *args: str, check: bool = True, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run the docker CLI and return the finished process with its output as text."""
        options.setdefault("timeout", 900)
        done = subprocess.run(
            [*self.cli, *args], env=self.env, capture_output=True, text=True, check=False, **options
        )
        assert not check or done.returncode == 0, f"docker {args}: {done.stdout}{done.stderr}"
        return done

    def inspect(self, name: str) -> dict[str, Any]:
        """What the engine says of a container, image or volume."""
        found: list[dict[str, Any]] = json.loads(self.docker("inspect", name).stdout)
        return found[0]

    def has_image(self, name: str) -> bool:
        """Whether the image is in the data root."""
        return self.docker("image", "inspect", name, check=False).returncode == 0


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Let one process at a time use a part of the cache; others wait for their turn."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def running_engine(flavour: Flavour, **settings: Any) -> Iterator[Engine]:
    """Start an engine of its own with settings of daemon.json; stop it afterwards."""
    engine = Engine(flavour, settings)
    engine.folder.mkdir(parents=True, exist_ok=True)
    log = engine.folder / "dockerd.log"
    with locked(f"engine-{flavour.name}"), _bridge(flavour), log.open("w") as output:
        # Whoever holds the lock is alone; a pid file left by a machine that died misleads.
        (engine.folder / "docker.pid").unlink(missing_ok=True)
        process = subprocess.Popen(
            _command(engine),
            env={**os.environ, "PATH": _path_for(engine)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(engine, process, log)
            yield engine
        finally:
            _remove_containers(engine)
            process.terminate()
            process.wait(timeout=300)


def _command(engine: Engine) -> list[str]:
    from tests.lab.support import newer

    # The engine ends with the tests even where these are killed.
    command = ["setpriv", "--pdeathsig", "TERM", *_dockerd(engine)]
    suite = engine.flavour.suite
    return newer.inside(suite, command) if suite else command


def _dockerd(engine: Engine) -> list[str]:
    config = engine.folder / "daemon.json"
    config.write_text(json.dumps(engine.settings))
    folder = engine.folder
    return [
        DOCKERD,
        *("--config-file", str(config)),
        *("--data-root", str(folder / "data")),
        *("--exec-root", str(folder / "exec")),
        *("--pidfile", str(folder / "docker.pid")),
        *("--host", engine.socket),
        # Published ports go through docker-proxy, so the machine's packet filter stays as it is.
        *("--bridge", engine.flavour.bridge, "--iptables=false", "--ip-masq=false"),
        "--ip-forward=false",
        "--ip6tables=false",
        *(("--add-runtime", f"nvidia={_runtime(engine)}") if engine.flavour.gpu else ()),
    ]


def _runtime(engine: Engine) -> Path:
    """The Dev Containers CLI knows GPU support by the name of this program."""
    runtime = engine.folder / "bin" / "nvidia-container-runtime"
    runtime.parent.mkdir(exist_ok=True)
    runtime.unlink(missing_ok=True)
    runtime.symlink_to(write_runtime(engine.folder))
    return runtime


# Where a test has put a stand-in for nvidia-smi there, a container with --gpus finds it, as
# NVIDIA's own hook would have it.
_HOOK = """\
#!/bin/sh
[ -e {smi} ] || exit 0
bundle=$(sed 's/.*"bundle":"\\([^"]*\\)".*/\\1/')
root=$(sed 's/.*"root":{{"path":"\\([^"]*\\)".*/\\1/' "$bundle/config.json")
cp {smi} "$root/usr/bin/nvidia-smi"
"""


def _path_for(engine: Engine) -> str:
    """PATH of the daemon; `--gpus` asks for a program of this name and nothing more."""
    if not engine.flavour.gpu:
        return os.environ["PATH"]
    hook = engine.folder / "bin" / "nvidia-container-runtime-hook"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_HOOK.format(smi=engine.injected))
    hook.chmod(0o755)
    return f"{hook.parent}:{os.environ['PATH']}"


@contextmanager
def _bridge(flavour: Flavour) -> Iterator[None]:
    def ip(*args: str, check: bool = True) -> None:
        subprocess.run(["ip", *args], check=check, capture_output=True, text=True)

    ip("link", "del", flavour.bridge, check=False)
    ip("link", "add", flavour.bridge, "type", "bridge")
    try:
        ip("addr", "add", flavour.subnet, "dev", flavour.bridge)
        ip("link", "set", flavour.bridge, "up")
        yield
    finally:
        ip("link", "del", flavour.bridge, check=False)


def _remove_containers(engine: Engine) -> None:
    containers = engine.docker("ps", "-aq", check=False).stdout.split()
    if containers:
        engine.docker("rm", "--force", "--volumes", *containers, check=False)


def _wait(engine: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 300
    while engine.docker("info", check=False).returncode != 0:
        alive = process.poll() is None and time.monotonic() < deadline
        assert alive, f"dockerd did not start:\n{log.read_text()[-3000:]}"
        time.sleep(0.1)
