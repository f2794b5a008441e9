"""The local repositories, through the git program.

The user's settings apply. Programs that a repository names itself do not run: hooks, filters and
the like may come with an archive, or from another login.
"""

import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from scaffold.adapters.local.files import read_file
from scaffold.errors import InputError
from scaffold.sync.git_refs import GitRefs, is_ref_name

_OF_ANOTHER = frozenset(
    {"DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "NAMESPACE", "PREFIX"}
    | {"ALTERNATE_OBJECT_DIRECTORIES"}
)
"""Variables that name another repository, where scaffold runs in a git hook (git(1))."""

TIMEOUT_S = 600

_PROGRAMS = re.compile(
    r"filter\..+\.(?:clean|smudge|process)|merge\..+\.driver|diff\..+\.(?:command|textconv)"
    r"|diff\.external|core\.(?:sshcommand|gitproxy|editor|pager|askpass|alternaterefscommand)"
    r"|gpg\.(?:.+\.)?program|credential\.(?:.+\.)?helper|remote\..+\.(?:uploadpack|vcs)"
    r"|sequence\.editor|trailer\..+\.(?:command|cmd)"
)
"""Settings of git-config(1) that name a program."""
_LFS = re.compile(r"git-lfs (?:clean|smudge|filter-process)(?: --skip)?(?: -- %f)?")
_QUIET = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""A repository can name programs as its monitor and its hooks; nothing here needs one."""


def git_environment() -> dict[str, str]:
    """The environment of git, which never asks and fetches nothing that was left out on purpose."""
    known = {
        key: value
        for key, value in os.environ.items()
        if key.removeprefix("GIT_") not in _OF_ANOTHER or not key.startswith("GIT_")
    }
    return {**known, "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"} | {
        # From files only: a setting of the repository may lead a fetch to a program.
        "GIT_ALLOW_PROTOCOL": "file",
        "LC_ALL": "C",
    }


class LocalGit:
    """One local repository: its `folder` is relative to the workspace, such as `.git`."""

    def __init__(self, root: Path, folder: str) -> None:
        self.folder = root / folder
        self._tree = self.folder.parent if folder.endswith(".git") else None
        self.has = cache(self._has)
        self.reaches = cache(self._reaches)
        self._own_programs = cache(self._read_own_programs)

    def run(self, *argv: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        """Run git in the repository; a missing program is exit code 127."""
        return self._run(*self._own_programs(), *argv, given=given)

    def _read_own_programs(self) -> tuple[str, ...]:
        """Options that take the place of the programs that the repository names; not of Git LFS."""
        listed = self._run("config", "--local", "--includes", "--list", "-z").stdout
        found: list[str] = []
        for key, _, value in (entry.partition("\n") for entry in listed.split("\0")):
            if _PROGRAMS.fullmatch(key) and not _LFS.fullmatch(value):
                name = key.rpartition(".")[0]
                # A filter without a program passes files on; a driver that fails is a conflict.
                off = [f"{key}=", f"{name}.required=false"] if name[:7] == "filter." else []
                found += [word for one in off or [f"{key}=false"] for word in ("-c", one)]
        return tuple(found)

    def _run(self, *argv: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        options = [*_QUIET, f"--git-dir={self.folder}"]
        options += [f"--work-tree={self._tree}"] if self._tree else []
        try:
            return subprocess.run(
                ["git", *options, *argv],
                input=given,
                capture_output=True,
                text=True,
                errors="surrogateescape",
                check=False,
                timeout=TIMEOUT_S,
                cwd=self._tree or self.folder,
                env=git_environment(),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return subprocess.CompletedProcess(argv, 127, "", str(error))

    def refs(self) -> GitRefs:
        """All refs; none if git cannot read the repository."""
        listed = self.run("for-each-ref", "--format=%(objectname) %(refname)").stdout
        pairs = (line.partition(" ") for line in listed.splitlines())
        values = {name: value for value, _, name in pairs if is_ref_name(name)}
        try:
            content = read_file(self.folder / "HEAD") or b""
        except InputError:
            content = b""
        return GitRefs(values, head=content.decode("utf-8", "surrogateescape").strip())

    def _has(self, value: str) -> bool:
        return self.run("cat-file", "-e", value).returncode == 0

    def contains(self, value: str, later: str) -> bool:
        """Whether the history of `later` contains a commit."""
        return self.has(value) and self._is_ancestor(value, later)

    def _is_ancestor(self, value: str, later: str) -> bool:
        return self.run("merge-base", "--is-ancestor", value, later).returncode == 0

    def _reaches(self, value: str) -> bool:
        if not self.has(value):
            return False
        return bool(self.run("for-each-ref", "--count=1", f"--contains={value}").stdout.strip())

    def tracked(self, commit: str) -> frozenset[str]:
        """The paths of the files in a commit."""
        return frozenset(self.run("ls-tree", "-r", "-z", "--name-only", commit).stdout.split("\0"))

    def top(self) -> str:
        """The folder of the working tree; empty if git knows none."""
        return self.run("rev-parse", "--show-toplevel").stdout.removesuffix("\n")

    def content(self, commit: str, path: str) -> bytes | None:
        """A file as a commit has it; None if the commit lacks it."""
        done = subprocess.run(
            ["git", f"--git-dir={self.folder}", "cat-file", "blob", f"{commit}:{path}"],
            capture_output=True,
            check=False,
            timeout=TIMEOUT_S,
            env=git_environment(),
        )
        return done.stdout if done.returncode == 0 else None


def is_committed(root: Path, path: str, content: bytes) -> bool:
    """Whether HEAD has `path` (relative to `root`) with this content; False without git."""
    done = _asked(root, "rev-parse", "--quiet", "--verify", f"HEAD:./{path}")
    if done is None:
        return False
    found = done.stdout.decode("ascii", "replace").strip()
    blob = b"blob %d\0" % len(content) + content
    names = {
        hashlib.sha1(blob, usedforsecurity=False).hexdigest(),
        hashlib.sha256(blob).hexdigest(),
    }
    return done.returncode == 0 and found in names


def tracked(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Those of some paths (relative to `root`) that git holds in its index; none without git."""
    if not paths:
        return ()
    done = _asked(root, "--literal-pathspecs", "ls-files", "-z", "--", *paths)
    if done is None:
        return ()
    return tuple(os.fsdecode(one) for one in done.stdout.split(b"\0") if one)


def _asked(root: Path, *words: str) -> subprocess.CompletedProcess[bytes] | None:
    """What git answers in a folder; None if git is missing or does not end."""
    try:
        return subprocess.run(
            ["git", "-C", str(root), *_QUIET, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            env=git_environment(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
