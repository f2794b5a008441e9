"""Find the changes and packages of a container, before its files are classified."""

import copy
import hashlib
import re
from collections.abc import Iterable, Mapping
from posixpath import dirname
from typing import Any

from scaffold.adapters.docker.container_files import read_path
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt.apt_sources import DPKG_LOG, HISTORY, LISTS, is_package_list, local_packages
from scaffold.adopt.conda import CondaEnvironment
from scaffold.adopt.dpkg import overridden
from scaffold.adopt.file_tree import ChangeKind
from scaffold.adopt.npm import NpmPackage
from scaffold.adopt.package_files import changed_packages, settings_to_compare
from scaffold.adopt.python_packages import Distribution, without_source
from scaffold.commands.adopt.read import (
    AdoptSource,
    SystemFiles,
    read_conda,
    read_differences,
    read_dists,
    read_npm,
    read_system,
)
from scaffold.container.engine_json import table
from scaffold.container.recreate.references import follow
from scaffold.records import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerContents:
    """Changed paths, the state of dpkg before and after, and packages of other managers.

    `old_dists` were removed or replaced; `edited` are configuration files of packages that
    the user changed; `local` are names of packages that no archive has, `own` are paths of
    packages that installing them does not restore as they are.
    """

    changes: Mapping[str, ChangeKind]
    base: SystemFiles
    now: SystemFiles
    conda: tuple[CondaEnvironment, ...]
    npm: tuple[NpmPackage, ...]
    dists: tuple[Distribution, ...]
    old_dists: tuple[Distribution, ...]
    edited: tuple[str, ...]
    local: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()


def find_all(engine: DockerEngine, source: AdoptSource) -> ContainerContents:
    """Compare the container with its base image."""
    changes = read_differences(engine, source)
    base, now = read_system(engine, source.base_name), read_system(engine, source.name)
    conda = read_conda(engine, source, changes)
    linked = (package for one in conda for package in (*one.packages, *one.local))
    theirs = {path for package in linked for path in package.files}
    new = {path: how for path, how in changes.items() if how != "deleted"}
    old = {path: how for path, how in changes.items() if how == "deleted"}
    return ContainerContents(
        changes=changes,
        base=base,
        now=now,
        conda=tuple(conda),
        npm=tuple(read_npm(engine, source, changes)),
        # Without those installed by dpkg or conda.
        dists=tuple(
            dist
            for dist in without_source(read_dists(engine, source.name, new), new)
            if dist.folder not in now.dpkg.owners and f"{dist.folder}/METADATA" not in theirs
        ),
        old_dists=tuple(
            dist
            for dist in read_dists(engine, source.base_name, old)
            if dist.folder not in base.dpkg.owners
        ),
        edited=tuple(_edited_settings(engine, source, base, now, changes)),
        local=_local_packages(engine, source, base, now),
        own=frozenset(
            {
                *(overridden(now.files) - overridden(base.files)),
                *_with_special_modes(engine, source, base, now, changes),
            }
        ),
    )


def _local_packages(
    engine: DockerEngine, source: AdoptSource, base: SystemFiles, now: SystemFiles
) -> frozenset[str]:
    came, _ = changed_packages(base.dpkg, now.dpkg)
    if not came:
        return frozenset()
    files = read_path(engine, source.name, LISTS, is_package_list)
    for path in (HISTORY, DPKG_LOG):
        files |= read_path(engine, source.name, path, lambda _path: True)
    return local_packages((now.dpkg.packages[name] for name in came), files)


PROGRAMS = frozenset({"/bin", "/sbin", "/usr/bin", "/usr/sbin"})
"""Folders in which programs with setuid bits are looked for."""


def _with_special_modes(
    engine: DockerEngine,
    source: AdoptSource,
    base: SystemFiles,
    now: SystemFiles,
    changes: Mapping[str, ChangeKind],
) -> list[str]:
    """Programs of new packages with a setuid or setgid bit, which a user may have set."""
    came, _ = changed_packages(base.dpkg, now.dpkg)
    paths = [
        path
        for path, how in changes.items()
        if how != "deleted" and dirname(path) in PROGRAMS and now.dpkg.owners.get(path) in came
    ]
    return [path for path in sorted(paths) if engine.has_special_mode(source.name, path)]


def _edited_settings(
    engine: DockerEngine,
    source: AdoptSource,
    base: SystemFiles,
    now: SystemFiles,
    changes: Mapping[str, ChangeKind],
) -> list[str]:
    sums = settings_to_compare(base.dpkg, now.dpkg, changes)
    return [
        path
        for path, digest in sums.items()
        for content in read_path(engine, source.name, path, lambda _path: True).values()
        # dpkg compares the same sums; security does not depend on MD5 here.
        if hashlib.md5(content, usedforsecurity=False).hexdigest() != digest
    ]


_SHEBANG = re.compile(rb"#!(/\S*/python[\d.]*)\s")


def read_interpreters(
    engine: DockerEngine, source: AdoptSource, dists: Iterable[Distribution]
) -> dict[str, str]:
    """The interpreter of each site-packages folder, from the programs that pip installed."""
    found: dict[str, str] = {}
    for dist in dists:
        programs = [path for path in sorted(dist.files) if "/bin/" in path]
        for path in [] if dist.site in found else programs[:1]:
            for content in read_path(engine, source.name, path, lambda _path: True).values():
                if match := _SHEBANG.match(content):
                    found[dist.site] = match[1].decode()
    return found


def has_path(engine: DockerEngine, name: str, path: str) -> bool:
    """Whether a container has something at a path."""
    with engine.archive(name, path) as stream:
        return stream is not None


def with_names(engine: DockerEngine, inspect: Mapping[str, Any]) -> dict[str, Any]:
    """The inspect with other containers by name: an id would not outlive their next recreate."""
    if "HostConfig" not in inspect:
        return {**inspect}
    names = {
        str(row["Id"]): name.removeprefix("/")
        for row in engine.containers()
        for name in row["Names"] or ()
        # A name with another slash is the alias of a link.
        if "/" not in name.removeprefix("/")
    }
    host = copy.deepcopy(table(inspect, "HostConfig"))
    follow(host, names)
    return {**inspect, "HostConfig": host}
