"""`scaffold container adopt`: a container made by hand, taken apart into `.devcontainer/`."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from scaffold.adapters.container_files import Read, Store, read_path, read_real
from scaffold.adapters.docker_engine import DockerEngine
from scaffold.adopting.accounts import account_changes, read_logins
from scaffold.adopting.adoption import Adoption
from scaffold.adopting.dists import Dist, Indexes, SiteChanges, read_indexes
from scaffold.adopting.dpkg import apt_changes
from scaffold.adopting.notes import notes
from scaffold.adopting.npm import owned_by_npm
from scaffold.adopting.overlay import make_overlay
from scaffold.adopting.owned import (
    find_owned,
    folders_to_make_first,
    home_of,
    owner_of,
    settings_to_compare,
    site_changes,
)
from scaffold.adopting.settings import environment, read_settings
from scaffold.adopting.sorting import Sorted, sort_changes, whole_folders
from scaffold.adopting.tree import Entry, How, ancestors, below
from scaffold.commands.adopt_reading import (
    Source,
    System,
    read_conda,
    read_differences,
    read_dists,
    read_npm,
    read_system,
)
from scaffold.containers.facts import read_mounts
from scaffold.containers.raw import table
from scaffold.containers.settings import read_defaults
from scaffold.errors import InputError


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked for: paths to carry over in spite of a rule, and to leave out.

    `project` is the folder that the dev container will be for.
    """

    project: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    """What was read so far, on the way to an adoption."""

    changes: dict[str, How]
    base: System
    now: System
    dists: list[Dist] = field(default_factory=list)
    old_dists: list[Dist] = field(default_factory=list)


def check_wanted(wanted: Wanted) -> None:
    """Raise InputError for a path that cannot be one of the container's."""
    for flag, paths in (("--include", wanted.include), ("--exclude", wanted.exclude)):
        for path in paths:
            if not path.startswith("/") or path == "/":
                raise InputError(f"{flag}: {path!r} is not an absolute path", hint="/root/.netrc")


def adopt(engine: DockerEngine, source: Source, wanted: Wanted, store: Store) -> Adoption:
    """Take a container apart. Contents of its files go into the store, as far as they fit."""
    changes = read_differences(engine, source)
    found = _Found(changes, read_system(engine, source.base_name), read_system(engine, source.name))
    conda, npm = read_conda(engine, source, changes), read_npm(engine, source, changes)
    conda_files = {path for one in conda for package in one.packages for path in package.files}
    _read_dists(engine, source, found, conda_files)
    owned = find_owned(
        found.base.dpkg,
        found.now.dpkg,
        _edited_settings(engine, source, found),
        found.dists,
        found.old_dists,
        conda,
        npm,
    )
    mounts = [mount.target for mount in read_mounts(source.inspect)]
    result = sort_changes(changes, owned, mounts, include=wanted.include, exclude=wanted.exclude)
    prefixes = [one.prefix for one in conda]
    folders = {*prefixes, *(dist.site for dist in found.dists)}
    above = {up for path in folders for up in ancestors(path) if changes.get(up) == "added"}
    whole, single = whole_folders(result, changes)
    read = read_real(engine, source.name, whole, {*single, *folders, *above}, store)
    result = _without_links_of_packages(result, read, npm={one.folder: one for one in npm})
    first = folders_to_make_first(folders, prefixes, read.entries, changes)
    overlay = make_overlay(
        read.entries, read.contents, result.real, result.deleted, wanted.include, first
    )
    logins = read_logins(found.now.files)
    sites = tuple(
        site_changes(
            found.dists,
            found.old_dists,
            _venvs(changes, read),
            read.entries,
            logins,
            _interpreters(engine, source, found.dists),
        )
    )
    settings = read_settings(
        source.title.rpartition("/")[2].partition(":")[0],
        source.inspect,
        source.base_info,
        logins,
        wanted.project,
        read_defaults(engine.info()),
    )
    env = environment(table(source.inspect, "Config"))
    indexes = _indexes(engine, source, sites, env)
    adoption = Adoption(
        origin=source.origin,
        base=source.base,
        settings=settings,
        apt=apt_changes(found.base.dpkg, found.now.dpkg),
        accounts=account_changes(found.base.files, found.now.files),
        sites=sites,
        indexes=indexes,
        conda=tuple(
            replace(one, owner=owner, home=home_of(owner, logins))
            for one in conda
            for owner in [owner_of(read.entries, one.prefix)]
        ),
        has_micromamba=bool(conda) and _has(engine, source.base_name, "/bin/micromamba"),
        npm=tuple(npm),
        sorted=result,
        overlay=overlay,
        left_out=tuple(path for path in changes if below(path, wanted.exclude)),
        has_dpkg=bool(found.now.dpkg.packages),
        base_user=str(table(source.base_info, "Config").get("User") or ""),
    )
    return replace(adoption, notes=tuple(notes(adoption, found.dists, env)))


def _read_dists(engine: DockerEngine, source: Source, found: _Found, conda_files: set[str]) -> None:
    """Distributions of pip and its kin: those that dpkg or conda brought are theirs."""
    new = {path: how for path, how in found.changes.items() if how != "deleted"}
    theirs = found.now.dpkg.owners
    found.dists = [
        dist
        for dist in read_dists(engine, source.name, new)
        if dist.folder not in theirs
        and f"{dist.folder}/METADATA" not in conda_files
        and f"{dist.folder}/PKG-INFO" not in theirs
    ]
    old = {path: how for path, how in found.changes.items() if how == "deleted"}
    found.old_dists = [
        dist
        for dist in read_dists(engine, source.base_name, old)
        if dist.folder not in found.base.dpkg.owners
    ]


def _edited_settings(engine: DockerEngine, source: Source, found: _Found) -> list[str]:
    sums = settings_to_compare(found.base.dpkg, found.now.dpkg, found.changes)
    return [
        path
        for path, digest in sums.items()
        for content in read_path(engine, source.name, path, lambda _path: True).values()
        # What dpkg itself compares: nothing here depends on MD5 being hard to forge.
        if hashlib.md5(content, usedforsecurity=False).hexdigest() != digest
    ]


def _without_links_of_packages(found: Sorted, read: Read, npm: Mapping[str, object]) -> Sorted:
    """Take links out that packages make as they install: to alternatives, to npm's programs."""

    def made(path: str) -> bool:
        entry = read.entries.get(path, Entry(path, "other", 0, 0, 0))
        target = entry.target
        return entry.kind == "link" and (
            target.startswith("/etc/alternatives/")
            or (bool(npm) and owned_by_npm(path, target, {}))
        )

    gone = [path for path in found.real if made(path)]
    if not gone:
        return found
    explained = {**found.explained, "links that packages make": len(gone)}
    real = tuple(path for path in found.real if path not in set(gone))
    return replace(found, real=real, explained=explained)


def _venvs(changes: Mapping[str, How], read: Read) -> dict[str, bytes]:
    """The settings of Python environments that were made, by path."""
    return {
        path: content
        for path, content in read.contents.items()
        if path.endswith("/pyvenv.cfg") and changes.get(path) == "added"
    }


_SHEBANG = re.compile(rb"#!(/\S*/python[\d.]*)\s")


def _interpreters(engine: DockerEngine, source: Source, dists: Iterable[Dist]) -> dict[str, str]:
    """The interpreter of each folder of packages, as the programs say that pip put beside it."""
    found: dict[str, str] = {}
    for dist in dists:
        programs = [path for path in sorted(dist.files) if "/bin/" in path]
        for path in [] if dist.site in found else programs[:1]:
            for content in read_path(engine, source.name, path, lambda _path: True).values():
                if match := _SHEBANG.match(content):
                    found[dist.site] = match[1].decode()
    return found


_PIP_FILES = ("/etc/pip.conf", "/etc/xdg/pip/pip.conf")
_OF_HOME = ("/.pip/pip.conf", "/.config/pip/pip.conf")


def _indexes(
    engine: DockerEngine, source: Source, sites: Iterable[SiteChanges], env: Mapping[str, str]
) -> dict[str, Indexes]:
    """Where pip looks in each folder of packages: global settings, the login's, the folder's."""
    found: dict[str, Indexes] = {}
    cache: dict[str, dict[str, bytes]] = {}
    for one in sites:
        site, home = one.site, one.home
        paths = [*_PIP_FILES, *(f"{home}{end}" for end in _OF_HOME), f"{site.prefix}/pip.conf"]
        files: dict[str, bytes] = {}
        for path in paths:
            if path not in cache:
                cache[path] = read_path(engine, source.name, path, lambda _path: True)
            files |= cache[path]
        found[site.path] = read_indexes(files, env)
    return found


def _has(engine: DockerEngine, name: str, path: str) -> bool:
    with engine.archive(name, path) as stream:
        return stream is not None
