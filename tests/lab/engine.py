"""A real Docker engine of the tests' own: private data root and socket, stopped by its pid."""

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

DOCKER = "/usr/bin/docker"
DOCKERD = "/usr/sbin/dockerd"

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gpu-scaffold-lab"
"""Outlives the run, since base images cost minutes to make and seconds to find again."""


def why_not() -> str:
    """Why the lab cannot run here, or an empty text."""
    if os.geteuid() != 0:
        return "the lab starts a Docker engine and needs root"
    for program in (DOCKER, DOCKERD, "debootstrap", "npm"):
        if shutil.which(program) is None:
            return f"{program} is missing: .ci/run installs it"
    return ""


class Engine:
    """A running engine and the docker CLI that speaks to it."""

    def __init__(self, folder: Path, *, gpu: bool) -> None:
        self.folder = folder
        self.socket = f"unix://{folder}/docker.sock"
        self.env = {
            **os.environ,
            "DOCKER_HOST": self.socket,
            "DOCKER_BUILDKIT": "1",
            # The Dev Containers CLI finds docker on PATH; the engine's own comes first.
            "PATH": f"/usr/bin:{os.environ['PATH']}",
        }
        self.gpu = gpu

    def docker(self, *args: str, check: bool = True, **options) -> subprocess.CompletedProcess:
        """Run the docker CLI and return the finished process with its output as text."""
        done = subprocess.run(
            [DOCKER, *args], env=self.env, capture_output=True, text=True, check=False, **options
        )
        assert not check or done.returncode == 0, f"docker {args}: {done.stdout}{done.stderr}"
        return done


@contextmanager
def running_engine(*, gpu: bool, data: str):
    """Start an engine, with or without the stand-ins that let it accept GPU requests."""
    folder = CACHE / data
    folder.mkdir(parents=True, exist_ok=True)
    engine = Engine(folder, gpu=gpu)
    log = (folder / "dockerd.log").open("w")
    process = subprocess.Popen(
        [
            DOCKERD,
            *("--data-root", str(folder / "data")),
            *("--exec-root", str(folder / "exec")),
            *("--pidfile", str(folder / "docker.pid")),
            *("--host", engine.socket),
            *(("--add-runtime", "nvidia=/usr/sbin/runc") if gpu else ()),
        ],
        env={**os.environ, "PATH": _path_for(folder, gpu=gpu)},
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _wait(engine, process, folder)
        yield engine
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()


def _path_for(folder: Path, *, gpu: bool) -> str:
    """PATH of the daemon; `--gpus` asks for a program of this name and nothing more."""
    if not gpu:
        return os.environ["PATH"]
    hook = folder / "bin" / "nvidia-container-runtime-hook"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o755)
    return f"{hook.parent}:{os.environ['PATH']}"


def _wait(engine: Engine, process: subprocess.Popen, folder: Path) -> None:
    deadline = time.monotonic() + 60
    while engine.docker("info", check=False).returncode != 0:
        alive = process.poll() is None and time.monotonic() < deadline
        assert alive, (folder / "dockerd.log").read_text()[-2000:]
        time.sleep(0.2)
