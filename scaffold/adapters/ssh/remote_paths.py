"""Paths of a host: kind, owner and permissions, and folder names for completion."""

import contextlib
import posixpath
import shlex
import stat
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scaffold.adapters.local.quoting import first_line
from scaffold.adapters.ssh.asking import SILENT
from scaffold.adapters.ssh.program import ProgramTransport
from scaffold.adapters.ssh.transport import run_script
from scaffold.errors import TargetError
from scaffold.parsing.untrusted.numbers import whole
from scaffold.records import dataclass

LOOK_S = 20
"""Timeout for a dead network file system, which never answers."""

MAX_NAMES = 200

# One line for each path: its kind, whether it can be read and written, its owner's id; for a
# missing path the rights of the nearest existing folder above.
_SCRIPT = """\
look() {
  where=$1 kind=other
  if [ -d "$where" ]; then kind=folder; elif [ -e "$where" ]; then kind=file; else
    kind=missing
    while [ ! -e "$where" ]; do where=${where%/*} && where=${where:-/}; done
  fi
  reads=no writes=no
  [ ! -r "$where" ] || reads=yes
  [ ! -w "$where" ] || writes=yes
  printf 'path %s %s %s %s\\n' "$kind" "$reads" "$writes" "$(stat -c %u -- "$where" 2>/dev/null)"
}
"""


@dataclass(frozen=True, slots=True)
class RemotePathFacts:
    """One path of a host: `kind` is folder, file or missing; rights are those of the login.

    For a missing path the rights and the `owner` (a user id) are those of the nearest existing
    folder above.
    """

    kind: str
    readable: bool
    writable: bool
    owner: int | None = None


def read_paths(
    host: str, paths: Sequence[str], config: Path | None = None
) -> dict[str, RemotePathFacts]:
    """The facts of each absolute path, in one exchange. Raises TargetError without an answer."""
    calls = "".join(f"look {shlex.quote(path)}\n" for path in paths)
    done = run_script(ProgramTransport(host, config), (_SCRIPT + calls).encode(), LOOK_S)
    rows = [line.split() for line in done.out.splitlines() if line.startswith("path ")]
    if len(rows) != len(paths):
        raise TargetError(
            f"{host} does not list {', '.join(paths)}: {first_line(done.err.encode())}",
            hint=f"try: ssh {host} true",
        )
    return {path: _read(row[1:]) for path, row in zip(paths, rows, strict=True)}


def _read(cells: Sequence[str]) -> RemotePathFacts:
    kind, reads, writes, *owner = cells
    known = whole(owner[0]) if owner else None
    return RemotePathFacts(kind, reads == "yes", writes == "yes", known)


class FolderNames:
    """Names below folders of a host, over one SFTP connection that is made on first use.

    It never prompts and fails silently: completion is only a help.
    """

    def __init__(self, host: str, home: str, config: Path | None = None) -> None:
        self._host, self._home, self._config = host, home, config
        self._closing = contextlib.ExitStack()
        self._sftp: Any = None
        self._lock = threading.Lock()

    def __call__(self, typed: str) -> list[str]:
        """Full paths that start with the typed text; folders end with a slash."""
        folder, _, start = typed.rpartition("/")
        if not typed.startswith(("/", "~/")):
            return []
        remote = self._home + folder[1:] if folder.startswith("~") else folder or "/"
        # A server may send anything, so only names are used.
        with self._lock, contextlib.suppress(Exception):
            return [
                f"{folder}/{name}"
                for name in sorted(self._names(remote))
                if name.startswith(start) and (start or not name.startswith("."))
            ][:MAX_NAMES]
        return []

    def _names(self, folder: str) -> list[str]:
        entries = self._client().listdir_attr(folder)
        return [
            entry.filename + ("/" if self._is_folder(folder, entry) else "") for entry in entries
        ]

    def _is_folder(self, folder: str, entry: Any) -> bool:
        if stat.S_ISLNK(entry.st_mode or 0):
            with contextlib.suppress(OSError):
                path = posixpath.join(folder, entry.filename)
                return stat.S_ISDIR(self._client().stat(path).st_mode or 0)
        return stat.S_ISDIR(entry.st_mode or 0)

    def _client(self) -> Any:
        if self._sftp is None:
            from scaffold.adapters.ssh.config import resolve_target
            from scaffold.adapters.ssh.connection import connected
            from scaffold.adapters.ssh.paramiko_import import paramiko

            target = resolve_target(self._host, self._config)
            transport = self._closing.enter_context(connected(target, SILENT))
            self._sftp = self._closing.enter_context(paramiko.SFTPClient.from_transport(transport))
        return self._sftp

    def close(self) -> None:
        """End the connection."""
        self._closing.close()
