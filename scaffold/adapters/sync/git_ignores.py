"""Git's ignore rules from outside the workspace, and the tracked files that they miss."""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.adapters.local.signals import Background
from scaffold.adapters.sync.local_tree import is_past
from scaffold.errors import InputError
from scaffold.sync.rules import NEVER_SYNCED, IgnoreRules, make_rules, read_rules


class GitSources:
    """What git adds to the rules of a workspace; git is asked once, while others work."""

    def __init__(self, root: Path) -> None:
        self._root = root
        folders = (root, *root.parents)
        self._top = next((one for one in folders if (one / ".git").exists()), None)
        ask = (*_quiet(root), "config", "--list", "-z")
        self._settings = Background(lambda: _git(*ask)) if self._top else None

    def rules(self) -> Iterator[IgnoreRules]:
        """Rules from outside the workspace, nearest first; last the folders never synced."""
        root, top = self._root, self._top
        if top is not None:
            below = root.relative_to(top).as_posix()
            for folder in self._above():
                yield from _rules_above(folder / ".gitignore", root.relative_to(folder).as_posix())
            for path in (top / ".git" / "info" / "exclude", self._users_ignore()):
                yield from _rules_above(path, "" if below == "." else below)
        yield from filter(None, [make_rules("", NEVER_SYNCED)])

    def tracked_and_ignored(self) -> list[str]:
        """The files that git tracks although a rule of its own ignores them."""
        return tracked_and_ignored(self._root) if self._top else []

    def digest(self, begun: int) -> str:
        """A digest of all that this depends on, so that a change of any changes it.

        Empty if it cannot be told, or if a file may change without a trace, by `is_past`.
        """
        if self._top is None:
            return "none"
        git = self._top / ".git"
        if not git.is_dir():
            # A linked working tree or a submodule: its index is in another folder.
            return ""
        files = [one / ".gitignore" for one in self._above()]
        files += [git / "index", git / "info" / "exclude", self._users_ignore()]
        marks = [_mark(path) for path in files]
        if not all(mark is None or is_past(mark[3], begun) for mark in marks):
            return ""
        about = repr((os.fsencode(self._top), self._answer(), marks)).encode()
        return hashlib.blake2b(about, digest_size=16).hexdigest()

    def _above(self) -> Iterator[Path]:
        return (one for one in self._root.parents if self._top and one.is_relative_to(self._top))

    def _answer(self) -> bytes:
        return self._settings.result() if self._settings else b""

    def _users_ignore(self) -> Path:
        """The user's ignore file for all repositories (gitignore(5), core.excludesFile)."""
        entries = (one.partition(b"\n") for one in self._answer().split(b"\0"))
        values = [value for key, _, value in entries if key == b"core.excludesfile"]
        found = values[-1] if values else b""
        if found[:1] in {b"%", b":"}:
            # A prefix that only git can expand.
            asked = ("config", "--path", "--get", "core.excludesFile")
            found = _git(*_quiet(self._root), *asked).strip()
        home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return Path(os.fsdecode(found)).expanduser() if found else Path(home) / "git" / "ignore"


def tracked_and_ignored(root: Path) -> list[str]:
    """The files below a folder that git tracks although a rule of its own ignores them."""
    wanted = ("ls-files", "-z", "--cached", "--ignored", "--exclude-standard")
    return [os.fsdecode(path) for path in _git(*_quiet(root), *wanted).split(b"\0") if path]


def _mark(path: Path) -> tuple[int, int, int, int] | None:
    """What changes with every change of a file; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _rules_above(path: Path, below: str) -> Iterator[IgnoreRules]:
    try:
        content = read_file(path) or b""
    except InputError:
        return
    if rules := read_rules("", content):
        yield IgnoreRules("", rules.spec, rules.any_of, f"{below}/" if below else "")


def _quiet(root: Path) -> tuple[str, ...]:
    """Options for a folder; a repository can name a program as its monitor, and none is run."""
    return ("-C", str(root), "-c", "core.fsmonitor=false")


def _git(*argv: str) -> bytes:
    """The output of git; empty if git is missing, fails, or does not trust the repository."""
    from scaffold.adapters.sync.local_git import git_environment

    try:
        done = subprocess.run(
            ["git", *argv],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
            env=git_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""
