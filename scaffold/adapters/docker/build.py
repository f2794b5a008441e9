"""Build an image with the docker CLI: BuildKit's protocol is not part of the Engine API."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scaffold.container.build_failure import build_failure
from scaffold.errors import InputError, TargetError


def build(
    folder: Path,
    options: Sequence[str] = (),
    host: str | None = None,
    ssh_config: Path | None = None,
) -> str:
    """Build the Dockerfile of a folder, which is also the context; the image's id.

    Raises InputError without a docker CLI, TargetError with the reason if the build fails.
    """
    program = shutil.which("docker")
    if program is None:
        raise InputError(
            "the docker command was not found",
            hint="install Docker's CLI, or compare later with --verify",
        )
    with tempfile.TemporaryDirectory(prefix="gpu-scaffold-") as work, _reach(ssh_config) as path:
        identity = Path(work) / "id"
        done = subprocess.run(
            [
                program,
                *(("-H", f"ssh://{host}") if host else ()),
                *("build", "--progress=plain", "--iidfile", str(identity), *options, str(folder)),
            ],
            # The Dockerfile mounts the lists into its steps, which needs BuildKit.
            env={**os.environ, "DOCKER_BUILDKIT": "1", "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise TargetError(f"the image build failed: {build_failure(done.stdout)}")
        return identity.read_text().strip()


@contextmanager
def _reach(ssh_config: Path | None) -> Iterator[str]:
    """PATH for the CLI with an ssh wrapper: the CLI itself has no option for an ssh config."""
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
