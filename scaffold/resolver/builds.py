"""Which builds of a framework run on a machine, and by which fact the others do not."""

from scaffold.answers.choices import GpuNeed, Stack
from scaffold.catalogue import Build, Catalogue
from scaffold.facts import DescribedHost
from scaffold.project.framework_table import BY_FRAMEWORK
from scaffold.records import dataclass
from scaffold.resolver.asked import AskedPackage, needed_of
from scaffold.resolver.card_rules import (
    against_branch,
    against_code,
    cudnn_cap,
    cudnn_doubt,
    known_failure,
)
from scaffold.resolver.machine import Machine, machine_of
from scaffold.resolver.resolution import Rejected, Wishes, asks_for
from scaffold.resolver.specifiers import admits, some_patch
from scaffold.versions import dotted, parse_version


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildVerdict:
    """A build, the Pythons that suit it, and the facts that rule it out by kind.

    It fits if no fact rules it out. `cudnn_below` is the release of cuDNN from which on an
    installer has to leave it out for the cards, `cudnn_doubt` says that the cuDNN of the build
    has no code for one of them.
    """

    build: Build
    pythons: tuple[str, ...]
    against: dict[str, Rejected]
    cudnn_below: str = ""
    cudnn_doubt: str = ""


def judged(
    catalogue: Catalogue, machine: Machine, wishes: Wishes, asked: tuple[AskedPackage, ...] = ()
) -> list[BuildVerdict]:
    """Every build of the framework for the machine's CPU, with what rules it out."""
    on_cpu = wishes.gpu is GpuNeed.NONE
    return [
        judge(catalogue, machine, wishes, row, asked)
        for row in catalogue.builds_for(wishes.framework, machine.arch, cpu=on_cpu)
    ]


def judge(
    catalogue: Catalogue,
    machine: Machine,
    wishes: Wishes,
    build: Build,
    asked: tuple[AskedPackage, ...] = (),
) -> BuildVerdict:
    """Hold one build against the wishes and the machine."""
    against: dict[str, str] = {}
    if not in_range(build, wishes):
        against["version"] = asks_for(wishes.by.framework, wishes.framework_spec)
    found = pythons(catalogue, build.python, wishes.python_spec)
    if not found:
        span, asked_for = _span(build.python), wishes.python_spec
        against["python"] = (
            f"it exists for Python {span}{f', not {asked_for}' if asked_for else ''}"
        )
    together = tuple(python for python in found if _all_fit(asked, build, python))
    if found and not together:
        against["companion"] = _against_packages(asked, build, found)
    if build.cuda:
        against |= _against_machine(catalogue, machine, wishes, build)
        named = wishes.framework_spec or any(one.spec for one in asked)
        if not (build.brings_cuda or carries_cuda(wishes) or named):
            against["image"] = "it needs CUDA in the image"
    return BuildVerdict(
        build=build,
        pythons=together,
        against={
            kind: Rejected(title(build), text, build.source) for kind, text in against.items()
        },
        cudnn_below=cudnn_cap(catalogue, machine, build) if build.cuda else "",
        cudnn_doubt=cudnn_doubt(catalogue, machine, build) if build.cuda else "",
    )


def _against_machine(
    catalogue: Catalogue, machine: Machine, wishes: Wishes, build: Build
) -> dict[str, str]:
    against = {}
    if wishes.cuda and not _same_major(wishes.cuda, build.cuda):
        against["cuda"] = asks_for(wishes.by.cuda, f"CUDA {wishes.cuda}")
    floor = catalogue.floor(build.cuda)
    if machine.driver and machine.driver < floor:
        against["driver"] = f"CUDA {build.cuda} needs driver {dotted(floor)} or newer"
    for card in machine.cards:
        if text := against_code(catalogue, machine, card, build):
            against["architecture"] = text
        if failure := known_failure(catalogue, machine, card, build):
            against["failure"] = failure.because
        if text := against_branch(catalogue, machine, card):
            against["branch"] = text
    return against


def carries_cuda(wishes: Wishes) -> bool:
    """Whether the image itself has to hold CUDA; wheels bring their own libraries."""
    return wishes.nvcc or wishes.stack is Stack.CUDA


def _all_fit(asked: tuple[AskedPackage, ...], build: Build, python: str) -> bool:
    return all(one.fitting(build, python) for one in asked)


def _against_packages(asked: tuple[AskedPackage, ...], build: Build, found: tuple[str, ...]) -> str:
    """Which of the project's packages has no release for the build, and what it asks for."""
    for one in asked:
        if one.missing:
            return f"{one.name} {one.missing} was never released"
        if not any(one.fitting(build, python) for python in found):
            return f"it does not go with {one.text}{_bound(one, build)}"
    texts = " and ".join(one.text for one in asked)
    return f"{texts} have no Python in common with it"


def _bound(one: AskedPackage, build: Build) -> str:
    """What a package asks of the framework, or the framework of the package, for a sentence."""
    if mine := needed_of(build, one.name):
        return f": it asks for {one.name}{mine}"
    needs = {text for row in one.releases for text in row.needs.values()}
    return f", which asks for {needs.pop()}" if len(needs) == 1 else ""


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
    local = f"+{build.variant}" if BY_FRAMEWORK[build.framework].own_index else ""
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
    return machine_of(catalogue, DescribedHost(architecture=arch))
