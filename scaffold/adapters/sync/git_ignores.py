"""Git's ignore rules from outside the workspace, and the tracked files that they miss."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.adapters.sync.local_git import git_environment
from scaffold.errors import InputError
from scaffold.sync.rules import NEVER_SYNCED, IgnoreRules, make_rules, read_rules


def git_rules(root: Path) -> Iterator[IgnoreRules]:
    """Git's rules from outside the workspace, nearest first; last the folders never synced."""
    top = next((one for one in (root, *root.parents) if (one / ".git").exists()), None)
    if top is None:
        yield from filter(None, [make_rules("", NEVER_SYNCED)])
        return
    below = root.relative_to(top).as_posix()
    for folder in (one for one in root.parents if one.is_relative_to(top)):
        yield from _rules_above(folder / ".gitignore", root.relative_to(folder).as_posix())
    yield from _rules_above(top / ".git" / "info" / "exclude", "" if below == "." else below)
    yield from _rules_above(_users_ignore(), "" if below == "." else below)
    yield from filter(None, [make_rules("", NEVER_SYNCED)])


def _rules_above(path: Path, below: str) -> Iterator[IgnoreRules]:
    try:
        content = read_file(path) or b""
    except InputError:
        return
    if rules := read_rules("", content):
        yield IgnoreRules("", rules.spec, rules.any_of, f"{below}/" if below else "")


def _users_ignore() -> Path:
    """The user's ignore file for all repositories (gitignore(5), core.excludesFile)."""
    output = _git("config", "--path", "--get", "core.excludesFile").strip()
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(os.fsdecode(output)) if output else Path(home) / "git" / "ignore"


def tracked_and_ignored(root: Path) -> list[str]:
    """The files that git tracks although a rule of its own ignores them."""
    if not any((one / ".git").exists() for one in (root, *root.parents)):
        return []
    # A repository can name a program as its fsmonitor; nothing of the project is run.
    quiet = ("-C", str(root), "-c", "core.fsmonitor=false")
    listed = _git(*quiet, "ls-files", "-z", "--cached", "--ignored", "--exclude-standard")
    return [os.fsdecode(path) for path in listed.split(b"\0") if path]


def _git(*argv: str) -> bytes:
    """The output of git; empty if git is missing, fails, or does not trust the repository."""
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
