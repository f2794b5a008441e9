"""Writes received files below one folder and nowhere else, each file whole.

Every component is opened from its parent folder without following links, so that no name and no
link leads out, not even one that is created meanwhile.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from scaffold.adapters.local.folders import DOWN
from scaffold.adapters.local.temporary import NEW, held, sweep, temporary_name
from scaffold.errors import TargetError
from scaffold.sync.manifest import ManifestEntry, is_safe

CHUNK = 1 << 20


class WorkspaceWriter:
    """Writes paths below a folder. Raises TargetError if the disk refuses."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._swept: set[str] = set()

    def write(
        self, path: str, one: ManifestEntry, content: IO[bytes], *, keep: bool = False
    ) -> None:
        """Write a path; `keep` first backs up the present file as `name.bak1`."""
        if not is_safe(path):
            raise TargetError(f"the remote sent a path that leaves the workspace: {path!r}")
        *folders, name = path.split("/")
        try:
            with self._folder(folders) as folder:
                self._sweep_once(folder, folders)
                if keep:
                    _back_up(folder, name)
                _write(folder, name, one, content)
        except OSError as error:
            raise TargetError(
                f"cannot write {path}: {error.strerror or error}",
                hint="every local file is complete, old or new; fix the cause and run again",
            ) from error

    def _sweep_once(self, folder: int, names: list[str]) -> None:
        """Remove what a killed run left, once for each folder."""
        if (place := "/".join(names)) not in self._swept:
            self._swept.add(place)
            sweep(folder)

    @contextlib.contextmanager
    def _folder(self, names: list[str]) -> Iterator[int]:
        at = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for name in names:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, dir_fd=at)
                below = os.open(name, DOWN, dir_fd=at)
                os.close(at)
                at = below
            yield at
        finally:
            os.close(at)


def _write(folder: int, name: str, one: ManifestEntry, content: IO[bytes]) -> None:
    if one.kind == "d":
        with contextlib.suppress(FileExistsError):
            os.mkdir(name, one.mode | stat.S_IRWXU, dir_fd=folder)
        return
    temporary = temporary_name()
    try:
        if one.kind == "l":
            os.symlink(one.target, temporary, dir_fd=folder)
        else:
            _fill(folder, temporary, one, content)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise


def _fill(folder: int, temporary: str, one: ManifestEntry, content: IO[bytes]) -> None:
    file = os.open(temporary, NEW, 0o600, dir_fd=folder)
    held(file)
    with os.fdopen(file, "wb") as stream:
        while piece := content.read(CHUNK):
            stream.write(piece)
        stream.flush()
        os.fchmod(stream.fileno(), one.mode)
        os.utime(stream.fileno(), ns=(one.mtime, one.mtime))


def _back_up(folder: int, name: str) -> None:
    for number in range(1, 1000):
        with contextlib.suppress(FileExistsError):
            os.link(
                name,
                f"{name}.bak{number}",
                src_dir_fd=folder,
                dst_dir_fd=folder,
                follow_symlinks=False,
            )
            return
    raise OSError(f"{name} has 999 backups already")
