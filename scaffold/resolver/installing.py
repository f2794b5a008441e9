"""How an installer is asked for a build: the requirements that select it, and its index."""

import re

from scaffold.catalogue import Build
from scaffold.project.framework_table import BY_FRAMEWORK
from scaffold.resolver.builds import BuildVerdict
from scaffold.resolver.resolution import FrameworkBuild, Wishes
from scaffold.resolver.specifiers import admits, specifiers, version

CUDNN = re.compile(r"nvidia-cudnn-cu\d+")


def framework_build(
    verdict: BuildVerdict, wishes: Wishes, companions: tuple[str, ...] = ()
) -> FrameworkBuild:
    """The build as an installer is asked for it, with what has to come from the same index."""
    build = verdict.build
    local = _local(build, wishes.framework_spec)
    row = BY_FRAMEWORK[build.framework]
    own_index = f"{row.own_index}/{build.variant}" if local and not build.links else ""
    index = build.index or own_index
    together = [
        f"{text}{build.local}" if build.links and text.startswith(row.named_variant) else text
        for text in companions
        if text.partition("==")[0] in row.beside
    ]
    return FrameworkBuild(
        framework=build.framework,
        version=build.version,
        variant=build.variant,
        cuda=build.cuda or None,
        requirements=(
            f"{build.requirement}{_release(build, wishes.framework_spec, local)}",
            *together,
            *_below(verdict),
        ),
        index_url=index or None,
        find_links=build.links or None,
    )


def _local(build: Build, spec: str) -> str:
    """The part of a version that names its variant (2.4.1+cu121), which PyTorch's own places have.

    A page of links holds all variants side by side, and cu92 is a later version than cu110.
    """
    return f"+{build.variant}" if "+" in spec or (build.links and build.local) else ""


def _release(build: Build, spec: str, local: str) -> str:
    """The release that is installed: the user's own range if it holds one minor release only."""
    exact, release = f"=={build.version}{local}", version(build.version)
    if not spec or local or release.is_prerelease:
        return exact
    major, minor = release.release[:2]
    before = (f"{major}.{minor - 1}.999",) if minor else ()
    if any(admits(spec, one) for one in (*before, f"{major}.{minor + 1}", f"{major + 1}.0")):
        return exact
    pinned = (one.operator in {"==", "==="} and "*" not in one.version for one in specifiers(spec))
    return exact if any(pinned) else f">={major}.{minor},<{major}.{minor + 1}"


def _below(verdict: BuildVerdict) -> list[str]:
    """The requirement that keeps out a cuDNN without code for the cards."""
    if not verdict.cudnn_below:
        return []
    return [f"{cudnn_name(verdict.build)}<{verdict.cudnn_below}"]


def cudnn_name(build: Build) -> str:
    """The distribution that brings cuDNN with a build."""
    for text in build.requires:
        if match := CUDNN.match(text):
            return match[0]
    return f"nvidia-cudnn-cu{build.cuda.partition('.')[0]}"
