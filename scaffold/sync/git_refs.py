"""The refs of a repository by its files, and which of them may be replaced by ours."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Protocol

from scaffold.records import dataclass

VALUE = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
"""An object's name: SHA-1 or SHA-256."""

BACKUP = "refs/scaffold-backup/"
"""Where the remote repository keeps what `--overwrite` replaced."""

_BAD_NAME = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|/$|\.$|\.lock(?:/|$)")


def is_ref_name(name: str) -> bool:
    """Whether git takes a name for a ref (git-check-ref-format(1))."""
    return name.startswith("refs/") and not _BAD_NAME.search(name)


@dataclass(frozen=True, slots=True)
class GitRefs:
    """The refs by name, where each is kept, and what HEAD says: a branch or a commit."""

    values: Mapping[str, str] = field(default_factory=dict)
    packed: frozenset[str] = frozenset()
    loose: frozenset[str] = frozenset()
    head: str = ""

    @property
    def branch(self) -> str:
        """The ref that is checked out; empty if a commit is."""
        name = self.head.removeprefix("ref:").strip()
        return name if self.head.startswith("ref:") and is_ref_name(name) else ""

    @property
    def checked_out(self) -> str:
        """What is checked out, for people."""
        return self.branch.removeprefix("refs/heads/") or self.head[:12]


def read_refs(files: Mapping[str, bytes]) -> GitRefs:
    """The refs of files by their path in the repository. Anything else in them is left out."""
    texts = {path: one.decode("utf-8", "surrogateescape").strip() for path, one in files.items()}
    head = texts.pop("HEAD", "")
    if not head.startswith("ref:") and not VALUE.fullmatch(head):
        head = ""
    packed = dict(_packed(texts.pop("packed-refs", "")))
    loose = {
        name: text for name, text in texts.items() if is_ref_name(name) and VALUE.fullmatch(text)
    }
    return GitRefs({**packed, **loose}, frozenset(packed), frozenset(loose), head)


def _packed(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        value, _, name = line.partition(" ")
        if VALUE.fullmatch(value) and is_ref_name(name):
            yield name, value


class History(Protocol):
    """What the local repository holds."""

    def has(self, value: str) -> bool:
        """Whether it holds an object."""

    def contains(self, value: str, later: str) -> bool:
        """Whether the history of `later` contains a commit."""

    def reaches(self, value: str) -> bool:
        """Whether any ref's history contains a commit."""


def lost_refs(remote: GitRefs, local: GitRefs, history: History) -> tuple[str, ...]:
    """Remote refs that ours would replace although our history does not contain them."""
    return tuple(
        name
        for name, value in sorted(remote.values.items())
        if is_compared(name) and not _is_kept(name, value, local, history)
    )


def is_compared(name: str) -> bool:
    """Whether a ref holds somebody's work: a branch or a tag, not a copy of another repository."""
    return name != "refs/stash" and not name.startswith(("refs/remotes/", BACKUP))


def _is_kept(name: str, value: str, local: GitRefs, history: History) -> bool:
    mine = local.values.get(name)
    if mine == value:
        return True
    if mine is None:
        # Nothing replaces it, unless a file and a folder of one name meet.
        return not _collides(name, local) or history.reaches(value)
    if name.startswith("refs/tags/"):
        return history.has(value)
    return history.contains(value, mine)


def _collides(name: str, local: GitRefs) -> bool:
    return any(one.startswith(f"{name}/") or name.startswith(f"{one}/") for one in local.values)


def new_branches(remote: GitRefs, local: GitRefs, history: History) -> tuple[str, ...]:
    """Remote branches with commits that no local ref contains, and that ours do not replace."""
    names = (name for name in sorted(remote.values) if name.startswith("refs/heads/"))
    return tuple(
        name.removeprefix("refs/heads/")
        for name in names
        if name not in local.values and not history.reaches(remote.values[name])
    )


def orphaned(remote: GitRefs, local: GitRefs) -> dict[str, str]:
    """Remote refs that exist in packed-refs only, which ours replaces."""
    return {
        name: remote.values[name]
        for name in sorted(remote.packed - remote.loose)
        if name not in local.values and not _collides(name, local)
    }
