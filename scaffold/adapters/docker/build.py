"""Building an image: the docker CLI, since BuildKit's protocol is not part of the Engine API."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scaffold.errors import InputError, TargetError

LAST_LINES = 25
"""As much of a failed build's output as shows the step that failed."""


def build(
    folder: Path,
    options: Sequence[str] = (),
    host: str | None = None,
    ssh_config: Path | None = None,
) -> str:
    """Build the Dockerfile of a folder, which is also the context; the image's id.

    Raises InputError where there is no docker CLI, TargetError with what the build said last.
    """
    program = shutil.which("docker")
    if program is None:
        raise InputError(
            "there is no docker program here to build with",
            hint="install Docker's CLI, or compare later: scaffold container adopt --verify",
        )
    with tempfile.TemporaryDirectory(prefix="gpu-scaffold-") as work, _reach(ssh_config) as path:
        identity = Path(work) / "id"
        done = subprocess.run(
            [
                program,
                *(("-H", f"ssh://{host}") if host else ()),
                *("build", "--progress=plain", "--iidfile", str(identity), *options, str(folder)),
            ],
            # The lists are mounted into their steps: BuildKit alone knows how.
            env={**os.environ, "DOCKER_BUILDKIT": "1", "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            said = "\n".join(done.stdout.splitlines()[-LAST_LINES:])
            raise TargetError(f"the image does not build:\n{said}")
        return identity.read_text().strip()


@contextmanager
def _reach(ssh_config: Path | None) -> Iterator[str]:
    """PATH for the CLI, which takes no ssh config: an ssh of its own gives it one."""
    path = os.environ.get("PATH", os.defpath)
    real = shutil.which("ssh")
    if ssh_config is None or real is None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="gpu-scaffold-") as folder:
        script = Path(folder) / "ssh"
        words = shlex.join([real, "-F", str(ssh_config.resolve())])
        script.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        script.chmod(0o700)
        yield f"{folder}:{path}"
