"""Several frameworks in one environment: which of their builds share CUDA, cuDNN and the rest."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from scaffold.answers.choices import GpuNeed
from scaffold.catalogue import Build, Catalogue
from scaffold.project.framework import Framework
from scaffold.records import dataclass
from scaffold.resolver.asked import AskedPackage
from scaffold.resolver.builds import BuildVerdict, carries_cuda, judged
from scaffold.resolver.machine import Machine
from scaffold.resolver.ranking import best_first
from scaffold.resolver.resolution import Wishes
from scaffold.resolver.specifiers import by_name, overlap


@dataclass(frozen=True, slots=True)
class Choice:
    """A build, the Python for it, and the builds of further frameworks for the same image."""

    verdict: BuildVerdict
    python: str
    others: tuple[BuildVerdict, ...] = ()


Others = Mapping[Framework, list[BuildVerdict]]


def others_judged(
    catalogue: Catalogue,
    machine: Machine,
    wishes: Wishes,
    specs: Mapping[Framework, str],
    asked: tuple[AskedPackage, ...],
    *,
    on_cpu: bool,
) -> Others:
    """The builds of each further framework that run on the machine, the best first."""
    found = {}
    for framework, spec in specs.items():
        wanted = replace(wishes, framework=framework, framework_spec=spec, cuda=None)
        wanted = replace(wanted, gpu=GpuNeed.NONE) if on_cpu else wanted
        verdicts = [
            one
            for one in judged(catalogue, machine, wanted, asked)
            if one.build.brings_cuda or carries_cuda(wishes)
        ]
        found[framework] = best_first(catalogue, machine, verdicts, asked)
    return found


def choices(fitting: list[BuildVerdict], others: Others) -> Iterator[Choice]:
    """Every combination of the frameworks' builds, the best first."""
    for verdict in fitting:
        for python in verdict.pythons:
            beside = _beside(verdict, python, list(others.values()))
            if beside is not None:
                yield Choice(verdict, python, beside)


def _beside(
    verdict: BuildVerdict, python: str, others: list[list[BuildVerdict]]
) -> tuple[BuildVerdict, ...] | None:
    """The best build of each further framework that shares the environment, None without one."""
    chosen: list[BuildVerdict] = []
    for candidates in others:
        builds = [verdict.build, *(one.build for one in chosen)]
        found = next(
            (
                one
                for one in candidates
                if python in one.pythons and all(share(one.build, build) for build in builds)
            ),
            None,
        )
        if found is None:
            return None
        chosen.append(found)
    return tuple(chosen)


@functools.lru_cache(65536)
def share(one: Build, other: Build) -> bool:
    """Whether two builds can be installed together and load one CUDA and one cuDNN."""
    if one.cuda and other.cuda and one.cuda.partition(".")[0] != other.cuda.partition(".")[0]:
        return False
    return clash(one, other) is None


def clash(one: Build, other: Build) -> tuple[str, str, str] | None:
    """The requirement that two builds do not share, with what each of them asks for."""
    first, second = _needs(one), _needs(other)
    for name in first.keys() & second.keys():
        if not overlap(first[name], second[name]):
            return name, first[name], second[name]
    return None


@functools.lru_cache(4096)
def _needs(build: Build) -> dict[str, str]:
    return by_name(build.requires)
