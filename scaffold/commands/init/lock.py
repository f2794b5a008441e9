"""requirements.lock: written when it is asked for, and compared with the lists it was made from."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from scaffold.adapters.computer.uv import compile_lock
from scaffold.adapters.local.answers_file import fingerprint
from scaffold.adapters.local.files import read_file
from scaffold.answers.question import Value
from scaffold.commands.init.files import FileChange, compare, of_colleague
from scaffold.plan.left_out import without
from scaffold.plan.model import LOCK, LockPlan, Plan
from scaffold.project.syntax.text import decode

OURS = b"# Made by gpu-scaffold"

HEAD = """\
# Made by gpu-scaffold: the versions that the image installs. `scaffold init --lock` updates them.
# made from: {mark}
"""

_MARK = re.compile(rb"^# made from: ([0-9a-f]+)$", re.MULTILINE)


def lock_changes(
    root: Path, plan: Plan, given: Mapping[str, Value]
) -> tuple[list[FileChange], list[str]]:
    """The lock file if this run asks for it or there is none, and a warning if it is out of date.

    Raises InputError without uv, TargetError if uv cannot lock the packages.
    """
    lock = plan.install.lock
    if lock is None:
        return [], []
    files = {path: _as_copied(root, lock, path) for path in lock.files}
    mark = _mark(lock, files)
    before = read_file(root / LOCK, below=root)
    if before is not None and given.get("lock") is not True:
        return [], _doubts(before, mark)
    text = HEAD.format(mark=mark) + compile_lock(files, lock.words, lock.lines, dict(lock.env))
    return [_change(root, before, text.encode())], []


def _as_copied(root: Path, lock: LockPlan, path: str) -> str:
    """A list without the lines that the image's copy of it lacks."""
    content, _ = decode(read_file(root / path, below=root) or b"")
    return without(path, content, (text for file, text in lock.left_out if file == path))


def _mark(lock: LockPlan, files: Mapping[str, str]) -> str:
    """A fingerprint of everything that the lock follows from."""
    made_from = repr((sorted(files.items()), lock.words, lock.lines, lock.env))
    return hashlib.sha256(made_from.encode()).hexdigest()[:16]


def _doubts(before: bytes, mark: str) -> list[str]:
    found = _MARK.search(before)
    if found and found[1].decode() == mark:
        return []
    return [f"{LOCK} was made from other lists or settings: scaffold init --lock makes it again"]


def _change(root: Path, before: bytes | None, after: bytes) -> FileChange:
    """The new file and the present one; one that nothing proves to be ours is kept.

    Our first line proves nothing, since a repository can have it: what this computer wrote is
    ours, and what a colleague made and committed, since git keeps it.
    """
    made = {LOCK: fingerprint(before)} if before and before.startswith(OURS) else {}
    return of_colleague(root, compare(root, LOCK, after, 0o644), made)
