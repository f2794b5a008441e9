"""Which builds of a framework run on a machine, and by which fact the others do not."""

from dataclasses import dataclass

from scaffold.answers.model import GpuNeed
from scaffold.catalogue import Build, Catalogue
from scaffold.facts import HostFacts
from scaffold.project.facts import Framework
from scaffold.resolver.asked import AskedPackage
from scaffold.resolver.card_rules import (
    against_branch,
    against_code,
    against_cudnn,
    cudnn_cap,
    known_failure,
)
from scaffold.resolver.machine import Machine, machine_of
from scaffold.resolver.resolution import Rejected, Wishes
from scaffold.resolver.specifiers import admits, lowest, some_patch, version
from scaffold.versions import dotted, parse_version

CURRENT = ((7, 5), (8, 0), (8, 6), (8, 9), (9, 0), (10, 0), (12, 0))
"""Architectures that today's servers have, for a host that nobody could look at."""

COMMON_DRIVER = (525, 60, 13)
"""What a server in use has at least: the floor of CUDA 12 (cuda.toml)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A build, the Pythons that suit it, and the facts that rule it out by kind.

    It fits where there is none. `cudnn_below` is the cuDNN that the cards need to be kept out.
    """

    build: Build
    pythons: tuple[str, ...]
    against: dict[str, Rejected]
    cudnn_below: str = ""


def judged(
    catalogue: Catalogue, machine: Machine, wishes: Wishes, asked: tuple[AskedPackage, ...] = ()
) -> list[Verdict]:
    """Every build of the framework for the machine's CPU, with what speaks against it."""
    on_cpu = wishes.gpu is GpuNeed.NONE
    return [
        judge(catalogue, machine, wishes, row, asked)
        for row in catalogue.builds[wishes.framework]
        if row.arch == machine.arch and (row.variant == "cpu") == on_cpu
    ]


def judge(
    catalogue: Catalogue,
    machine: Machine,
    wishes: Wishes,
    build: Build,
    asked: tuple[AskedPackage, ...] = (),
) -> Verdict:
    """Hold one build against the wishes and the machine."""
    against: dict[str, str] = {}
    if not in_range(build, wishes):
        against["version"] = f"the project asks for {wishes.framework_spec}"
    found = pythons(catalogue, build.python, wishes.python_spec)
    if not found:
        against["python"] = f"it exists for Python {_span(build.python)}, not {wishes.python_spec}"
    together = tuple(python for python in found if _all_fit(asked, build, python))
    if found and not together:
        against["companion"] = _against_packages(asked, build, found)
    if build.cuda:
        against |= _against_machine(catalogue, machine, wishes, build)
    return Verdict(
        build,
        together,
        {kind: Rejected(title(build), text, build.source) for kind, text in against.items()},
        cudnn_cap(catalogue, machine, build) if build.cuda else "",
    )


def _against_machine(
    catalogue: Catalogue, machine: Machine, wishes: Wishes, build: Build
) -> dict[str, str]:
    against = {}
    if wishes.cuda and not _same_major(wishes.cuda, build.cuda):
        against["cuda"] = f"the project names CUDA {wishes.cuda}"
    floor = catalogue.floor(build.cuda)
    if machine.driver and machine.driver < floor:
        against["driver"] = f"CUDA {build.cuda} needs driver {dotted(floor)} or newer"
    for card in machine.cards:
        if text := against_code(catalogue, machine, card, build):
            against["architecture"] = text
        if text := against_cudnn(catalogue, card, build):
            against["cudnn"] = text
        if failure := known_failure(catalogue, machine, card, build):
            against["failure"] = f"{card.name}: {failure.because}"
        if text := against_branch(catalogue, machine, card):
            against["branch"] = text
    return against


def _all_fit(asked: tuple[AskedPackage, ...], build: Build, python: str) -> bool:
    return all(one.fitting(build, python) for one in asked)


def _against_packages(asked: tuple[AskedPackage, ...], build: Build, found: tuple[str, ...]) -> str:
    """Which of the project's packages has no release for the build, and what it asks for."""
    for one in asked:
        if one.missing:
            return f"{one.name} {one.missing} was never released"
        if not any(one.fitting(build, python) for python in found):
            needs = {text for row in one.releases for text in row.needs.values()}
            bound = f", which asks for {needs.pop()}" if len(needs) == 1 else ""
            return f"it does not go with {one.text}{bound}"
    texts = " and ".join(one.text for one in asked)
    return f"{texts} have no Python in common with it"


def title(build: Build) -> str:
    """A build as people name it."""
    return f"{build.framework.value} {build.version} {build.variant}"


def _span(known: tuple[str, ...]) -> str:
    return known[0] if len(known) == 1 else f"{known[0]} to {known[-1]}"


def _same_major(wish: str, cuda: str) -> bool:
    try:
        return parse_version(wish)[0] == parse_version(cuda)[0]
    except ValueError:
        return True


def in_range(build: Build, wishes: Wishes) -> bool:
    """Whether the build satisfies the version that is asked for.

    PyTorch's own index names the variant in the version, so a pin may do so: `2.4.1+cu121`.
    """
    local = f"+{build.variant}" if build.framework is Framework.PYTORCH else ""
    return admits(wishes.framework_spec, build.version + local)


def pythons(catalogue: Catalogue, built: tuple[str, ...] | None, spec: str) -> tuple[str, ...]:
    """The Python releases that a build exists for and the project allows, the best first."""
    return tuple(
        row.python
        for row in catalogue.python_images
        if (built is None or row.python in built) and some_patch(spec, row.python)
    )


def anywhere(catalogue: Catalogue, arch: str = "x86_64") -> Machine:
    """A machine of which nothing is asked, for builds that need no GPU."""
    return machine_of(catalogue, HostFacts(architecture=arch))


def preference(catalogue: Catalogue, machine: Machine, verdict: Verdict) -> tuple[object, ...]:
    """Sort key, the best last: the newest version, then the default index, then newest CUDA.

    For a host that nobody could look at, what runs on most hosts comes before what is new.
    """
    build = verdict.build
    cuda = parse_version(build.cuda) if build.cuda else (0,)
    newest = (version(build.version), build.brings_cuda, build.default, cuda)
    if machine.known or not build.cuda:
        return newest
    reach = sum(build.has_binary(capability) for capability in CURRENT)
    old_enough = machine.driver is not None or catalogue.floor(build.cuda) <= COMMON_DRIVER
    return (reach, old_enough, *newest)


def best_first(catalogue: Catalogue, machine: Machine, verdicts: list[Verdict]) -> list[Verdict]:
    """The builds that fit, the one to prefer first.

    A build whose own requirements bring a cuDNN for the card comes before one that needs the
    installer to be told, where both are of the same cuDNN generation.
    """
    fitting = [verdict for verdict in verdicts if not verdict.against]
    fitting.sort(key=lambda verdict: preference(catalogue, machine, verdict), reverse=True)
    if not fitting or not fitting[0].cudnn_below:
        return fitting
    generation = _generation(fitting[0].build)
    as_made = [
        one
        for one in fitting
        if not one.cudnn_below and one.build.cudnn and _generation(one.build) == generation
    ]
    return [*as_made, *(one for one in fitting if one not in as_made)]


def _generation(build: Build) -> int:
    """The major release of the build's cuDNN, 0 where unknown."""
    least = lowest(build.cudnn)
    return least.major if least else 0
