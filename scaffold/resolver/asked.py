"""What a project asks for besides its framework: packages whose releases bind a framework."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scaffold.catalogue import Build, Catalogue, Companion
from scaffold.project.framework import Framework
from scaffold.project.framework_table import DISTRIBUTIONS, ROWS
from scaffold.resolver.resolution import Wishes
from scaffold.resolver.specifiers import admits, pinned, requirement, version

FRAMEWORKS = {name: row.framework for row in ROWS for name in row.bound}
"""The distribution that other packages bind, by framework."""


@dataclass(frozen=True, kw_only=True)
class AskedPackage:
    """A package of the project, and its releases that the project's own bounds admit."""

    text: str
    spec: str
    name: str
    releases: tuple[Companion, ...]
    known: tuple[Companion, ...]

    def fitting(self, build: Build, python: str) -> Companion | None:
        """The newest release that goes with a build on a Python."""
        return next((row for row in self.releases if fits(row, build, python)), None)

    @cached_property
    def missing(self) -> str:
        """The release that is pinned and was never published, empty if there is none."""
        pin = pinned(self.spec)
        newest = max(version(row.version) for row in self.known)
        return pin if pin and not self.releases and version(pin) < newest else ""


def fits(row: Companion, build: Build, python: str) -> bool:
    """Whether a release of a package goes with a build on a Python."""
    needed = row.needs.get(DISTRIBUTIONS[build.framework], "")
    return (
        admits(needed, build.version)
        and (not row.python or python in row.python)
        and (not row.arch or build.arch in row.arch)
        and (not row.cuda or not build.cuda or row.cuda == build.cuda.partition(".")[0])
    )


def asked_packages(catalogue: Catalogue, wishes: Wishes) -> tuple[AskedPackage, ...]:
    """The packages of the project that bind a framework, pins first: they decide the most."""
    own = DISTRIBUTIONS.get(wishes.framework)
    all_asked = (_asked(catalogue, text) for text in wishes.packages)
    found = [asked for asked in all_asked if asked and asked.name != own]
    return tuple(sorted(found, key=lambda asked: (not pinned(asked.spec), asked.name)))


def _asked(catalogue: Catalogue, text: str) -> AskedPackage | None:
    parsed = requirement(text)
    if parsed is None:
        return None
    name, spec = parsed
    known = catalogue.companions(name)
    if not known:
        return None
    return AskedPackage(
        text=f"{name}{spec}", spec=spec, name=name, releases=_newest_first(known, spec), known=known
    )


def _newest_first(rows: Iterable[Companion], spec: str) -> tuple[Companion, ...]:
    """The releases that a specifier admits; a pre-release only where no other one is left."""
    admitted = [row for row in rows if admits(spec, row.version)]
    final = [row for row in admitted if not version(row.version).is_prerelease]
    return tuple(sorted(final or admitted, key=lambda row: version(row.version), reverse=True))


def other_frameworks(wishes: Wishes) -> dict[Framework, str]:
    """Further frameworks among the project's packages, with their specifiers."""
    found: dict[Framework, str] = {}
    for text in wishes.packages:
        parsed = requirement(text)
        framework = FRAMEWORKS.get(parsed[0]) if parsed else None
        if parsed and framework and framework is not wishes.framework:
            found[framework] = parsed[1]
    return found
