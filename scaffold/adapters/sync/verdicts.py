"""Which paths the last run synced, for a run that has the same rules: they are not asked again."""

import stat
from collections.abc import Callable

from scaffold.adapters.sync.local_tree import RULE_FILES, LocalTree, Row
from scaffold.adapters.sync.snapshot import Snapshot
from scaffold.records import dataclass
from scaffold.sync.manifest import ManifestEntry

_KINDS = {"f": stat.S_IFREG, "d": stat.S_IFDIR, "l": stat.S_IFLNK}


def rule_rows(tree: LocalTree, folder: str) -> list[Row]:
    """The rows of the files with rules in a folder."""
    return sorted(row for row in tree.rows(folder) or () if row[0] in RULE_FILES)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderVerdicts:
    """What was synced in one folder; `same` if its rows are those of the snapshot."""

    tree: LocalTree
    seen: Snapshot
    names: frozenset[str]
    same: bool
    agreed: Callable[[str], ManifestEntry | None]

    def is_synced(self, path: str, row: Row) -> bool | None:
        """Whether a path is synced; None if the rules have to tell."""
        if row[0] in self.names:
            left_for_content = path in self.seen.environments
            return False if self.same and not left_for_content else None
        if stat.S_ISDIR(row[1]) and self.tree.is_environment(path):
            return None
        if self.same:
            return True
        was = None if path in self.seen.strays else self.agreed(path)
        return True if was and _KINDS[was.kind] == stat.S_IFMT(row[1]) else None


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the last run synced, whose rules from outside the project were the same.

    `agreed` returns the entry on which both sides agreed.
    """

    seen: Snapshot
    agreed: Callable[[str], ManifestEntry | None]

    def of_folder(self, tree: LocalTree, folder: str) -> FolderVerdicts | None:
        """The verdicts in a folder; None if its own rules are others now, or it is new."""
        digest, names = self.seen.folders.get(folder, ("", ()))
        same = bool(digest) and tree.digest(folder, names) == digest
        rules = [[*row] for row in rule_rows(tree, folder)]
        if not digest or not (same or rules == self.seen.rules.get(folder, [])):
            return None
        return FolderVerdicts(
            tree=tree, seen=self.seen, names=frozenset(names), same=same, agreed=self.agreed
        )
