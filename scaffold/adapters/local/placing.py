"""Putting a set of files in place, all or none, even if the process is killed meanwhile.

Every content is first written to a temporary file in the folder of its target. Then a note outside
the project lists the set; from there on a run that was killed is completed by the next one. The
note is never in the project, so that no repository can forge one.
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from scaffold.adapters.local.folders import (
    Seen,
    check_as_seen,
    check_target,
    folder_below,
    parts_below,
    read_open,
    second_name,
)
from scaffold.adapters.local.paths import open_private, private, state_folder
from scaffold.adapters.local.temporary import (
    fill,
    held,
    is_temporary,
    new_temporary,
    remove_from,
    sweep,
    temporary_name,
)
from scaffold.errors import InputError
from scaffold.parsing.untrusted.printable import printable
from scaffold.records import dataclass


@dataclass(slots=True, kw_only=True)
class _Step:
    """One file of a set: where it goes, its new content under a temporary name, and the old."""

    path: Path
    folder: int
    name: str
    temporary: str
    handle: int
    existed: bool
    backup: bool
    seen: Seen
    previous: str = ""

    @property
    def placed(self) -> bool:
        """Asked of the disk: a signal may come between a change and any note of ours."""
        try:
            os.stat(self.temporary, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            return True
        return False


class Batch:
    """A set of files. The methods raise OSError and InputError; `undo` puts everything back."""

    def __init__(self, below: Path | None) -> None:
        self.backups: list[Path] = []
        self._below = below
        self._steps: list[_Step] = []
        self._made: list[Path] = []
        self._open = contextlib.ExitStack()

    def stage(
        self, path: Path, content: bytes, mode: int, *, backup: bool, seen: Seen = ...
    ) -> None:
        """Write the new content of a path to a temporary file next to it.

        `seen` is what stood there when it was decided to replace it (None: no file); placing
        fails if it changed since.
        """
        folder, name, path = self._folder(path)
        sweep(folder)
        found = check_target(folder, name, path, strict=self._below is not None)
        temporary, handle = new_temporary(folder)
        self._open.callback(os.close, handle)
        self._steps.append(
            _Step(
                path=path,
                folder=folder,
                name=name,
                temporary=temporary,
                handle=handle,
                existed=found is not None,
                backup=backup,
                seen=seen,
            )
        )
        try:
            fill(handle, content, found.st_mode & 0o777 if found else mode)
        except OSError as error:
            error.filename = str(path)
            raise

    def _folder(self, path: Path) -> tuple[int, str, Path]:
        if self._below is not None:
            *folders, name = parts_below(self._below, path)
            way = folder_below(self._below, folders, self._made)
            return self._open.enter_context(way), name, path
        target = Path(os.path.realpath(path))
        missing = [one for one in (target.parent, *target.parent.parents) if not one.exists()]
        target.parent.mkdir(parents=True, exist_ok=True)
        self._made += reversed(missing)
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        self._open.callback(os.close, folder)
        return folder, target.name, target

    def place(self) -> None:
        """Give every file its name; what stood there stays at hand until all are in place."""
        for step in self._steps:
            if step.seen is not ...:
                check_as_seen(step.folder, step.name, step.path, step.seen)
            if step.existed:
                step.previous = temporary_name()
                second_name(step.folder, step.name, step.previous, step.path)
            if step.backup and step.existed:
                self.backups.append(_back_up(step))
        with _noted(self._below, self._steps):
            for step in self._steps:
                self._replace(step)
        for step in self._steps:
            remove_from(step.folder, step.previous)

    def _replace(self, step: _Step) -> None:
        try:
            os.rename(step.temporary, step.name, src_dir_fd=step.folder, dst_dir_fd=step.folder)
        except OSError as error:
            error.filename = str(step.path)
            raise

    def undo(self) -> str:
        """Put everything back; what could not be put back, as a sentence, empty if all is.

        A set that is in place as a whole stays.
        """
        if self._steps and all(step.placed for step in self._steps):
            for step in self._steps:
                remove_from(step.folder, step.previous)
            return ""
        left = [text for step in reversed(self._steps) if (text := _undone(step))]
        for backup in self.backups:
            backup.unlink(missing_ok=True)
        for folder in reversed(self._made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        return f"already changed: {', '.join(left)}" if left else ""

    def close(self) -> None:
        """Let go of all handles."""
        self._open.close()


def _back_up(step: _Step) -> Path:
    for number in range(1, 1000):
        name = f"{step.name}.bak{number}"
        with contextlib.suppress(FileExistsError):
            second_name(step.folder, step.name, name, step.path)
            return step.path.with_name(name)
    path = printable(str(step.path))
    raise InputError(f"{path} has 999 backups already", hint=f"remove old {path}.bak files")


def _undone(step: _Step) -> str:
    try:
        if step.placed and step.previous:
            os.rename(step.previous, step.name, src_dir_fd=step.folder, dst_dir_fd=step.folder)
        elif step.placed:
            os.unlink(step.name, dir_fd=step.folder)
        else:
            remove_from(step.folder, step.temporary)
            remove_from(step.folder, step.previous)
    except OSError as error:
        return f"{printable(str(step.path))} ({error.strerror})"
    return ""


def _note_path(root: Path) -> Path:
    known = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:24]
    return state_folder() / "placing" / f"{known}.json"


@contextlib.contextmanager
def _noted(root: Path | None, steps: list[_Step]) -> Iterator[None]:
    """Keep a note of a set while it is put in place; one file alone is whole anyway."""
    if root is None or len(steps) < 2:
        yield
        return
    rows = [[str(step.path.relative_to(root)), step.temporary, step.previous] for step in steps]
    note = _note_path(root)
    handle = -1
    with contextlib.suppress(OSError, InputError):
        # Without a place for it only a kill at this very moment would be noticed.
        private(note.parent)
        handle = open_private(note, os.O_RDWR)
        held(handle)
        os.ftruncate(handle, 0)
        fill(handle, json.dumps(rows).encode(), 0o600)
    try:
        yield
    finally:
        if handle >= 0:
            note.unlink(missing_ok=True)
            os.close(handle)


def complete(root: Path) -> None:
    """Complete the unfinished set of a killed run in a project; usually none exists."""
    note = _note_path(root)
    try:
        handle = os.open(note, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return
    try:
        if held(handle):
            _complete(root, read_open(handle, note))
            note.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _complete(root: Path, content: bytes) -> None:
    with contextlib.suppress(ValueError, TypeError, OSError, InputError):
        for path, temporary, previous in json.loads(content):
            *folders, name = parts_below(root, root / path)
            with folder_below(root, folders) as folder, contextlib.suppress(FileNotFoundError):
                if is_temporary(temporary) and check_target(folder, temporary, root, strict=True):
                    os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
                if is_temporary(previous):
                    remove_from(folder, previous)
