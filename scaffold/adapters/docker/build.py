"""Build an image with the docker CLI: BuildKit's protocol is not part of the Engine API."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from scaffold.adapters.local.temporary import private_folder
from scaffold.adapters.ssh.command import ssh_with
from scaffold.catalogue.failures import FailurePlace, diagnose
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
    with (
        private_folder() as work,
        ssh_with(ssh_config, os.environ) as environment,
    ):
        identity = work / "id"
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
            docker = f"docker -H {shlex.quote(f'ssh://{host}')}" if host else "docker"
            known = diagnose(done.stdout, FailurePlace(host=host or "", docker=docker))
            raise TargetError(
                f"the image build failed: {build_failure(done.stdout)}",
                hint=f"{known.cause}: {known.fix}" if known else "",
            )
        return identity.read_text().strip()
