"""Compare a rebuilt image with the original: packages, files, users and settings.

Everything is compared. A difference with a known reason names it; all others are real.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from posixpath import dirname

from scaffold.adopt.accounts import GROUP, PASSWD, account_lines
from scaffold.adopt.adoption import Adoption
from scaffold.adopt.conda import package_of
from scaffold.adopt.dpkg import STATUS, read_dpkg
from scaffold.adopt.file_tree import FileEntry, Tree, ancestors, below
from scaffold.adopt.image_config import environment
from scaffold.adopt.python_packages import info_folders, name_and_version
from scaffold.adopt.sorting import noise
from scaffold.container.engine_json import Raw
from scaffold.container.render.secrets import SECRET, hide_text
from scaffold.parsing.untrusted.secrets import secret_variable
from scaffold.records import dataclass

WANTED = frozenset({STATUS, PASSWD, GROUP})
"""Files whose content is needed, not only their digest."""

_BOOKS = re.compile(r".*\.dist-info/(RECORD|REQUESTED|INSTALLER|direct_url\.json)|.*/conda-meta/.*")


@dataclass(frozen=True, slots=True)
class ComparedImage:
    """One of the two images: its tree, the contents of `WANTED`, and its config."""

    tree: Tree
    files: Mapping[str, bytes]
    config: Raw


@dataclass(frozen=True, kw_only=True, slots=True)
class RebuildDifference:
    """One difference. `reason` is empty if it is not explained."""

    what: str
    name: str
    original: str
    rebuilt: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RebuildComparison:
    """The number of equal items of each kind, and every difference."""

    equal: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[RebuildDifference, ...] = ()

    @property
    def real(self) -> tuple[RebuildDifference, ...]:
        """Differences without a known reason."""
        return tuple(one for one in self.differences if not one.reason)

    @property
    def explained(self) -> tuple[RebuildDifference, ...]:
        """Differences with a known reason."""
        return tuple(one for one in self.differences if one.reason)


def compare(
    original: ComparedImage, rebuilt: ComparedImage, adoption: Adoption, mounts: Iterable[str]
) -> RebuildComparison:
    """Compare the original with the image that was built from the adopted files."""
    equal: Counter[str] = Counter()
    found: list[RebuildDifference] = []
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
                one, other = (_shown(what, name, text) for text in (one, other))
                found.append(
                    RebuildDifference(
                        what=what, name=name, original=one, rebuilt=other, reason=reason
                    )
                )
    found += _repaired(adoption)
    return RebuildComparison(dict(equal), tuple(found))


def _shown(what: str, name: str, text: str) -> str:
    """The value without secrets."""
    if what != "setting" or text == "none":
        return text
    kind, _, variable = name.partition(" ")
    if kind == "env" and variable:
        return SECRET if secret_variable(variable, text) else text
    return hide_text(text)


def packages(side: ComparedImage) -> dict[str, str]:
    """Every dpkg, pip and conda package with its version, by manager and folder."""
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


def described(entry: FileEntry) -> str:
    """The compared properties of an entry, as text."""
    about = f"{entry.kind} {entry.mode:04o} {entry.owner}"
    if entry.kind == "link":
        return f"{entry.kind} {entry.owner} to {entry.target}"
    return f"{about} {entry.size} bytes {entry.digest[:12]}" if entry.kind == "file" else about


def _reasons(adoption: Adoption) -> dict[tuple[str, str], str]:
    """The reasons of expected differences."""
    found: dict[tuple[str, str], str] = {}
    for path in adoption.overlay.secret:
        found["file", path] = "suspected secret: not copied"
    for path in adoption.overlay.odd:
        found["file", path] = "a device, a socket or an unsupported name: not copied"
    for path in adoption.left_out:
        found["file", path] = "excluded by --exclude"
    for package in adoption.apt.local:
        name = package.partition("=")[0]
        found["package", f"apt {name}"] = "came from a .deb file: its files are copied"
    for name in adoption.settings.secrets:
        found["setting", f"env {name}"] = "suspected secret: read from your environment"
    for name, _ in adoption.settings.run_env:
        found.setdefault(("setting", f"env {name}"), "set when the container starts")
    return found


def _repaired(adoption: Adoption) -> Iterator[RebuildDifference]:
    for name, state in adoption.apt.broken:
        yield RebuildDifference(
            what="state",
            name=f"apt {name}",
            original=state,
            rebuilt="installed",
            reason="was half installed; now fully installed",
        )


def summary(comparison: RebuildComparison) -> str:
    """The counts in one line."""
    counts = ", ".join(
        f"{comparison.equal.get(what, 0)} {what}s"
        for what in ("package", "file", "login", "setting")
    )
    explained, real = len(comparison.explained), len(comparison.real)
    return f"equal: {counts}; {explained} explained, {real} unexplained"
