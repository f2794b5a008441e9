"""Remembers that an `up` began, so that the next one repeats what an interrupted one left out.

The Dev Containers CLI (0.89) marks `onCreateCommand`, `postCreateCommand` and the like as done when
it starts them. A container that was cut off in the middle would never get the rest.
"""

import contextlib
import hashlib
import json
from collections.abc import Collection
from pathlib import Path

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adapters.docker.exec import ContainerProgram
from scaffold.adapters.local.files import read_file, write_private
from scaffold.adapters.local.paths import state_folder
from scaffold.commands.workspace.up_target import UpTarget
from scaffold.container.engine_json import Raw, is_running
from scaffold.errors import TargetError
from scaffold.parsing.untrusted.documents import read_json
from scaffold.workspace.devcontainer import remote_user

FORGET = ("sh", "-c", 'rm -f "$HOME"/.devcontainer/.*CommandMarker')
FORGET_S = 30


def begin(target: UpTarget, whole: Collection[str]) -> None:
    """Remember that an `up` begins, and the ids of the containers that need nothing more."""
    write_private(_note(target), json.dumps(sorted(whole)).encode())


def finish(target: UpTarget) -> None:
    """Remember that it ended well."""
    _note(target).unlink(missing_ok=True)


def is_unfinished(target: UpTarget, container: str) -> bool:
    """Whether an earlier `up` created this container and did not end well."""
    with contextlib.suppress(ValueError):
        content = read_file(_note(target))
        whole = None if content is None else read_json(content.decode())
        return isinstance(whole, list) and container not in whole
    return False


def run_commands_again(engine: DockerEngine, own: Raw) -> None:
    """Let the next start of the CLI run all lifecycle commands of a container."""
    if not is_running(own):
        engine.start(str(own["Id"]))
    program = ContainerProgram(FORGET, b"", remote_user(own), {})
    # Without a shell inside it has no markers either.
    with contextlib.suppress(TargetError):
        engine.run(str(own["Id"]), program, lambda *_: False, FORGET_S)


def _note(target: UpTarget) -> Path:
    about = "\0".join((str(target.root), target.config, target.host, target.identity.account))
    name = hashlib.sha256(about.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return state_folder() / "up" / f"{name}.begun.json"
