"""Build an image with the docker CLI: BuildKit's protocol is not part of the Engine API."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scaffold.adapters.ssh.shim import ssh_with
from scaffold.errors import InputError, TargetError

LAST_LINES = 25
"""Lines of a failed build's output to show."""


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
    with (
        tempfile.TemporaryDirectory(prefix="gpu-scaffold-") as work,
        ssh_with(ssh_config, os.environ) as environment,
    ):
        identity = Path(work) / "id"
        done = subprocess.run(
            [
                program,
                *(("-H", f"ssh://{host}") if host else ()),
                *("build", "--progress=plain", "--iidfile", str(identity), *options, str(folder)),
            ],
            # The Dockerfile mounts the lists into its steps, which needs BuildKit.
            env=environment | {"DOCKER_BUILDKIT": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            said = "\n".join(done.stdout.splitlines()[-LAST_LINES:])
            raise TargetError(f"the image build failed:\n{said}")
        return identity.read_text().strip()
