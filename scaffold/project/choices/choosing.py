"""From everything that was read to one framework and one Python.

The install path decides. What stands elsewhere is shown, and followed only where the path is
silent; nothing is dropped without a word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from scaffold.project.evidence import EvidencedValue
from scaffold.project.facts import Evidence, PackageManager
from scaffold.project.formats.manifests import Role
from scaffold.project.framework import Framework
from scaffold.project.packages.frameworks import Sign, Weight, choose, framework_of
from scaffold.project.packages.wheels import has_row, last_python
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.markers import applies
from scaffold.project.syntax.specifiers import cuda_release, joined, relaxed, satisfies
from scaffold.project.view import View


def choose_framework(view: View) -> tuple[EvidencedValue[Framework], str, tuple[str, ...]]:
    """The framework, its specifier set, and complaints about a lock that is out of date."""
    signs = list(view.signs)
    framework, weight, rule = choose(signs)
    if weight is None:
        left_out = (Evidence("framework", *_shown(sign), used=False) for sign in signs)
        return EvidencedValue(Framework.NONE, tuple(left_out)), "", ()
    mine = [sign for sign in signs if sign.framework == framework]
    asked = [sign for sign in mine if sign.named and _counts(sign, weight)]
    spec, deciding = _asked_spec(view, framework, asked)
    locked = locked_sign(mine)
    problems: tuple[str, ...] = ()
    if locked is not None:
        problems = _stale(locked, spec, deciding)
        spec, deciding = locked.requirement.spec, locked
    evidence = [_evidence(sign, framework, weight, spec, locked) for sign in signs]
    if rule:
        where = next(sign.requirement.where for sign in mine if sign.weight == weight)
        evidence.insert(0, Evidence("rule", where, rule))
    ordered = sorted(evidence, key=lambda one: not one.used)
    return EvidencedValue(framework, tuple(ordered)), spec, problems


def _shown(sign: Sign) -> tuple[str, str]:
    return sign.requirement.where, sign.requirement.text


def _counts(sign: Sign, weight: Weight) -> bool:
    """Whether a sign is among those that bind the version: all of the path, or the deciding."""
    inside = sign.weight < Weight.LOCKED if weight < Weight.LOCKED else sign.weight == weight
    return inside and applies(sign.requirement.marker)


def _asked_spec(view: View, framework: Framework, asked: list[Sign]) -> tuple[str, Sign | None]:
    least = min((one.weight for one in asked), default=Weight.NAMED)
    # A release that README's commands pin comes before a list that leaves it open.
    with_steps = {least, Weight.STEP} if least < Weight.STEP else {least}
    strongest = [sign for sign in asked if sign.weight in with_steps]
    bounds = [sign for sign in strongest if sign.requirement.spec]
    specs = [sign.requirement.spec for sign in bounds] + _constraints(view, framework)
    pins = [sign for sign in bounds if "==" in sign.requirement.spec]
    if pins:
        # Alternatives for several Pythons: the last one is for the newest.
        several = len(pins) > 1 and all(pin.requirement.marker for pin in pins)
        pin = pins[-1] if several else pins[0]
        return pin.requirement.spec, pin
    if bounds and bounds[0].weight > Weight.LOCKED:
        specs = specs[:1]
    return joined(*specs), bounds[0] if bounds else None


def framework_bound(view: View, framework: Framework, spec: str) -> str | None:
    """What the lists ask of a framework that only a README's command pins; None: the pin binds.

    `torch` in the list and `torch==1.7.1` in the README: the list leaves the choice open.
    """
    signs = [sign for sign in view.signs if sign.framework == framework and sign.named]
    if spec and not any(sign.on_path for sign in signs):
        # Another folder, an image or a command that nobody follows.
        return ""
    listed = [
        sign for sign in signs if sign.weight < Weight.STEP and applies(sign.requirement.marker)
    ]
    steps = [sign for sign in signs if sign.weight == Weight.STEP]
    if not listed or not steps or any("==" in sign.requirement.spec for sign in listed):
        return None
    own = joined(*(one.requirement.spec for one in listed))
    return own if own != spec else None


def _constraints(view: View, framework: Framework) -> list[str]:
    return [
        requirement.spec
        for path in view.path.constraints
        for requirement in view.sources[path].requirements
        if framework_of(requirement) == (framework, True) and requirement.spec
    ]


def locked_sign(signs: list[Sign]) -> Sign | None:
    """The locked build: of several the one for CUDA, never the one without where both are."""
    locked = [sign for sign in signs if sign.weight == Weight.LOCKED and sign.named]
    return max(locked, key=_build_rank, default=None)


def _build_rank(sign: Sign) -> tuple[bool, bool, tuple[int, ...]]:
    requirement = sign.requirement
    numbers = tuple(int(part[:9]) for part in re.findall(r"\d+", requirement.spec))
    return locked_cuda(requirement) is not None, requirement.local != "cpu", numbers


def locked_cuda(found: Requirement) -> str | None:
    """The CUDA release of a locked build: `2.8.0+cu128`, or an index named `…/whl/cu128`."""
    return cuda_release(found.local) or cuda_release(found.url)


def _stale(locked: Sign, spec: str, asked: Sign | None) -> tuple[str, ...]:
    version = locked.requirement.spec.removeprefix("==")
    if not spec or asked is None or satisfies(version, spec):
        return ()
    complaint = (
        f"{locked.requirement.where}: holds {locked.requirement.text}, but "
        f"{asked.requirement.where} asks for {spec}: the lock is out of date"
    )
    return (complaint,)


def _evidence(
    sign: Sign, framework: Framework, weight: Weight, spec: str, locked: Sign | None
) -> Evidence:
    """Followed is what agrees with the choice from a place that the installation reads."""
    requirement = sign.requirement
    used = sign.framework == framework and applies(requirement.marker)
    used = used and (sign.on_path or sign.weight == weight)
    if sign.weight == Weight.LOCKED and sign.named and locked is not None:
        used = sign == locked
    elif used and sign.named and "==" in requirement.spec and "==" in spec:
        pinned = re.split("==|,", spec[spec.index("==") :])[1].removesuffix(".*")
        used = requirement.spec == spec or satisfies(pinned, requirement.spec)
    return Evidence("framework", requirement.where, requirement.text, used)


_FIXES_PYTHON = {PackageManager.CONDA, PackageManager.PIXI, PackageManager.PIPENV}


@dataclass(frozen=True, slots=True)
class Python:
    """The Python range, whether it only prefers, and what remains where the preference fails."""

    spec: str
    soft: bool = False
    bound: str = ""
    evidence: tuple[Evidence, ...] = ()


def choose_python(view: View, framework: Framework) -> Python:
    """The Python range: a pin that fits the project's range, else the range.

    conda, pixi and Pipenv make their own interpreter from their own file; for the others
    .python-version names it, within requires-python. What README, image, CI and classifiers
    name only prefers. Pinned packages end at the last Python that they have wheels for.
    """
    notes = list(view.notes(Subject.PYTHON))
    ranges = [pair for pair in notes if _binds_python(view, pair[0]) and pair[1].value]
    pins = [pair for pair in notes if view.role(pair[0].path) is Role.PYTHON]
    pins = [pair for pair in pins if view.in_project(pair[0].path)]
    weak = [pair for pair in notes if pair not in ranges and pair not in pins and pair[1].value]
    # A manifest of another folder speaks for that folder.
    own = [pair for pair in weak if view.role(pair[0].path) in {Role.PROSE, Role.IMAGE}]
    own.sort(key=lambda pair: view.role(pair[0].path) is not Role.PROSE)
    weak = [*(own if own or ranges or pins else weak), *_tested(view)]
    fixed = [pair for pair in ranges if view.on_path(pair[0].path)]
    fitting = [pair for pair in pins if all(_fits(pair[1], one) for _, one in ranges)]
    if view.path.way and view.path.way.manager in _FIXES_PYTHON and fixed:
        fitting = fixed
    limit = wheel_limit(view, framework)
    bound = [*fitting, *ranges, *pins]
    chosen = bound[0][1] if bound else None
    hard = _within(relaxed(chosen.value) if chosen else "", limit)
    agreeing = [
        note for _, note in weak if not fitting and _open(hard) and overlap(note.value, hard)
    ]
    prefers = agreeing[0] if agreeing else None
    spec = hard if prefers is None else _preferring(prefers.value, hard)
    shown = [one for _, one in notes] + [one for _, one in weak if one not in (n for _, n in notes)]
    evidence = [_python_evidence(one, prefers or chosen, ranges) for one in shown]
    evidence += (
        [limit.evidence] if limit and hard != (relaxed(chosen.value) if chosen else "") else []
    )
    ordered = tuple(sorted(evidence, key=lambda one: not one.used))
    return Python(spec, prefers is not None, hard, ordered)


_OLDEST = 8
"""Python 3.8: a project whose tests end before it was left alone, and says nothing of today."""


def _tested(view: View) -> list[tuple[Source, Note]]:
    """The newest Python of classifiers and CI as a ceiling: what is newer nobody tried."""
    notes = [pair for pair in view.notes(Subject.TESTED) if _is_own_metadata(view, pair[0].path)]
    if not notes:
        return []
    source, newest = max(notes, key=lambda pair: int(pair[1].value))
    if int(newest.value) < _OLDEST:
        return []
    return [(source, replace(newest, value=f"<3.{int(newest.value) + 1}"))]


def _is_own_metadata(view: View, path: str) -> bool:
    return path.startswith(".github/") or view.in_project(path)


def _open(spec: str) -> bool:
    """Whether a range leaves more than one Python."""
    return "==" not in spec


def _preferring(preferred: str, hard: str) -> str:
    """An exact minor needs no range beside it; a ceiling keeps the project's floor."""
    if preferred.startswith("=="):
        return preferred
    return joined(hard, preferred)


def overlap(spec: str, other: str) -> bool:
    """Whether some Python 3 lies in both ranges."""
    both = ",".join(filter(None, (relaxed(spec), relaxed(other))))
    return any(satisfies(f"3.{minor}.{patch}", both) for minor in range(5, 20) for patch in (0, 99))


def _within(spec: str, limit: "Limit | None") -> str:
    """The range below the first Python without wheels, where anything is left of it."""
    if limit is None:
        return spec
    narrowed = joined(spec, f"<3.{limit.minor + 1}")
    newer = any(satisfies(f"3.{minor}.5", spec or ">=3") for minor in range(limit.minor + 1, 20))
    return narrowed if newer and overlap(narrowed, "") else spec


@dataclass(frozen=True, slots=True)
class Limit:
    """The last Python minor that every pinned package has wheels for, and which one decides."""

    minor: int
    evidence: Evidence


MAX_PINS = 200
"""Pins that are held against the table of wheels; a lock has some dozens in it."""


def _pinned(view: View) -> Iterator[tuple[Source, Requirement]]:
    return ((source, one) for source, one in view.installed if has_row(one.name))


def wheel_limit(view: View, framework: Framework) -> Limit | None:
    """Where the wheels of pinned packages end; the framework's own are the resolver's matter."""
    lasts: dict[str, Limit] = {}
    for _, found in islice(_pinned(view), MAX_PINS):
        if framework_of(found) == (framework, True) or "python" in found.marker:
            continue
        minor = last_python(found) if applies(found.marker) else None
        if minor is not None and minor >= lasts.get(found.name, Limit(0, _NOTHING)).minor:
            text = f"{found.text}: wheels up to Python 3.{minor}"
            lasts[found.name] = Limit(minor, Evidence("python", found.where, text))
    return min(lasts.values(), key=lambda one: one.minor, default=None)


_NOTHING = Evidence("python", "", "")


def _binds_python(view: View, source: Source) -> bool:
    """A file of the install path, or the metadata of the project that is installed."""
    role = view.role(source.path)
    if view.on_path(source.path):
        return role in {Role.MANIFEST, Role.LOCK}
    metadata = source.path.rpartition("/")[2] in {"pyproject.toml", "setup.py", "setup.cfg"}
    return metadata and view.in_project(source.path)


def _fits(pin: Note, bound: Note) -> bool:
    """Whether some patch release of a pinned minor lies in a range; two ranges are not compared."""
    if not pin.value.startswith("=="):
        return True
    minor = pin.value.removeprefix("==").removesuffix(".*")
    return any(satisfies(f"{minor}.{patch}", relaxed(bound.value)) for patch in (0, 5, 10, 20, 99))


def _python_evidence(
    note: Note, chosen: Note | None, ranges: list[tuple[Source, Note]]
) -> Evidence:
    bound = any(note is one for _, one in ranges)
    used = note is chosen or (bound and chosen is not None and _fits(chosen, note))
    return Evidence("python", note.where, note.text, used)
