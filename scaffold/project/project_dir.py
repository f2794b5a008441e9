"""One folder of a repository taken as the project (`--project-dir`)."""

from dataclasses import replace
from typing import TypeVar

from scaffold.project.facts import Evidence, LocalPath, ProjectFacts

Placed = TypeVar("Placed")


def of_folder(whole: ProjectFacts, part: ProjectFacts, folder: str) -> ProjectFacts:
    """The facts of a folder that was read on its own, with paths from the repository's root.

    What belongs to the repository as a whole stays its own: submodules, Git LFS, dev container
    configurations and the files that the product wrote.
    """
    inside = folder.strip("/")
    base = f"{inside}/{part.base}" if part.base else inside
    return replace(
        part,
        base=base,
        siblings=(),
        install_files=_below(inside, part.install_files),
        needed_files=_below(inside, part.needed_files),
        local=tuple(_local(inside, one) for one in part.local),
        evidence=tuple(_evidence(inside, one) for one in part.evidence),
        steps=_placed(inside, part.steps),
        packages=_placed(inside, part.packages),
        framework_pins=_placed(inside, part.framework_pins),
        isolated=_placed(inside, part.isolated),
        apt=_placed(inside, part.apt),
        apt_unknown=_placed(inside, part.apt_unknown),
        problems=tuple(f"{inside}/{problem}" for problem in part.problems),
        submodules=whole.submodules,
        lfs=whole.lfs,
        lfs_missing=whole.lfs_missing,
        configs=whole.configs,
        ours=whole.ours,
        devcontainer=whole.devcontainer,
    )


def _below(folder: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{folder}/{path}" for path in paths)


def _placed(folder: str, found: tuple[Placed, ...]) -> tuple[Placed, ...]:
    return tuple(replace(one, where=_where(folder, one)) for one in found)  # type: ignore[type-var]


def _where(folder: str, one: object) -> str:
    where = str(getattr(one, "where", ""))
    return f"{folder}/{where}" if where else ""


def _local(folder: str, one: LocalPath) -> LocalPath:
    path = folder if one.path == "." else f"{folder}/{one.path}"
    return replace(one, path=path, where=_where(folder, one))


def _evidence(folder: str, one: Evidence) -> Evidence:
    return replace(one, where=_where(folder, one))
