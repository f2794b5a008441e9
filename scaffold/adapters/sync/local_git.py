"""The local repositories, through the git program; the user's hooks and settings apply."""

import hashlib
import os
import subprocess
from functools import cache
from pathlib import Path

from scaffold.sync.git_refs import GitRefs, is_ref_name

_OF_ANOTHER = frozenset(
    {"DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "NAMESPACE", "PREFIX"}
    | {"ALTERNATE_OBJECT_DIRECTORIES"}
)
"""Variables that name another repository, where scaffold runs in a git hook (git(1))."""

TIMEOUT_S = 600


def git_environment() -> dict[str, str]:
    """The environment of git, which never asks and fetches nothing that was left out on purpose."""
    known = {
        key: value
        for key, value in os.environ.items()
        if key.removeprefix("GIT_") not in _OF_ANOTHER or not key.startswith("GIT_")
    }
    return {**known, "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


class LocalGit:
    """One local repository: its `folder` is relative to the workspace, such as `.git`."""

    def __init__(self, root: Path, folder: str) -> None:
        self.folder = root / folder
        self._tree = self.folder.parent if folder.endswith(".git") else None
        self.has = cache(self._has)
        self.reaches = cache(self._reaches)

    def run(self, *argv: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        """Run git in the repository; a missing program is exit code 127."""
        # A repository can name a program as its fsmonitor, which needs no run for this.
        options = ["-c", "core.fsmonitor=false", f"--git-dir={self.folder}"]
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
            head = (self.folder / "HEAD").read_text("utf-8", "surrogateescape").strip()
        except OSError:
            head = ""
        return GitRefs(values, head=head)

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
    # A repository can name a program as its fsmonitor; nothing of the project is run.
    argv = ["git", "-C", str(root), "-c", "core.fsmonitor=false"]
    try:
        done = subprocess.run(
            [*argv, "rev-parse", "--quiet", "--verify", f"HEAD:./{path}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            env=git_environment(),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = done.stdout.decode("ascii", "replace").strip()
    blob = b"blob %d\0" % len(content) + content
    names = {
        hashlib.sha1(blob, usedforsecurity=False).hexdigest(),
        hashlib.sha256(blob).hexdigest(),
    }
    return done.returncode == 0 and found in names
