"""The git program: clones a repository and names where one came from."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from scaffold.adapters.computer.ask import ask
from scaffold.errors import InputError, TargetError
from scaffold.parsing.untrusted.secret_forms import redacted

# ext:: runs a command, and a repository may not choose a transport that the user did not type.
SAFE = ("-c", "protocol.ext.allow=never")


LONGEST_LINE = 1 << 12
"""Bytes of one line of git's messages."""


def clone(url: str, folder: Path, show: Callable[[str], None], *, progress: bool) -> None:
    """Clone into a folder that does not exist; git asks for a login itself, at the terminal.

    `show` takes each message of git and of the server, with the `\\r` or line feed at its end; with
    `progress` they tell how far it is. Raises InputError without git, TargetError if it fails.
    Runs nothing of the repository.
    """
    if shutil.which("git") is None:
        raise InputError("git is not installed", hint="scaffold doctor says how to install it")
    flags = ["--progress"] if progress else []
    argv = ["git", *SAFE, "clone", *flags, "--", url, str(folder)]
    with subprocess.Popen(argv, stderr=subprocess.PIPE) as program:
        try:
            for message in _messages(cast("IO[bytes]", program.stderr)):
                show(message)
        except BaseException:
            # So that git removes what it has begun.
            program.terminate()
            raise
    if program.returncode:
        raise TargetError(
            f"git cannot clone {redacted(url)}",
            hint="check the address, and that `git ls-remote` with it works",
        )


def _messages(stream: IO[bytes]) -> Iterator[str]:
    left = b""
    while data := os.read(stream.fileno(), LONGEST_LINE):
        *whole, left = re.split(rb"(?<=[\r\n])", left + data)
        yield from (one.decode("utf-8", "replace") for one in whole)
        if len(left) >= LONGEST_LINE:
            yield left.decode("utf-8", "replace")
            left = b""
    if left:
        yield left.decode("utf-8", "replace")


def origin(folder: Path) -> str:
    """The address that a clone came from; empty if it is none."""
    if not (folder / ".git").exists() or shutil.which("git") is None:
        return ""
    # Without the owner's check of git, a foreign folder is simply no clone of the user's.
    done = ask(["git", "-C", os.fspath(folder), "config", "--local", "--get", "remote.origin.url"])
    return done.out.strip() if done.code == 0 else ""
