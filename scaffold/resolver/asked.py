"""What a project asks for besides its framework: packages whose releases bind a framework."""

import functools
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from scaffold.catalogue import Build, Catalogue, Companion
from scaffold.project.framework import Framework
from scaffold.project.framework_table import DISTRIBUTIONS, ROWS
from scaffold.records import dataclass
from scaffold.resolver.resolution import Wishes
from scaffold.resolver.specifiers import (
    admits,
    by_name,
    lowest,
    overlap,
    pinned,
    requirement,
    version,
)

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

    def fitting(self, build: Build, python: str, spec: str = "") -> Companion | None:
        """The newest release that goes with a build on a Python, and is in a range.

        If a release ends before the build, an older one without bounds does not go with it either.
        """
        for row in self.releases:
            if admits(spec, row.version) and fits(row, build, python):
                return row
            if _ends_before(row, build):
                return None
        return None

    @cached_property
    def missing(self) -> str:
        """The release that is pinned and was never published, empty if there is none."""
        pin = pinned(self.spec)
        newest = max(version(row.version) for row in self.known)
        return pin if pin and not self.releases and version(pin) < newest else ""


def fits(row: Companion, build: Build, python: str) -> bool:
    """Whether a release of a package goes with a build on a Python, and the build with it."""
    needed = row.needs.get(DISTRIBUTIONS[build.framework], "")
    return (
        admits(needed, build.version)
        and admits(needed_of(build, row.name), row.version)
        and all(overlap(spec, needed_of(build, name)) for name, spec in row.needs.items())
        and (not row.cudnn or not build.cudnn or overlap(row.cudnn, build.cudnn))
        and (not row.python or python in row.python)
        and (not row.arch or build.arch in row.arch)
        and (not row.cuda or not build.cuda or row.cuda == build.cuda.partition(".")[0])
    )


def _ends_before(row: Companion, build: Build) -> bool:
    """Whether the bounds of a release exclude a build because it is too new."""
    needed = row.needs.get(DISTRIBUTIONS[build.framework], "")
    if not any(mark in needed for mark in UPPER) or admits(needed, build.version):
        return False
    least = lowest(needed)
    return least is None or version(build.version) > least


UPPER = ("<", "==", "~=")
"""Operators that end a range."""


@functools.lru_cache(4096)
def needed_of(build: Build, name: str) -> str:
    """The releases of a package that a build asks for: torch of triton, TensorFlow of keras."""
    parsed = (requirement(text) for text in build.requires if text.lower().startswith(name))
    return ",".join(spec for found, spec in filter(None, parsed) if found == name)


def asked_packages(catalogue: Catalogue, wishes: Wishes) -> tuple[AskedPackage, ...]:
    """The packages of the project that bind a framework, pins first: they decide the most."""
    own = DISTRIBUTIONS.get(wishes.framework)
    all_asked = (_asked(catalogue, text) for text in wishes.packages)
    found = [asked for asked in all_asked if asked and asked.name != own]
    return tuple(sorted(found, key=lambda asked: (not pinned(asked.spec), asked.name)))


def with_parts(catalogue: Catalogue, wishes: Wishes) -> Wishes:
    """The wishes with the version that a part of the framework is pinned to: jaxlib of JAX.

    jaxlib has the version of the JAX that it is released with.
    """
    if wishes.framework is not Framework.JAX or wishes.framework_spec:
        return wishes
    found = [parsed for text in wishes.packages if (parsed := requirement(text))]
    spec = ",".join(spec for name, spec in found if name == "jaxlib" and spec)
    known = any(admits(spec, release) for release in catalogue.versions(Framework.JAX))
    return replace(wishes, framework_spec=spec) if known else wishes


def _asked(catalogue: Catalogue, text: str) -> AskedPackage | None:
    parsed = requirement(text)
    if parsed is None:
        return None
    name, spec = parsed
    known = catalogue.companions(name)
    if not known:
        return _by_its_name(text, name)
    return AskedPackage(
        text=f"{name}{spec}", spec=spec, name=name, releases=_newest_first(known, spec), known=known
    )


CUDA_IN_NAME = r"(?!nvidia-(?!dali)).+-cu(?:da)?(1\d)\d?x?(?:-plugin|-pjrt)?"
"""How a package names the CUDA that it is built for: `cudf-cu12`, `mxnet-cu112`, `cupy-cuda13x`.

NVIDIA's own libraries are left out: a list that pip froze may hold some that nothing uses.
"""

BY_NAME = "the CUDA release in the package's name"


def _by_its_name(text: str, name: str) -> AskedPackage | None:
    """A package of which only the major release of CUDA is known, from its name."""
    match = re.fullmatch(CUDA_IN_NAME, name)
    if not match:
        return None
    row = Companion(source=BY_NAME, doubt="", name=name, version="0", needs={}, cuda=match[1])
    return AskedPackage(text=text, spec="", name=name, releases=(row,), known=(row,))


def _newest_first(rows: Iterable[Companion], spec: str) -> tuple[Companion, ...]:
    """The releases that a specifier admits; a pre-release only where no other one is left."""
    exact = pinned(spec)
    admitted = [row for row in rows if admits(spec, row.version) and (exact or not row.yanked)]
    final = [row for row in admitted if not version(row.version).is_prerelease]
    return tuple(sorted(final or admitted, key=lambda row: version(row.version), reverse=True))


def releases_beside(asked: tuple[AskedPackage, ...], build: Build, python: str) -> list[Companion]:
    """The releases of the packages that go with a build, and as far as they can with each other."""
    found = [one.fitting(build, python) for one in asked]
    wanted = by_name(f"{name}{spec}" for row in found if row for name, spec in row.needs.items())
    again = [one.fitting(build, python, wanted.get(one.name, "")) for one in asked]
    rows = map(lambda new, old: new or old, again, found)
    return [row for row in rows if row and row.source != BY_NAME]


def contradiction(asked: tuple[AskedPackage, ...]) -> str:
    """What a pinned package asks of another pinned one in vain, empty if nothing."""
    pins = {one.name: pinned(one.spec) for one in asked if pinned(one.spec)}
    for one in asked:
        for row in one.releases if one.name in pins else ():
            for name, spec in row.needs.items():
                if name in pins and not admits(spec, pins[name]):
                    return f"{one.name}=={row.version} asks for {name}{spec}, not {pins[name]}"
    return ""


def other_frameworks(wishes: Wishes) -> dict[Framework, str]:
    """Further frameworks among the project's packages, with their specifiers."""
    found: dict[Framework, str] = {}
    for text in wishes.packages:
        parsed = requirement(text)
        framework = FRAMEWORKS.get(parsed[0]) if parsed else None
        if parsed and framework and framework is not wishes.framework:
            found[framework] = parsed[1]
    return found
