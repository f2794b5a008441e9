"""Building an image: the docker CLI, since BuildKit's protocol is not part of the Engine API."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scaffold.adapters.ssh.shim import ssh_with
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
            # The lists are mounted into their steps: BuildKit alone knows how.
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
            raise TargetError(f"the image does not build:\n{said}")
        return identity.read_text().strip()
