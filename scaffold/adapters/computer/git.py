"""The git program: clones a repository and names where one came from."""

import os
import shutil
import subprocess
from pathlib import Path

from scaffold.adapters.computer.ask import ask
from scaffold.errors import InputError, TargetError
from scaffold.parsing.untrusted.secrets import redacted

# ext:: runs a command, and a repository may not choose a transport that the user did not type.
SAFE = ("-c", "protocol.ext.allow=never")


def clone(url: str, folder: Path) -> None:
    """Clone into a folder that does not exist; git shows progress and asks for a login itself.

    Raises InputError without git, TargetError if it fails. Runs nothing of the repository.
    """
    if shutil.which("git") is None:
        raise InputError("git is not installed", hint="scaffold doctor says how to install it")
    done = subprocess.run(["git", *SAFE, "clone", "--", url, str(folder)], check=False)
    if done.returncode:
        raise TargetError(
            f"git cannot clone {redacted(url)}",
            hint="check the address, and that `git ls-remote` with it works",
        )


def origin(folder: Path) -> str:
    """The address that a clone came from; empty if it is none."""
    if not (folder / ".git").exists() or shutil.which("git") is None:
        return ""
    # Without the owner's check of git, a foreign folder is simply no clone of the user's.
    done = ask(["git", "-C", os.fspath(folder), "config", "--local", "--get", "remote.origin.url"])
    return done.out.strip() if done.code == 0 else ""
