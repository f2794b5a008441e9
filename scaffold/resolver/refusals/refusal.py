"""Why nothing fits, before any change is tried."""

from scaffold.answers.choices import GpuNeed
from scaffold.catalogue import Catalogue
from scaffold.project.framework import Framework
from scaffold.project.framework_table import DISTRIBUTIONS as NAMES
from scaffold.records import dataclass
from scaffold.resolver.asked import AskedPackage
from scaffold.resolver.builds import BuildVerdict
from scaffold.resolver.machine import Machine
from scaffold.resolver.resolution import Decision, Wishes
from scaffold.resolver.specifiers import admits, pinned, version
from scaffold.resolver.together import Others, clash
from scaffold.versions import dotted


@dataclass(frozen=True, slots=True)
class Refusal:
    """The fact that rules the wish out, its source, and the builds that were judged."""

    fact: str
    source: str
    verdicts: tuple[BuildVerdict, ...] = ()
    asked: tuple[AskedPackage, ...] = ()

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every reason against a build, each fact once."""
        reasons = {
            reason.because: reason
            for verdict in self.verdicts
            for reason in verdict.against.values()
        }
        if not reasons:
            return ()
        text = "every build is ruled out"
        return (
            Decision(
                what="framework build",
                chosen="none",
                because=text,
                source=self.source,
                rejected=tuple(reasons.values()),
            ),
        )


def no_build(
    catalogue: Catalogue,
    machine: Machine,
    wishes: Wishes,
    verdicts: list[BuildVerdict],
    asked: tuple[AskedPackage, ...],
) -> Refusal:
    """No build meets wishes and machine: name the fact nearest to being met."""
    if not verdicts:
        name = NAMES[wishes.framework]
        kind = "CPU build" if wishes.gpu is GpuNeed.NONE else "build with CUDA"
        return Refusal(f"no {kind} of {name} exists for {machine.arch}", "package index")
    nearest = min(verdicts, key=_effort)
    because = "; ".join(reason.because for reason in nearest.against.values())
    build = nearest.build
    found = "on the CPU" if wishes.gpu is GpuNeed.NONE else describe(machine)
    fact = (
        _unknown_package(asked)
        or unknown_version(catalogue, wishes)
        or f"{found}: {build.framework.value} {build.version} {build.variant}: {because}"
    )
    return Refusal(fact, build.source, tuple(verdicts), asked)


def no_environment(fitting: list[BuildVerdict], others: Others) -> Refusal:
    """No builds of the project's frameworks share an environment."""
    mine = fitting[0].build
    for framework, verdicts in others.items():
        name = f"{NAMES[framework]} and {NAMES[mine.framework]}"
        if not verdicts:
            return Refusal(f"{name}: no build of {NAMES[framework]} runs here", mine.source)
        other = verdicts[0].build
        found = clash(mine, other)
        why = f": {found[0]} {found[1]} against {found[2]}" if found else ", or no common Python"
        return Refusal(
            f"{name} share no CUDA and cuDNN: {mine.version} is of CUDA {mine.cuda or 'none'}, "
            f"{other.version} of CUDA {other.cuda or 'none'}{why}",
            f"{mine.source}; {other.source}",
        )
    raise AssertionError("one framework shares its environment with itself")


def _unknown_package(asked: tuple[AskedPackage, ...]) -> str:
    """The message if a package of the project is pinned to a release that never existed."""
    for one in asked:
        if one.missing:
            known = [row.version for row in one.known]
            return f"{one.name} {one.missing} was never released; {_nearest(one.missing, known)}"
    return ""


def unknown_version(catalogue: Catalogue, wishes: Wishes) -> str:
    """The message if no release satisfies the range on any host, else empty."""
    releases = sorted(catalogue.versions(wishes.framework), key=version)
    spec = wishes.framework_spec
    name, pin = NAMES[wishes.framework], pinned(spec)
    if any(admits(_public(spec), release) for release in releases):
        return _unknown_variant(catalogue, wishes, spec.rpartition("+")[2]) if "+" in spec else ""
    if pin and version(releases[0]) < version(pin) < version(releases[-1]):
        return f"{name} {pin} {_kind(pin)}; {_nearest(pin, releases)}"
    return f"the catalogue knows {name} {releases[0]} to {releases[-1]}, none is {spec}"


def _unknown_variant(catalogue: Catalogue, wishes: Wishes, variant: str) -> str:
    """The message if the release was not built for the CUDA that the pin names, else empty."""
    rows = catalogue.builds[wishes.framework]
    there = [row for row in rows if admits(_public(wishes.framework_spec), row.version)]
    variants = list(dict.fromkeys(row.variant for row in there))
    if variant in variants:
        return ""
    release = f"{NAMES[wishes.framework]} {there[-1].version}"
    return f"{release} was not built for {variant}, only {', '.join(sorted(variants))}"


def _kind(pin: str) -> str:
    """Why a pinned version is in no catalogue."""
    parsed = version(pin)
    if parsed.is_devrelease:
        return "is a nightly build, which no catalogue lists"
    return "is a pre-release" if parsed.is_prerelease else "was never released"


def _public(spec: str) -> str:
    """A specifier set without local versions, which only one index has."""
    parts = (part.partition("+")[0] for part in spec.split(","))
    return ",".join(parts)


def _nearest(pin: str, releases: list[str]) -> str:
    """The releases on both sides of one that does not exist."""
    known = sorted(releases, key=version)
    before = [text for text in known if version(text) < version(pin)][-1:]
    after = [text for text in known if version(text) > version(pin)][:1]
    return f"nearest: {' and '.join((*before, *after))}"


def _effort(verdict: BuildVerdict) -> tuple[int, bool, bool, tuple[int, ...]]:
    """Fewest facts against it first, then those that the user can change, the newest first."""
    against = verdict.against
    newest = tuple(-part for part in version(verdict.build.version).release)
    fixed = not against.keys().isdisjoint({"architecture", "branch", "failure"})
    return (len(against), "version" in against, fixed, newest)


def describe(machine: Machine) -> str:
    """The cards and the driver of a host, for a sentence."""
    cards = ", ".join(
        f"{card.name} (compute capability {dotted(card.capability)})"
        if card.capability
        else card.name
        for card in machine.cards
    )
    driver = f"driver {machine.driver_text}" if machine.driver_text else "driver unknown"
    return f"{cards or 'GPU unknown'}, {driver}"


def wish_text(wishes: Wishes) -> str:
    """What is asked for, for a sentence."""
    named = wishes.framework is not Framework.NONE
    parts = [f"{wishes.framework.value}{wishes.framework_spec}"] if named else []
    if wishes.python_spec:
        parts.append(f"Python {wishes.python_spec}")
    if wishes.cuda:
        parts.append(f"CUDA {wishes.cuda}")
    return ", ".join(parts) or "an image without a framework"
