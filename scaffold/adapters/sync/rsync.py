"""The rsync program: it sends of a large file only the parts that changed."""

import re
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from scaffold.adapters.local.quoting import last_line, lines_of
from scaffold.errors import TargetError
from scaffold.sync.manifest import OWN, bytes_of

if TYPE_CHECKING:
    from io import BufferedReader

OLDEST = (3, 1)
"""The first with --info=progress2 and --chown (NEWS of 3.1.0); macOS's own is 2.6.9 or another
program of that name."""

TOLD_BYTES = 50_000_000
"""From here on rsync is asked how far it is, which it tells after each file and slowly."""

_PROGRESS = re.compile(rb"\s*([0-9,]+)\s+[0-9]+%")
_VERSION = re.compile(r"rsync +version v?([0-9.]+)")


def is_new_enough(version: str) -> bool:
    """Whether a version, as rsync tells it, is one that this can call."""
    numbers = [int(part) for part in version.split(".") if part.isdigit()]
    return tuple(numbers[:2]) >= OLDEST


def have_rsync() -> bool:
    """Whether there is one here that can be called."""
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
        """Send chosen paths, `total` bytes. Raises TargetError with what rsync said."""
        with tempfile.TemporaryDirectory(prefix="scaffold-") as scratch:
            via = Path(scratch) / "via"
            # rsync takes its own words apart by spaces, so the command is a file; it names a
            # host of its own first, and appends the far command.
            words = "\n".join(f"  {shlex.quote(word)} \\" for word in self._ssh)
            via.write_text(f'shift\nexec \\\n{words}\n  "$@"\n')
            self._run(root, folder, paths, via, total, moved)

    def _argv(self, root: Path, folder: str, via: Path, total: int) -> list[str]:
        return [
            *("rsync", "--rsh", f"/bin/sh {via}", "--protect-args", "--from0", "--files-from=-"),
            *("--links", "--perms", "--times", "--omit-dir-times", "--no-implied-dirs"),
            # What differs was found out already, finer than by whole seconds.
            *("--ignore-times", f"--temp-dir={OWN}/part"),
            *(("--info=progress2", "--outbuf=N") if total > TOLD_BYTES else ()),
            *(("--owner", "--group", f"--chown={self._owner}") if self._owner else ()),
            *("--", f"{root}/", f"far:{folder}/"),
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
    """Raise TargetError unless all was sent; 24 says that a file went away here meanwhile."""
    if code in {0, 24}:
        return
    reasons = [line for line in lines_of(said) if line.startswith(("rsync: ", "ssh: "))]
    reason = reasons[0].removeprefix("rsync: ") if reasons else last_line(said)
    raise TargetError(
        f"rsync ended with {code}: {reason or 'no reason given'}",
        hint="each file there is whole, old or new; mend the cause and run again",
    )
