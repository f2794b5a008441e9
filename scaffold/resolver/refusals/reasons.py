"""Why a build and a Python were chosen, and what is doubtful about them."""

from collections.abc import Iterable

from scaffold.catalogue import Companion
from scaffold.project.framework_table import DISTRIBUTIONS as NAMES
from scaffold.resolver.builds import BuildVerdict, title
from scaffold.resolver.installing import cudnn_name
from scaffold.resolver.machine import Machine
from scaffold.resolver.resolution import Decision, Rejected, Wishes, asks_for
from scaffold.resolver.together import Choice
from scaffold.versions import dotted, parse_version


def build_decisions(
    machine: Machine, verdicts: list[BuildVerdict], fitting: list[BuildVerdict], choice: Choice
) -> tuple[Decision, ...]:
    """The framework's build, the cuDNN that is held back for a card, further frameworks."""
    build = choice.verdict.build
    name = NAMES[build.framework]
    because = _why(machine, len(fitting)) if build.cuda else ON_CPU
    chosen = f"{name} {build.version} ({build.variant})"
    rejected = tuple(_rejected(verdicts, build.version)) if build.cuda else ()
    steps = [
        Decision(
            what="framework build",
            chosen=chosen,
            because=because,
            source=f"{build.source} ({build.doubt})" if build.doubt else build.source,
            rejected=rejected,
        )
    ]
    if below := choice.verdict.cudnn_below:
        steps.append(_cudnn_decision(machine, choice.verdict, below))
    return (*steps, *(_other_decision(other, choice.verdict) for other in choice.others))


ON_CPU = "no GPU is asked for, and the CPU build is gigabytes smaller"


def _why(machine: Machine, count: int) -> str:
    if not machine.known:
        why = "it runs on the widest range of drivers and cards: not all of the host is known"
    else:
        names = ", ".join(dict.fromkeys(card.name for card in machine.cards))
        why = f"it is the newest that driver {machine.driver_text} and {names} can run"
    return f"{why} ({count} builds fit)" if count > 1 else why


def _rejected(verdicts: list[BuildVerdict], chosen: str) -> list[Rejected]:
    """The reasons against builds, each fact once: a list of all would hide them."""
    seen: dict[str, Rejected] = {}
    for verdict in sorted(verdicts, key=lambda one: len(one.against)):
        for reason in verdict.against.values():
            seen.setdefault(reason.because, reason)
    return [reason for reason in seen.values() if reason.option != chosen]


def _cudnn_decision(machine: Machine, verdict: BuildVerdict, below: str) -> Decision:
    names = ", ".join(dict.fromkeys(card.name for card in machine.cards))
    return Decision(
        what="cuDNN",
        chosen=f"{cudnn_name(verdict.build)}<{below}",
        because=f"cuDNN {below} and later have no code for {names}",
        source="cuDNN support matrix",
    )


def _other_decision(other: BuildVerdict, mine: BuildVerdict) -> Decision:
    build = other.build
    shared = f"it shares CUDA and cuDNN with {NAMES[mine.build.framework]} {mine.build.version}"
    alone = f"no GPU build of it shares the environment of {title(mine.build)}"
    return Decision(
        what="further framework",
        chosen=f"{NAMES[build.framework]} {build.version} ({build.variant})",
        because=shared if build.cuda else alone,
        source=build.source,
    )


def python_decision(python: str, wishes: Wishes) -> Decision:
    """Why this Python."""
    spec = wishes.python_spec
    asked = asks_for(wishes.by.python, spec)
    because = asked if spec else "it has the best package availability"
    return Decision(
        what="Python", chosen=python, because=because, source="package index, wheel metadata"
    )


UNVERIFIED = "unverified; once the container runs, test it with scaffold verify"


def build_notes(
    machine: Machine, choice: Choice, beside: Iterable[Companion] = ()
) -> tuple[str, ...]:
    """What is not known of the host, doubtful about the build, or costs time at its start."""
    build = choice.verdict.build
    said = [*machine.unknown, *machine.notes]
    said += [f"{title(build)}: {UNVERIFIED}"] if build.doubt or not build.verified else []
    said += [
        f"{title(build)}: its PTX is compiled for {card.name} at the first start, "
        "which takes minutes"
        for card in machine.cards
        if card.capability and not build.has_binary(card.capability)
    ]
    said += [
        f"{row.name} {row.version} needs a GPU of compute capability {row.capability} or newer: "
        f"it fails on {card.name} ({dotted(card.capability)})"
        for row in beside
        for card in machine.cards
        if row.capability and card.capability and card.capability < parse_version(row.capability)
    ]
    if choice.verdict.cudnn_doubt:
        said.append(f"{title(build)}: {choice.verdict.cudnn_doubt}")
    if choice.verdict.cudnn_below:
        said.append(f"cuDNN is held below {choice.verdict.cudnn_below} for the cards of this host")
    said += [
        f"{NAMES[other.build.framework]} {other.build.version} runs on the CPU next to "
        f"{NAMES[build.framework]} {build.version}: no GPU build of it shares CUDA and cuDNN"
        for other in choice.others
        if not other.build.cuda
    ]
    return tuple(said)
