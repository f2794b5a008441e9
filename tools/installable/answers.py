"""The resolver's answer for each build of the catalogue, for a host on which it chooses it."""

from collections.abc import Iterator
from dataclasses import replace

from scaffold.answers.choices import GpuNeed
from scaffold.catalogue import Build, load_catalogue
from scaffold.facts import Gpu, HostFacts
from scaffold.project.framework import Framework
from scaffold.project.framework_table import BY_FRAMEWORK
from scaffold.resolver.refusals.refusal import Refusal
from scaffold.resolver.resolution import Resolution, Wishes
from scaffold.resolver.resolving import decide
from scaffold.resolver.specifiers import version
from scaffold.versions import dotted

KNOWN = load_catalogue()
BESIDE = {
    Framework.PYTORCH: ("torchvision", "torchaudio"),
    Framework.TENSORFLOW: ("tf-keras",),
    Framework.JAX: ("flax",),
}
"""Packages that most projects of a framework have, to be resolved with it."""


def answers() -> Iterator[tuple[Build, Resolution | str]]:
    """The resolver's answer for each build, or the reason that no host gets the build.

    Builds with CUDA come first, since a trial may be stopped.
    """
    rows = [row for builds in KNOWN.builds.values() for row in builds]
    for build in sorted(rows, key=_order):
        yield build, answer_for(build)


def _order(row: Build) -> tuple[object, ...]:
    return (not row.cuda, row.arch, row.framework.value, row.variant, version(row.version))


def answer_for(build: Build) -> Resolution | str:
    """The resolver's answer for the first host and wishes on which it chooses a build."""
    reason = "the resolver prefers another build of the release"
    for wishes in wishes_for(build):
        for host in hosts_for(build):
            found = decide(KNOWN, host, wishes)
            if isinstance(found, Refusal):
                reason = found.fact.partition(": ")[2] or found.fact
            elif _is(build, found):
                return found
    return reason


def _is(build: Build, found: Resolution) -> bool:
    chosen = found.build
    return chosen is not None and (chosen.variant, chosen.version) == (build.variant, build.version)


def wishes_for(build: Build) -> Iterator[Wishes]:
    """The release with the packages that most projects have, the release alone, the variant."""
    gpu = GpuNeed.REQUIRED if build.cuda else GpuNeed.NONE
    alone = Wishes(framework=build.framework, framework_spec=f"=={build.version}", gpu=gpu)
    yield replace(alone, packages=BESIDE.get(build.framework, ()))
    yield alone
    if BY_FRAMEWORK[build.framework].own_index:
        yield replace(alone, framework_spec=f"=={build.version}+{build.variant}")


def hosts_for(build: Build) -> Iterator[HostFacts]:
    """Hosts that a build suits, its newest card first.

    On the newest driver of a card the resolver may prefer another build of the release, which
    it cannot on the oldest one that runs the build.
    """
    if not build.cuda:
        yield HostFacts(name="described", architecture=build.arch)
        return
    for capability in sorted(build.sm, key=version, reverse=True):
        gpu = Gpu(name="a card", compute_capability=capability.rstrip("a"))
        for driver in _drivers(build, capability.rstrip("a")):
            yield HostFacts(
                name="described", architecture=build.arch, driver_version=driver, gpus=(gpu,)
            )


def _drivers(build: Build, capability: str) -> tuple[str, ...]:
    """The newest driver of a card, and the oldest that runs a build."""
    row = KNOWN.architecture(capability)
    newest = (row.last_branch if row else 0) or max(one.branch for one in KNOWN.branches)
    return f"{newest}.999", dotted(KNOWN.floor(build.cuda))
