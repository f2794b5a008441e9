"""Signs that a project's files do not install it as it is used today."""

from collections.abc import Mapping

from scaffold.project.packages.frameworks import framework_of, names_framework, without_gpu
from scaffold.project.sources import POETRY_1, Source


def speaks(starts: tuple[str, ...], sources: Mapping[str, Source]) -> bool:
    """Whether one of the first files of an install method names a framework."""
    return any(names_framework(sources[path]) for path in starts)


def is_left_behind(
    lock: tuple[str, ...], manifests: tuple[str, ...], sources: Mapping[str, Source]
) -> bool:
    """Whether a lock of Poetry 1 lies beside a manifest that Poetry 1 could not read."""
    old = any(POETRY_1 in sources[path].mentions for path in lock)
    return old and not any("poetry" in sources[path].tools for path in manifests)


def asks_for_no_gpu(starts: tuple[str, ...], sources: Mapping[str, Source]) -> bool:
    """Whether a method without a lock names a build without CUDA, and none with it."""
    if any(path.endswith(".lock") for path in starts):
        return False
    listed = [one for path in starts[:1] for one in sources[path].requirements]
    named = [one for one in listed if (framework_of(one) or (None, False))[1]]
    with_cuda = any(one.name.endswith("-gpu") for one in named)
    return not with_cuda and any(without_gpu(one) for one in named)


def has_default_environment(starts: tuple[str, ...], sources: Mapping[str, Source]) -> bool:
    """Whether Hatch's environments include the one that its users work in."""
    return any("default environment" in sources[path].mentions for path in starts)
