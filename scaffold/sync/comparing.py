"""What a send has to do: both sides now, beside the last state in which they were equal.

Nobody's clock decides. A file that is there as it was last sent was not touched there, so it may
be replaced; one that is otherwise was, so it is left, whatever the times say.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from scaffold.sync.manifest import Entry, Manifest, parents
from scaffold.sync.repository_unit import (
    is_lock,
    is_named_by_content,
    is_renewed,
    repository_of,
)


class Why(StrEnum):
    """Why a path is left as it is on the other side."""

    EDITED_THERE = "edited there since, and not here"
    EDITED_BOTH = "edited there and here"
    UNKNOWN = "another content there, which did not come from here"
    KIND = "a file, folder or link there where another of these is here"
    REPOSITORY = "git was used there (commit, branch, merge): its folder there is left as it is"


@dataclass(frozen=True, slots=True)
class Known:
    """What this laptop knows of a place.

    `agreed` is how paths were when last both sides were equal; `pending` what a run that did
    not end was about to send, and may have sent.
    """

    agreed: Manifest = field(default_factory=dict)
    pending: Manifest = field(default_factory=dict)

    def came_from_here(self, path: str, theirs: Entry) -> bool:
        """Whether what is there is what was sent."""
        return any(
            was is not None and was.is_like(theirs)
            for was in (self.agreed.get(path), self.pending.get(path))
        )


@dataclass(slots=True)
class Comparison:
    """Each path once: `send`, `same`, or `kept` with the reason. `gone` is only there."""

    send: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    kept: dict[str, Why] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def doubtful(self, mine: Manifest, theirs: Manifest) -> list[str]:
        """Kept files of one size on both sides: only their contents tell whether they differ."""
        return [
            path
            for path, why in self.kept.items()
            if why in {Why.EDITED_BOTH, Why.UNKNOWN}
            and mine[path].kind == "f"
            and mine[path].size == theirs[path].size
        ]

    def settle(self, equal: set[str]) -> None:
        """Take note of doubtful files whose contents are equal."""
        self.same += equal
        self.kept = {path: why for path, why in self.kept.items() if path not in equal}

    def hold_repositories(self) -> None:
        """Leave each `.git` folder alone in which anything was kept."""
        held = {repository_of(path) for path in self.kept} - {None}
        if not held:
            return
        self.send = [path for path in self.send if repository_of(path) not in held]
        self.gone = [path for path in self.gone if repository_of(path) not in held]
        kept = {path: why for path, why in self.kept.items() if repository_of(path) not in held}
        self.kept = {**kept, **{str(path): Why.REPOSITORY for path in held}}

    def overwrite(self) -> list[str]:
        """Send edited files all the same; those paths, which are to be kept beside."""
        edited = {Why.EDITED_THERE, Why.EDITED_BOTH, Why.UNKNOWN}
        paths = [path for path, why in self.kept.items() if why in edited]
        self.send += paths
        self.kept = {path: why for path, why in self.kept.items() if why not in edited}
        return paths


def compare(
    mine: Manifest, theirs: Manifest, known: Known, is_left_out: Callable[[str], bool]
) -> Comparison:
    """Compare what is here with what is there. `is_left_out` speaks of paths that are not here."""
    found, blocked = Comparison(), set[str]()
    for path in sorted(mine):
        if is_lock(path) or any(parent in blocked for parent in parents(path)):
            continue
        why = _why_not(path, mine[path], theirs.get(path), known)
        if why is Why.KIND:
            blocked.add(path)
        if isinstance(why, Why):
            found.kept[path] = why
        else:
            (found.send if why else found.same).append(path)
    found.gone = sorted(
        path
        for path, was in known.agreed.items()
        if path not in mine
        and path in theirs
        and was.is_like(theirs[path])
        and not is_left_out(path)
    )
    return found


def _why_not(path: str, mine: Entry, theirs: Entry | None, known: Known) -> Why | bool:
    """True to send, False where both are the same, else why it is left."""
    if theirs is None:
        return True
    if mine.kind != theirs.kind:
        return Why.KIND
    if mine.kind == "d" or is_named_by_content(path):
        return False
    return _differs(path, mine, theirs, known)


def _differs(path: str, mine: Entry, theirs: Entry, known: Known) -> Why | bool:
    was = known.agreed.get(path)
    if mine.is_like(theirs):
        # What is equal to the second may still differ below it, or in its permissions.
        return mine != (was or theirs_as_sent(mine, theirs))
    if known.came_from_here(path, theirs):
        return True
    if is_renewed(path):
        return was is None or mine != was
    if was is None:
        return Why.UNKNOWN
    return Why.EDITED_THERE if mine == was else Why.EDITED_BOTH


def theirs_as_sent(mine: Entry, theirs: Entry) -> Entry:
    """Their entry with our time, which an archive keeps in whole seconds only."""
    return replace(theirs, mtime=mine.mtime, mode=mine.mode if mine.kind == "l" else theirs.mode)


def agreed_after(
    mine: Manifest,
    theirs: Manifest,
    known: Known,
    equal: set[str],
    removed: set[str],
    is_left_out: Callable[[str], bool],
) -> dict[str, Entry]:
    """What both sides agree on after a run: `equal` are the paths that are the same there now.

    What is left out was not looked at, but may have been pulled: it stays known.
    """
    still = {
        path: was
        for path, was in known.agreed.items()
        if path not in removed and (path in mine or path in theirs or is_left_out(path))
    }
    return {**still, **{path: mine[path] for path in mine if path in equal}}
