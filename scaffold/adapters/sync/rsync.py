"""The rsync program: transfers only the changed parts of a large file."""

import re
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from scaffold.adapters.local.quoting import last_line, lines_of
from scaffold.adapters.local.temporary import private_folder
from scaffold.errors import TargetError
from scaffold.parsing.lost_connection import is_lost_connection
from scaffold.sync.manifest import STATE_FOLDER, bytes_of

if TYPE_CHECKING:
    from io import BufferedReader

OLDEST = (3, 1)
"""First version with --info=progress2 and --chown (NEWS of 3.1.0). macOS ships 2.6.9, or openrsync
under the same name."""

TOLD_BYTES = 50_000_000
"""Total size from which rsync reports progress, which costs time for every file."""

_PROGRESS = re.compile(rb"\s*([0-9,]+)\s+[0-9]+%")
_VERSION = re.compile(r"rsync +version v?([0-9.]+)")


def is_new_enough(version: str) -> bool:
    """Whether an rsync version is supported."""
    numbers = [int(part) for part in version.split(".") if part.isdigit()]
    return tuple(numbers[:2]) >= OLDEST


def have_rsync() -> bool:
    """Whether a supported rsync is installed locally."""
    try:
        done = subprocess.run(
            ["rsync", "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = _VERSION.search(done.stdout)
    return found is not None and is_new_enough(found[1])


class Rsync:
    """Transfers of one run: `ssh` is the command line up to the host, `owner` uid:gid or empty."""

    def __init__(self, ssh: Sequence[str], owner: str) -> None:
        self._ssh, self._owner = ssh, owner

    def send(
        self,
        root: Path,
        folder: str,
        paths: Sequence[str],
        total: int,
        moved: Callable[[int], None],
    ) -> None:
        """Upload paths of `total` bytes. Raises TargetError with rsync's own message."""
        with private_folder() as scratch:
            via = scratch / "via"
            # rsync splits its command at spaces, so the command is in a file; rsync passes a
            # host name first, and appends the remote command.
            words = "\n".join(f"  {shlex.quote(word)} \\" for word in self._ssh)
            via.write_text(f'shift\nexec \\\n{words}\n  "$@"\n')
            self._run(root, folder, paths, via, total, moved)

    def _argv(self, root: Path, folder: str, via: Path, total: int) -> list[str]:
        return [
            *("rsync", "--rsh", f"/bin/sh {via}", "--protect-args", "--from0", "--files-from=-"),
            *("--links", "--perms", "--times", "--omit-dir-times", "--no-implied-dirs"),
            # Differences are known already, finer than by whole seconds.
            *("--ignore-times", f"--temp-dir={STATE_FOLDER}/part"),
            *(("--info=progress2", "--outbuf=N") if total > TOLD_BYTES else ()),
            *(("--owner", "--group", f"--chown={self._owner}") if self._owner else ()),
            *("--", f"{root}/", f"remote:{folder}/"),
        ]

    def _run(
        self,
        root: Path,
        folder: str,
        paths: Sequence[str],
        via: Path,
        total: int,
        moved: Callable[[int], None],
    ) -> None:
        with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as names:
            names.write(b"".join(bytes_of(path) + b"\0" for path in paths))
            names.seek(0)
            program = subprocess.Popen(
                self._argv(root, folder, via, total),
                stdin=names,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
            output = cast("BufferedReader", program.stdout)
            try:
                for piece in iter(lambda: output.read1(4096), b""):
                    for found in _PROGRESS.finditer(piece):
                        moved(int(found[1].replace(b",", b"")))
                code = program.wait()
            finally:
                program.terminate()
                program.wait()
                output.close()
            errors.seek(0)
            _require(code, errors.read())


def _require(code: int, said: bytes) -> None:
    """Raise TargetError unless all was sent; exit code 24 means that a local file disappeared."""
    if code in {0, 24}:
        return
    reasons = [line for line in lines_of(said) if line.startswith(("rsync: ", "ssh: "))]
    if is_lost_connection(said.decode("utf-8", "replace")):
        raise TargetError(
            "the connection was lost while rsync uploaded",
            hint="every remote file is complete, old or new; run the command again to go on",
        )
    reason = reasons[0].removeprefix("rsync: ") if reasons else last_line(said)
    raise TargetError(
        f"rsync failed with exit code {code}: {reason or 'no reason given'}",
        hint="every remote file is complete, old or new; fix the cause and run again",
    )
