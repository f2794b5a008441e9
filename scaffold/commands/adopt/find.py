"""Everything that is to be found in a container before its files are sorted."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scaffold.adapters.docker.container_files import read_path
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.adopt.conda import CondaEnvironment
from scaffold.adopt.dists import Dist
from scaffold.adopt.npm import NpmPackage
from scaffold.adopt.owned import settings_to_compare
from scaffold.adopt.tree import How
from scaffold.commands.adopt.read import (
    Source,
    System,
    read_conda,
    read_differences,
    read_dists,
    read_npm,
    read_system,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What differs, what dpkg says on both sides, and the packages of the other managers.

    `old_dists` were taken away or replaced; `edited` are settings of packages that somebody
    changed.
    """

    changes: Mapping[str, How]
    base: System
    now: System
    conda: tuple[CondaEnvironment, ...]
    npm: tuple[NpmPackage, ...]
    dists: tuple[Dist, ...]
    old_dists: tuple[Dist, ...]
    edited: tuple[str, ...]


def find_all(engine: DockerEngine, source: Source) -> Found:
    """Look at the container and at its base image."""
    changes = read_differences(engine, source)
    base, now = read_system(engine, source.base_name), read_system(engine, source.name)
    conda = read_conda(engine, source, changes)
    theirs = {path for one in conda for package in one.packages for path in package.files}
    new = {path: how for path, how in changes.items() if how != "deleted"}
    old = {path: how for path, how in changes.items() if how == "deleted"}
    return Found(
        changes,
        base,
        now,
        tuple(conda),
        tuple(read_npm(engine, source, changes)),
        # Those that dpkg or conda brought are theirs, and not pip's.
        tuple(
            dist
            for dist in read_dists(engine, source.name, new)
            if dist.folder not in now.dpkg.owners and f"{dist.folder}/METADATA" not in theirs
        ),
        tuple(
            dist
            for dist in read_dists(engine, source.base_name, old)
            if dist.folder not in base.dpkg.owners
        ),
        tuple(_edited_settings(engine, source, base, now, changes)),
    )


def _edited_settings(
    engine: DockerEngine, source: Source, base: System, now: System, changes: Mapping[str, How]
) -> list[str]:
    sums = settings_to_compare(base.dpkg, now.dpkg, changes)
    return [
        path
        for path, digest in sums.items()
        for content in read_path(engine, source.name, path, lambda _path: True).values()
        # What dpkg itself compares: nothing here depends on MD5 being hard to forge.
        if hashlib.md5(content, usedforsecurity=False).hexdigest() != digest
    ]


_SHEBANG = re.compile(rb"#!(/\S*/python[\d.]*)\s")


def read_interpreters(
    engine: DockerEngine, source: Source, dists: Iterable[Dist]
) -> dict[str, str]:
    """The interpreter of each folder of packages, as the programs say that pip put beside it."""
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
