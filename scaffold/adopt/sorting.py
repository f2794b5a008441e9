"""Classify changed paths: temporary files, files of packages, and the user's work.

A rule names the reason why a path is not copied; a path without a rule is the user's work.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import field

from scaffold.adopt.accounts import FILES as ACCOUNT_FILES
from scaffold.adopt.file_tree import ChangeKind, PathChanges, ancestors, below
from scaffold.container.changed_files import ENGINES_OWN
from scaffold.records import dataclass

_HOME = r"/(root|home/[^/]+)"

NOISE: tuple[tuple[str, str], ...] = tuple(
    (pattern.replace("~", _HOME), reason)
    for pattern, reason in (
        (r"/(proc|sys|dev|run|var/run|var/lock)(/.*)?", "created for each container"),
        (r"/(tmp|var/tmp)(/.*)?", "temporary files"),
        (r"/var/log(/.*)?", "logs"),
        (r"/var/cache(/.*)?|~/\.cache(/.*)?|/root/\.npm(/.*)?|~/\.npm(/.*)?", "caches"),
        (r"/opt/[^/]*conda[^/]*/pkgs(/.*)?|~/[^/]*(conda|mamba)[^/]*/pkgs(/.*)?", "caches"),
        (r"(.*/)?(__pycache__|\.ipynb_checkpoints|\.mypy_cache|\.ruff_cache)(/.*)?", "caches"),
        (r".*\.py[co]", "caches"),
        (
            r"/var/lib/(apt|dpkg|ucf|systemd|pam|python|dbus|misc)(/.*)?",
            "the package manager's state",
        ),
        (r"(/usr)?/sbin/docker-init", "created for each container"),
        (r"/etc/(ld\.so\.cache|machine-id|mtab|\.pwd\.lock)", "created by the system"),
        (
            r"/etc/(rc\d?\.d|systemd/.*\.wants|apparmor\.d)(/.*)?",
            "created by package installation",
        ),
        (r"/etc/ssl/certs(/.*)?|/usr/share/mime/.*\.cache", "created by package installation"),
        (r"/etc/ssh/ssh_host_.*", "host keys"),
        (r"~/\.(vscode|cursor|vscodium)[^/]*-server(/.*)?|/vscode(/.*)?", "the editor's server"),
        (r"~/\.(bash|zsh|python|psql|node_repl|mysql|sqlite)_?history", "shell history"),
        (r"~/\.(lesshst|viminfo|wget-hsts|sudo_as_admin_successful)", "history of programs"),
        (r"~/\.conda/environments\.txt|.*/conda-meta/history", "conda's records"),
        (r"~/\.local/share/jupyter/(runtime|nbsignatures\.db|notebook_secret)(/.*)?", "runtime"),
        (r"~/\.local/share/Trash(/.*)?", "trash"),
    )
)
"""Patterns of whole paths with the reason; the first match counts; `~` is any home."""

_NOISE = tuple((re.compile(pattern), reason) for pattern, reason in NOISE)

EARLY = re.compile(
    r"/etc/apt(/.*)?|/usr/share/keyrings(/.*)?|/etc/pip\.conf|.*/\.?pip/pip\.conf"
    r"|/usr/local/share/ca-certificates(/.*)?|/etc/conda(/.*)?|.*/\.(condarc|mambarc|npmrc)"
)
"""Paths that package installers read, copied before they run."""


@dataclass(frozen=True, slots=True)
class PackagePaths:
    """Paths that belong to packages.

    `now` are those of packages to install; `before` those of packages that are removed or
    replaced; `trees` are whole folders of packages; `own` are paths that no installer restores
    although they are in such a place.
    """

    now: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    trees: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SortedChanges:
    """Classified paths: `real` were added or changed by the user, `deleted` removed.

    `explained` counts the others by reason.
    """

    real: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    explained: Mapping[str, int] = field(default_factory=dict)


PACKAGES = "files of installed packages"
EXCLUDED = "excluded by --exclude"


def noise(path: str) -> str:
    """The reason why a path is not copied; empty if it is."""
    if path in ACCOUNT_FILES:
        return "users and groups, created without passwords"
    if path in ENGINES_OWN:
        return "created for each container"
    return next((reason for pattern, reason in _NOISE if pattern.fullmatch(path)), "")


_TEMPORARY = re.compile(
    r"/(?:var/)?tmp/(?:pip-|npm-|tmp[._-]?|\.|hsperfdata|systemd-|apt[.-]|v8-compile|node-compile|"
    r"pytest-|yarn-|uv-|matplotlib-|vscode-|jupyter).*|.*\.(?:sock|lock|pid|log)"
)
"""What programs leave in /tmp, by the start or end of the name."""


def temporary_work(changes: PathChanges, named: Iterable[str] = ()) -> tuple[str, ...]:
    """Paths directly in /tmp that may be the user's work, without those `named` already."""
    named = tuple(named)
    found = {
        path
        for path, how in changes.items()
        if how != "deleted" and posixpath.dirname(path) in {"/tmp", "/var/tmp"}  # noqa: S108
    }
    return tuple(
        path for path in sorted(found) if not (_TEMPORARY.fullmatch(path) or below(path, named))
    )


def sort_changes(
    changes: PathChanges,
    owned: PackagePaths,
    mounts: Iterable[str] = (),
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
) -> SortedChanges:
    """Classify every changed path. `mounts` are the targets of mounts."""
    mounts, include, exclude = tuple(mounts), tuple(include), tuple(exclude)
    real, deleted, explained = [], [], dict[str, int]()
    parents = {folder for target in mounts for folder in ancestors(target)}
    for path, how in sorted(changes.items()):
        reason = _reason(path, how, owned)
        if below(path, mounts) or path in parents:
            reason = "mount points"
        if below(path, include):
            reason = ""
        if below(path, exclude):
            reason = EXCLUDED
        if reason:
            explained[reason] = explained.get(reason, 0) + 1
        elif how == "deleted":
            deleted.append(path)
        else:
            real.append(path)
    kept = _without_mere_folders(real, changes, owned)
    if len(kept) < len(real):
        explained["parent folders"] = len(real) - len(kept)
    return SortedChanges(tuple(kept), tuple(deleted), explained)


def _reason(path: str, how: ChangeKind, owned: PackagePaths) -> str:
    if how == "deleted" and path in owned.before:
        return PACKAGES
    if path in owned.own:
        return ""
    if path in owned.now or below(path, owned.trees):
        return PACKAGES
    return noise(path)


def _without_mere_folders(real: list[str], changes: PathChanges, owned: PackagePaths) -> list[str]:
    """Remove folders that are created with their contents, or changed only through them.

    The remaining folders have a changed owner or mode, or no copied contents.
    """
    touched = {folder for path in changes for folder in ancestors(path)}
    brought = {folder for path in real for folder in ancestors(path)}
    brought |= {folder for path in owned.now for folder in ancestors(path)}
    return [path for path in real if path not in (brought if changes[path] == "added" else touched)]


def whole_folders(found: SortedChanges, changes: PathChanges) -> tuple[list[str], list[str]]:
    """The paths to read in few requests: whole new folders, and single paths.

    A folder is read as a whole if it is new and everything in it is copied.
    """
    real = set(found.real)
    brought = {folder for path in real for folder in ancestors(path)}
    others = [path for path in changes if path not in real and path not in brought]
    mixed = {folder for path in others for folder in ancestors(path)}
    whole, single = set(), set()
    for path in real:
        pure = [
            folder
            for folder in ancestors(path)
            if changes.get(folder) == "added" and folder not in mixed
        ]
        if pure:
            whole.add(pure[-1])
        else:
            single.add(path)
    single |= {folder for folder in brought if folder in changes and not below(folder, whole)}
    return sorted(whole), sorted(single)
