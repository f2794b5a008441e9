"""Changed paths, sorted: what programs leave behind, what packages bring, and what somebody did.

The rules say why a path is not carried over; whatever no rule knows is somebody's work.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scaffold.adopt.accounts import FILES as ACCOUNT_FILES
from scaffold.adopt.tree import Changes, How, ancestors, below
from scaffold.container.changed import ENGINES_OWN

_HOME = r"/(root|home/[^/]+)"

NOISE: tuple[tuple[str, str], ...] = tuple(
    (pattern.replace("~", _HOME), reason)
    for pattern, reason in (
        (r"/(proc|sys|dev|run|var/run|var/lock)(/.*)?", "made anew for each container"),
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
        (r"(/usr)?/sbin/docker-init", "made anew for each container"),
        (r"/etc/(ld\.so\.cache|machine-id|mtab|\.pwd\.lock)", "made anew by the system"),
        (
            r"/etc/(rc\d?\.d|systemd/.*\.wants|apparmor\.d)(/.*)?",
            "made by packages as they install",
        ),
        (r"/etc/ssl/certs(/.*)?|/usr/share/mime/.*\.cache", "made by packages as they install"),
        (r"/etc/ssh/ssh_host_.*", "keys of this one container"),
        (r"~/\.(vscode|cursor|vscodium)[^/]*-server(/.*)?|/vscode(/.*)?", "the editor's server"),
        (r"~/\.(bash|zsh|python|psql|node_repl|mysql|sqlite)_?history", "what was typed"),
        (r"~/\.(lesshst|viminfo|wget-hsts|sudo_as_admin_successful)", "what programs remember"),
        (r"~/\.conda/environments\.txt|.*/conda-meta/history", "conda's own book-keeping"),
        (r"~/\.local/share/jupyter/(runtime|nbsignatures\.db|notebook_secret)(/.*)?", "runtime"),
        (r"~/\.local/share/Trash(/.*)?", "waste"),
    )
)
"""Patterns of whole paths with the reason, the first that fits counts; `~` is any home."""

_NOISE = tuple((re.compile(pattern), reason) for pattern, reason in NOISE)

EARLY = re.compile(
    r"/etc/apt(/.*)?|/usr/share/keyrings(/.*)?|/etc/pip\.conf|.*/\.?pip/pip\.conf"
    r"|/usr/local/share/ca-certificates(/.*)?|/etc/conda(/.*)?|.*/\.(condarc|mambarc|npmrc)"
)
"""What installers read, so that it has to be there before they run."""


@dataclass(frozen=True, slots=True)
class Owned:
    """Paths that come back with packages.

    `now` are those of packages that will be installed; `before` those of packages that go or
    are replaced. `base` belong to packages of the base image that stay as they are.
    """

    now: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    trees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorted:
    """`real` were added or changed by somebody, `deleted` taken away; the rest by its reason."""

    real: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    explained: Mapping[str, int] = field(default_factory=dict)


PACKAGES = "files of packages that are installed again"
LEFT_OUT = "left out as asked"


def noise(path: str) -> str:
    """Why a path is never carried over; empty where it may matter."""
    if path in ACCOUNT_FILES:
        return "logins, carried over without their passwords"
    if path in ENGINES_OWN:
        return "made anew for each container"
    return next((reason for pattern, reason in _NOISE if pattern.fullmatch(path)), "")


def sort_changes(
    changes: Changes,
    owned: Owned,
    mounts: Iterable[str] = (),
    *,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
) -> Sorted:
    """Sort every changed path. `mounts` are targets of mounts, whose content is not in it."""
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
            reason = LEFT_OUT
        if reason:
            explained[reason] = explained.get(reason, 0) + 1
        elif how == "deleted":
            deleted.append(path)
        else:
            real.append(path)
    kept = _without_mere_folders(real, changes, owned)
    if len(kept) < len(real):
        explained["folders of what is in them"] = len(real) - len(kept)
    return Sorted(tuple(kept), tuple(deleted), explained)


def _reason(path: str, how: How, owned: Owned) -> str:
    if how == "deleted" and path in owned.before:
        return PACKAGES
    if path in owned.now or below(path, owned.trees):
        return PACKAGES
    return noise(path)


def _without_mere_folders(real: list[str], changes: Changes, owned: Owned) -> list[str]:
    """Leave out folders that come with what lies in them, or only changed because of it.

    Of the folders that are left the owner or mode was changed, or nothing in them is kept.
    """
    touched = {folder for path in changes for folder in ancestors(path)}
    brought = {folder for path in real for folder in ancestors(path)}
    brought |= {folder for path in owned.now for folder in ancestors(path)}
    return [path for path in real if path not in (brought if changes[path] == "added" else touched)]


def whole_folders(found: Sorted, changes: Changes) -> tuple[list[str], list[str]]:
    """How to read what is real in few requests: new folders as a whole, and single paths.

    A folder is read as a whole if it is new and everything in it is carried over.
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
