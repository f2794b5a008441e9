"""Later releases of other packages that are kept out, since they break what was chosen."""

from collections.abc import Iterator
from dataclasses import replace

from scaffold.catalogue import Cap, Catalogue
from scaffold.project.framework_table import DISTRIBUTIONS
from scaffold.resolver.resolution import Decision, Resolution, Wishes
from scaffold.resolver.specifiers import by_name, overlap, version
from scaffold.versions import parse_version


def with_caps(catalogue: Catalogue, wishes: Wishes, found: Resolution) -> Resolution:
    """The resolution with a cap where metadata leaves a release open that breaks a package.

    A pin of the project that a cap would contradict stays, with a warning; so does a Python that
    has no earlier release.
    """
    known = {name for cap in catalogue.caps for name in (cap.package, cap.other)}
    bounds = {name: spec for name, spec in by_name(wishes.packages).items() if name in known}
    # Alternatives for several Pythons have bounds that no release meets: nothing is known of them.
    asked = {name: spec for name, spec in bounds.items() if overlap(spec, "")}
    python = parse_version(found.python)
    decisions: dict[str, Decision] = {}
    warnings: dict[str, str] = {}
    for cap, package in _lowest_first(catalogue, asked, found):
        own, because = asked.get(cap.other, ""), f"{package} {cap.because}"
        if cap.other in bounds.keys() - asked.keys():
            continue
        if not overlap(own, f"<{cap.below}"):
            warnings.setdefault(cap.other, f"the project asks for {cap.other}{own}: {because}")
        elif cap.last_python and python > parse_version(cap.last_python):
            none = f"no {cap.other} below {cap.below} has wheels for Python {found.python}"
            warnings.setdefault(cap.other, f"{because}, and {none}: --python {cap.last_python}")
        elif overlap(own, f">={cap.below}"):
            step = Decision(
                what=cap.other,
                chosen=f"{cap.other}<{cap.below}",
                because=because,
                source=cap.source,
            )
            decisions.setdefault(cap.other, step)
    return replace(
        found,
        caps=tuple(step.chosen for step in decisions.values()),
        decisions=(*found.decisions, *decisions.values()),
        warnings=(*found.warnings, *warnings.values()),
    )


def _lowest_first(
    catalogue: Catalogue, asked: dict[str, str], found: Resolution
) -> list[tuple[Cap, str]]:
    """The caps that hold, each with the package that needs it; the lowest of each other's."""
    return sorted(_needed(catalogue, asked, found), key=lambda one: version(one[0].below))


def _needed(
    catalogue: Catalogue, asked: dict[str, str], found: Resolution
) -> Iterator[tuple[Cap, str]]:
    builds = (found.build, *found.others) if found.build else ()
    chosen = {DISTRIBUTIONS[build.framework]: build.version for build in builds}
    python = parse_version(found.python)
    for cap in catalogue.caps:
        name, first = cap.package, cap.first
        if python < parse_version(cap.python):
            continue
        if name in chosen:
            if not first or version(chosen[name]) < version(first):
                yield cap, f"{name} {chosen[name]}"
        elif name in asked and not (first and overlap(asked[name], f">={first}")):
            yield cap, f"{name}{asked[name]}"
