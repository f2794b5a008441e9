"""How faithful a rebuilt image is: packages, files by content, mode and owner, and settings.

Everything is compared; what differs for a known reason says so, and the rest is a real
difference.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname

from scaffold.adopt.accounts import GROUP, PASSWD, account_lines
from scaffold.adopt.adoption import Adoption
from scaffold.adopt.conda import package_of
from scaffold.adopt.dists import info_folders, name_and_version
from scaffold.adopt.dpkg import STATUS, read_dpkg
from scaffold.adopt.settings import environment
from scaffold.adopt.sorting import noise
from scaffold.adopt.tree import Entry, Tree, ancestors, below
from scaffold.container.raw import Raw

WANTED = frozenset({STATUS, PASSWD, GROUP})
"""Files whose content is needed beside the digests."""

_BOOKS = re.compile(r".*\.dist-info/(RECORD|REQUESTED|INSTALLER|direct_url\.json)|.*/conda-meta/.*")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its tree, the contents of `WANTED`, and the engine's configuration."""

    tree: Tree
    files: Mapping[str, bytes]
    config: Raw


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same. `reason` is empty where nothing explains it."""

    what: str
    name: str
    original: str
    rebuilt: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many things of each kind are equal, and every one that is not."""

    equal: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()

    @property
    def real(self) -> tuple[Difference, ...]:
        """Those that nothing explains."""
        return tuple(one for one in self.differences if not one.reason)

    @property
    def explained(self) -> tuple[Difference, ...]:
        """Those that were to be expected."""
        return tuple(one for one in self.differences if one.reason)


def compare(original: Side, rebuilt: Side, adoption: Adoption, mounts: Iterable[str]) -> Comparison:
    """Compare the original with what was built from its files."""
    equal: Counter[str] = Counter()
    found: list[Difference] = []
    parts = (
        ("package", packages(original), packages(rebuilt)),
        ("login", account_lines(original.files), account_lines(rebuilt.files)),
        ("setting", _settings(original.config), _settings(rebuilt.config)),
        ("file", *_files(original.tree, rebuilt.tree, tuple(mounts))),
    )
    reasons = _reasons(adoption)
    for what, before, after in parts:
        for name in sorted(before.keys() | after.keys()):
            one, other = before.get(name, "none"), after.get(name, "none")
            if one == other:
                equal[what] += 1
            else:
                reason = reasons.get((what, name), "")
                found.append(Difference(what, name, one, other, reason))
    found += _repaired(adoption)
    return Comparison(dict(equal), tuple(found))


def packages(side: Side) -> dict[str, str]:
    """Every package of dpkg, pip and conda with its version, by who brought it and where."""
    found = {
        f"apt {name}": package.version for name, package in read_dpkg(side.files).packages.items()
    }
    for folder in info_folders(side.tree):
        name, version = name_and_version(folder)
        found[f"pip {name} in {dirname(folder)}"] = version
    for path in side.tree:
        if package := package_of(path):
            found[f"conda {package[0]} in {dirname(dirname(path))}"] = package[1]
    return found


def _settings(config: Raw) -> dict[str, str]:
    found = {f"env {name}": value for name, value in environment(config).items()}
    for key in ("User", "WorkingDir", "Entrypoint", "Cmd"):
        found[key] = str(config.get(key) or "")
    found["User"] = found["User"] or "root"
    return found


def _files(
    original: Tree, rebuilt: Tree, mounts: tuple[str, ...]
) -> tuple[dict[str, str], dict[str, str]]:
    points = {*mounts, *(folder for target in mounts for folder in ancestors(target))}

    def counted(tree: Tree) -> dict[str, str]:
        return {
            path: described(entry)
            for path, entry in tree.items()
            if path not in points
            and not below(path, mounts)
            and not noise(path)
            and not _BOOKS.fullmatch(path)
        }

    return counted(original), counted(rebuilt)


def described(entry: Entry) -> str:
    """An entry in the words in which two of them differ."""
    about = f"{entry.kind} {entry.mode:04o} {entry.owner}"
    if entry.kind == "link":
        return f"{entry.kind} {entry.owner} to {entry.target}"
    return f"{about} {entry.size} bytes {entry.digest[:12]}" if entry.kind == "file" else about


def _reasons(adoption: Adoption) -> dict[tuple[str, str], str]:
    """What was to be expected: nobody asked for more than was carried over."""
    found: dict[tuple[str, str], str] = {}
    for path in adoption.overlay.secret:
        found["file", path] = "suspected secret: left out"
    for path in adoption.overlay.odd:
        found["file", path] = "a device, a socket or an odd name: left out"
    for path in adoption.left_out:
        found["file", path] = "left out as asked"
    for name in adoption.settings.secrets:
        found["setting", f"env {name}"] = "suspected secret: taken from your environment"
    for name, _ in adoption.settings.run_env:
        found.setdefault(("setting", f"env {name}"), "set when the container starts")
    return found


def _repaired(adoption: Adoption) -> Iterator[Difference]:
    for name, state in adoption.apt.broken:
        yield Difference(
            "state", f"apt {name}", state, "installed", "was left half done; it is whole now"
        )


def summary(comparison: Comparison) -> str:
    """The counts in one line."""
    counts = ", ".join(
        f"{comparison.equal.get(what, 0)} {what}s"
        for what in ("package", "file", "login", "setting")
    )
    return f"equal: {counts}; {len(comparison.explained)} explained, {len(comparison.real)} not"
