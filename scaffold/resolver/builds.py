"""Which builds of a framework run on a machine, and by which fact the others do not."""

from dataclasses import dataclass

from packaging.specifiers import SpecifierSet
from packaging.version import Version as Pep440

from scaffold.answers.model import GpuNeed
from scaffold.catalogue import Build, Catalogue
from scaffold.facts import HostFacts
from scaffold.project.facts import Framework
from scaffold.resolver.machine import Card, Machine, machine_of
from scaffold.resolver.resolution import Rejected, Wishes
from scaffold.versions import dotted, parse_version

CURRENT = ((7, 5), (8, 0), (8, 6), (8, 9), (9, 0), (10, 0), (12, 0))
"""Architectures that today's servers have, for a host that nobody could look at."""

COMMON_DRIVER = (525, 60, 13)
"""What a server in use has at least: the floor of CUDA 12 (cuda.toml)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A build with the facts that rule it out, by kind; it fits where there is none."""

    build: Build
    against: dict[str, Rejected]


def judge(catalogue: Catalogue, machine: Machine, wishes: Wishes, build: Build) -> Verdict:
    """Hold one build against the wishes and the machine."""
    against: dict[str, Rejected] = {}

    def reject(kind: str, because: str) -> None:
        against[kind] = Rejected(_title(build), because, build.source)

    if not _in_range(build, wishes):
        reject("version", f"the project asks for {wishes.framework_spec}")
    if not pythons(catalogue, build, wishes.python_spec):
        oldest, newest = build.python
        reject("python", f"it exists for Python {oldest} to {newest}, not {wishes.python_spec}")
    if wishes.cuda and not _same_major(wishes.cuda, build.cuda):
        reject("cuda", f"the project names CUDA {wishes.cuda}")
    floor = catalogue.floor(build.cuda)
    if machine.driver and machine.driver < floor:
        reject("driver", f"CUDA {build.cuda} needs driver {dotted(floor)} or newer")
    for card in machine.cards:
        if because := _against_card(catalogue, machine, card, build):
            reject("architecture", because)
        if because := against_branch(catalogue, machine, card):
            reject("branch", because)
    if not machine.cards and machine.aarch64 and not (build.aarch64_sm or build.aarch64_ptx):
        reject("architecture", "it does not exist for aarch64")
    return Verdict(build, against)


def judge_for_cpu(catalogue: Catalogue, wishes: Wishes) -> list[Verdict]:
    """Hold every build's release against the wishes alone: its CPU variant runs anywhere."""
    free = Wishes(wishes.framework, wishes.framework_spec, wishes.python_spec, gpu=GpuNeed.NONE)
    machine = anywhere(catalogue)
    return [judge(catalogue, machine, free, row) for row in catalogue.builds[wishes.framework]]


def anywhere(catalogue: Catalogue) -> Machine:
    """A machine of which nothing is asked, for builds that need no GPU."""
    return machine_of(catalogue, HostFacts(architecture="x86_64"))


def _against_card(catalogue: Catalogue, machine: Machine, card: Card, build: Build) -> str:
    """Why a build holds nothing that the card can run, or an empty text."""
    if card.capability is None or build.has_binary(card.capability, aarch64=machine.aarch64):
        return ""
    if not build.has_ptx(card.capability, aarch64=machine.aarch64):
        return f"it holds no code for compute capability {dotted(card.capability)}"
    # Minor version compatibility does not cover PTX: CUDA compatibility guide, limitations.
    needed = catalogue.toolkit_driver(build.cuda)
    if machine.driver and machine.driver < needed:
        return f"its PTX needs driver {dotted(needed)} or newer on this card"
    return ""


def against_branch(catalogue: Catalogue, machine: Machine, card: Card) -> str:
    """Why the driver itself cannot drive the card: too new for an old one, or too old."""
    row = catalogue.architecture(dotted(card.capability)) if card.capability else None
    if row is None or machine.driver is None or machine.jetson:
        return ""
    if row.last_branch and machine.driver[0] > row.last_branch:
        return f"driver branch {row.last_branch} is the last that drives {row.name} cards"
    if machine.cuda and machine.cuda < parse_version(row.first_cuda):
        return f"{row.name} cards need a driver that reports CUDA {row.first_cuda} or newer"
    return ""


def _title(build: Build) -> str:
    return f"{build.framework.value} {build.version} {build.variant}"


def _same_major(wish: str, cuda: str) -> bool:
    try:
        return parse_version(wish)[0] == parse_version(cuda)[0]
    except ValueError:
        return True


def _in_range(build: Build, wishes: Wishes) -> bool:
    """Whether some patch release of the row's X.Y can satisfy the specifier.

    PyTorch's own index names the variant in the version, so a pin may do so: `2.4.1+cu121`.
    """
    if not wishes.framework_spec:
        return True
    specifiers = SpecifierSet(wishes.framework_spec)
    variant = "cpu" if wishes.gpu is GpuNeed.NONE else build.variant
    local = f"+{variant}" if build.framework is Framework.PYTORCH else ""
    return any(
        specifiers.contains(Pep440(f"{build.version}.{patch}{local}"), prereleases=True)
        for patch in range(30)
    )


def pythons(catalogue: Catalogue, build: Build | None, spec: str) -> list[str]:
    """The Python releases that suit build and project, the one to prefer first."""
    known = [row.python for row in catalogue.python_images]
    if build:
        low, high = (parse_version(text) for text in build.python)
        known = [text for text in known if low <= parse_version(text) <= high]
    if not spec:
        return known
    specifiers = SpecifierSet(spec)
    return [
        text for text in known if any(specifiers.contains(f"{text}.{patch}") for patch in range(40))
    ]


def preference(catalogue: Catalogue, machine: Machine, build: Build) -> tuple[object, ...]:
    """Sort key, the best last: the newest version, then the default index, then newest CUDA.

    For a host that nobody could look at, what runs on most hosts comes before what is new.
    """
    newest = (Pep440(build.version), build.default, parse_version(build.cuda))
    if machine.known:
        return newest
    reach = sum(build.has_binary(cc, aarch64=machine.aarch64) for cc in CURRENT)
    old_enough = machine.driver is not None or catalogue.floor(build.cuda) <= COMMON_DRIVER
    return (reach, old_enough, *newest)


def preference_of_cpu(build: Build) -> tuple[int, ...]:
    """Sort key for builds whose CUDA does not matter: the newest version last."""
    return tuple(int(part) for part in build.version.split("."))
