"""The scripts that run on the remote, each with its variables before it."""

import shlex
from collections.abc import Iterable
from pathlib import Path

from scaffold.sync.manifest import bytes_of
from scaffold.sync.scripts import quoted


def script(*names: str, paths: Iterable[str] = (), **variables: str) -> bytes:
    """The remote scripts of these names, after their variables, with paths as arguments."""
    head = "".join(f"{name}={shlex.quote(text)}\n" for name, text in variables.items())
    head += f"set -- {' '.join(map(quoted, paths))}\n"
    folder = Path(__file__).with_name("scripts")
    return bytes_of(head + "".join((folder / f"{name}.sh").read_text() for name in names))
