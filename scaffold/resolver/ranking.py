"""Which of the builds that fit comes first."""

from dataclasses import replace

from scaffold.catalogue import Build, Catalogue, Companion
from scaffold.resolver.asked import AskedPackage, fits
from scaffold.resolver.builds import BuildVerdict
from scaffold.resolver.machine import Machine
from scaffold.resolver.specifiers import lowest, version
from scaffold.versions import parse_version

CURRENT = ((7, 5), (8, 0), (8, 6), (8, 9), (9, 0), (10, 0), (12, 0))
"""Architectures that today's servers have, for an unknown host."""

COMMON_DRIVER = (525, 60, 13)
"""What a server in use has at least: the floor of CUDA 12 (cuda.toml)."""


def best_first(
    catalogue: Catalogue,
    machine: Machine,
    verdicts: list[BuildVerdict],
    asked: tuple[AskedPackage, ...] = (),
    cuda: str | None = None,
) -> list[BuildVerdict]:
    """The builds that fit, the one to prefer first.

    Of those that suit the machine equally well, only the builds that go with the newest releases of
    the project's packages come first. They suit a machine better whose cuDNN has code for its
    cards; where it comes so without the installer being told, if no cuDNN generation is lost; for
    an unknown host, those that run on most hosts. Of one release the build of the CUDA release
    that the project names comes first.
    """
    fitting = [verdict for verdict in verdicts if not verdict.against]
    if not fitting:
        return []
    top = max(_generation(one) for one in fitting)
    held_back = any(one.cudnn_below and _generation(one) == top for one in fitting)

    def suits(one: BuildVerdict) -> tuple[bool, bool, int, bool]:
        as_made = not held_back or (not one.cudnn_below and _generation(one) == top)
        return (not one.cudnn_doubt, as_made, *_reach(catalogue, machine, one.build))

    best = max(map(suits, fitting))
    first = [one for one in fitting if suits(one) == best]
    rest = [one for one in fitting if suits(one) != best]
    rest.sort(key=lambda one: (suits(one), _newest(one.build, cuda)), reverse=True)
    first = _with_newest(first, asked)
    return [*sorted(first, key=lambda one: _newest(one.build, cuda), reverse=True), *rest]


def _generation(verdict: BuildVerdict) -> int:
    """The major release of a build's cuDNN where it has code for the cards, else 0."""
    least = None if verdict.cudnn_doubt else lowest(verdict.build.cudnn)
    return least.major if least else 0


def _reach(catalogue: Catalogue, machine: Machine, build: Build) -> tuple[int, bool]:
    """On how many hosts a build runs, which counts only if this one is unknown."""
    if machine.known or not build.cuda:
        return (0, True)
    reach = sum(build.has_binary(capability) for capability in CURRENT)
    old_enough = machine.driver is not None or catalogue.floor(build.cuda) <= COMMON_DRIVER
    return (reach, old_enough)


def _newest(build: Build, named: str | None) -> tuple[object, ...]:
    """The newest version last, then wheels that bring CUDA, the default index, newest CUDA."""
    cuda = parse_version(build.cuda) if build.cuda else (0,)
    is_named = build.cuda == named
    return (version(build.version), is_named, build.brings_cuda, build.default, cuda)


def _with_newest(
    verdicts: list[BuildVerdict], asked: tuple[AskedPackage, ...]
) -> list[BuildVerdict]:
    """Only builds that go with the newest release of each package that any of them goes with.

    An old release without bounds would go with every build, and no installer would take it.
    """
    for one in sorted(asked, key=lambda one: _freedom(verdicts, one)):
        verdicts = next(
            filter(None, (_going_with(verdicts, row) for row in one.releases)), verdicts
        )
    return verdicts


def _freedom(verdicts: list[BuildVerdict], asked: AskedPackage) -> int:
    """How many builds the newest release of a package leaves: the tightest one decides first."""
    return len(_going_with(verdicts, asked.releases[0])) if asked.releases else 0


def _going_with(verdicts: list[BuildVerdict], row: Companion) -> list[BuildVerdict]:
    return [
        replace(verdict, pythons=pythons)
        for verdict in verdicts
        if (pythons := tuple(one for one in verdict.pythons if fits(row, verdict.build, one)))
    ]
