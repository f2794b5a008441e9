"""One walk over a repository: the contents of the files that say something, and all paths."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from scaffold.adapters.local.files import shown
from scaffold.errors import InputError
from scaffold.project.formats.manifests import Role, included_paths, kind_of, kind_or_included
from scaffold.project.sources import Unread
from scaffold.project.syntax.text import MAX_BYTES
from scaffold.sync.rules import IgnoreRules, is_ignored, read_rules
from scaffold.workspace.repository_url import folder_hint

SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", "site-packages"}) | {
    ".venv",
    ".tox",
    ".nox",
    ".pixi",
    ".conda",
    ".eggs",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".cache",
    ".dvc",
    "wandb",
    "mlruns",
}
"""Folders without sources of the project, ignored by git or not."""

MAX_FOLDERS = 20_000
MAX_PATHS = 200_000
MAX_FILES = 200
MAX_PROSE = 20
MAX_SCRIPTS = 30
"""Bounds on what is walked and read, far above any project's own files."""

_LIMITS = {Role.PROSE: MAX_PROSE, Role.SCRIPT: MAX_SCRIPTS}

_FOREIGN = frozenset({"pyvenv.cfg", "conda-meta", "CACHEDIR.TAG"})
"""Folders that hold one of these are virtual or conda environments or caches."""

_RELEVANT = (".cu", ".cu.cc", ".ipynb")


def read_repository(root: Path) -> tuple[dict[str, bytes | Unread], list[str]]:
    """Contents of the files of interest, and every path that is not ignored (POSIX, relative).

    Ignored folders are not entered, symbolic links to folders neither; a link to a file is
    read where it stays inside the root. Raises InputError if root is no folder.
    """
    _check(root)
    real = Path(os.path.realpath(root))
    paths = sorted(_walk(real))
    files = {path: _read(real, path) for path in _wanted(paths)}
    _follow(real, files)
    return files, paths


def _wanted(paths: list[str]) -> Iterator[str]:
    """Files of interest, the root's own first; of notebooks and scripts a sample is enough."""
    left = {role: _LIMITS.get(role, MAX_FILES) for role in Role}
    kinds = {path: kind for path in paths if (kind := kind_of(path))}
    # The paths are in order: sorting by depth alone keeps the order within each depth.
    for path in sorted(kinds, key=_depth):
        role = kinds[path].role
        if left[role] > 0:
            left[role] -= 1
            yield path


def _check(root: Path) -> None:
    hint = folder_hint(str(root))
    try:
        mode = root.stat().st_mode
        if stat.S_ISDIR(mode):
            os.scandir(root).close()
            return
    except FileNotFoundError as error:
        raise InputError(f"there is no folder {shown(root)}", hint=hint) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read {shown(root)}: {reason}", hint=hint) from error
    raise InputError(f"{shown(root)} is not a folder", hint=hint)


def _depth(path: str) -> int:
    return path.count("/")


def _walk(root: Path) -> Iterator[str]:
    """Paths below root; folders wait on a list, so that no depth of nesting matters."""
    waiting: list[tuple[str, list[IgnoreRules]]] = [("", [])]
    folders = count = 0
    while waiting and folders < MAX_FOLDERS and count < MAX_PATHS:
        folder, outer = waiting.pop()
        folders += 1
        entries = _entries(root / folder)
        if folder and any(entry.name in _FOREIGN for entry in entries):
            continue
        rules = [*_ignore(root, folder, entries), *outer]
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            is_folder = _is_folder(entry)
            if is_folder and entry.name not in SKIPPED and not is_ignored(f"{path}/", rules):
                waiting.append((path, rules))
            # A folder that is named as a manifest is shown, so that it is complained of.
            if (not is_folder or _names_manifest(path)) and _kept(path, rules):
                count += 1
                yield path


def _names_manifest(path: str) -> bool:
    kind = kind_of(path)
    return kind is not None and kind.role in {Role.MANIFEST, Role.LOCK, Role.PYTHON}


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _kept(path: str, rules: list[IgnoreRules]) -> bool:
    """Files at the root are kept even if ignored: git may track them, and pip reads them."""
    kind = kind_of(path)
    if kind and "/" not in path:
        return True
    relevant = (kind and kind.role is not Role.SCRIPT) or path.endswith(_RELEVANT)
    # Matching is the costly part, so the files that say nothing are not matched.
    return not relevant or not is_ignored(path, rules)


def _ignore(root: Path, folder: str, entries: list[os.DirEntry[str]]) -> list[IgnoreRules]:
    if not any(entry.name == ".gitignore" for entry in entries):
        return []
    content = _read(root, f"{folder}/.gitignore" if folder else ".gitignore")
    if isinstance(content, Unread) or not content.strip():
        return []
    found = read_rules(folder, content)
    return [found] if found else []


def _read(root: Path, path: str) -> bytes | Unread:
    """A file's beginning. A pipe or device is never opened, which could wait for ever."""
    full = root / path
    try:
        if not Path(os.path.realpath(full)).is_relative_to(root):
            return Unread("a link that leaves the project: not read")
        mode = full.stat().st_mode
        if stat.S_ISDIR(mode):
            return Unread("a folder, not a file")
        if not stat.S_ISREG(mode):
            return Unread("not a regular file")
        with full.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        return Unread(getattr(error, "strerror", None) or str(error))


def _follow(root: Path, files: dict[str, bytes | Unread]) -> None:
    """Read the files that requirements files and install commands name by names of their own."""
    queue = list(files)
    while queue and len(files) < 2 * MAX_FILES:
        path = queue.pop(0)
        content = files[path]
        if isinstance(content, Unread):
            continue
        for include in included_paths(path, content):
            if include in files:
                continue
            found = _read(root, include)
            # setup.py, locks and prose name files in passing: a missing file is no problem.
            prose = kind_or_included(path).role is Role.PROSE
            if isinstance(found, bytes) or not (prose or path.endswith((".py", ".lock"))):
                files[include] = found
                queue.append(include)
