"""An ssh program for Docker's CLI, which starts `ssh` itself and takes no config file for it."""

import os
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scaffold.adapters.ssh.command import OURS, program


@contextmanager
def ssh_with(config: Path | None, environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The environment in which `ssh` reads `config`; as it is where none was given."""
    found = dict(environment)
    path = found.get("PATH", os.defpath)
    real = shutil.which("ssh", path=path)
    if config is None or real is None:
        yield found
        return
    options = [word for option in OURS for word in ("-o", option)]
    words = shlex.join([real, *program(config.resolve())[1:], *options])
    with tempfile.TemporaryDirectory(prefix="gpu-scaffold-") as folder:
        script = Path(folder) / "ssh"
        script.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        script.chmod(0o700)
        yield found | {"PATH": f"{folder}:{path}"}
