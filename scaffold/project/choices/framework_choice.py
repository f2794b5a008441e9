"""From everything that names a framework to one framework and its versions.

The install path decides. Other places are shown, and followed only if the path names none.
"""

import re

from scaffold.project.evidence import EvidencedValue
from scaffold.project.facts import Evidence
from scaffold.project.framework import Framework
from scaffold.project.packages.frameworks import Sign, Weight, choose, framework_of
from scaffold.project.sources import Note, Requirement, Subject
from scaffold.project.syntax.markers import applies
from scaffold.project.syntax.specifiers import cuda_release, joined, satisfies
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
    if not asked and weight in {Weight.IMPLIED, Weight.STEP_IMPLIED}:
        # The list needs the framework and leaves it to a list of another kind, or to an image.
        beside = [sign for sign in mine if sign.named and sign.weight is Weight.ELSEWHERE]
        asked = [sign for sign in beside if applies(sign.requirement.marker)]
    spec, deciding = _asked_spec(view, framework, asked)
    locked = locked_sign(mine)
    problems: tuple[str, ...] = ()
    if locked is not None:
        problems = _stale(locked, spec, deciding)
        spec, deciding = locked.requirement.spec, locked
    legacy = _of_earlier_releases(view, framework, spec)
    spec = joined(spec, *(note.value for note in legacy[:1]))
    evidence = [_evidence(sign, framework, weight, spec, locked) for sign in signs]
    evidence += [
        Evidence("framework", one.where, f"{one.text}: removed in TensorFlow 2") for one in legacy
    ]
    if rule:
        where = next(sign.requirement.where for sign in mine if sign.weight == weight)
        evidence.insert(0, Evidence("rule", where, rule))
    ordered = sorted(evidence, key=lambda one: not one.used)
    return EvidencedValue(framework, tuple(ordered)), spec, problems


def _of_earlier_releases(view: View, framework: Framework, spec: str) -> list[Note]:
    """Code that TensorFlow 2 cannot run, if the lists leave the choice of the release."""
    if framework is not Framework.TENSORFLOW or "==" in spec or ">=2" in spec or "~=" in spec:
        return []
    return [note for _, note in view.notes(Subject.LEGACY)][:1]


def needs_earlier(view: View, framework: Framework, spec: str) -> bool:
    """Whether the code needs TensorFlow 1, and the versions that are asked for agree."""
    legacy = framework is Framework.TENSORFLOW and any(view.notes(Subject.LEGACY))
    return legacy and bool(spec) and not satisfies("2.99", spec)


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
        # Another folder, an image or a command that is not followed.
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
    """The locked build: of several the one for CUDA, never the one for CPUs if both exist."""
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
    """Evidence counts as used if the installation reads its file and it agrees with the choice."""
    requirement = sign.requirement
    used = sign.framework == framework and applies(requirement.marker)
    used = used and (sign.on_path or sign.weight == weight)
    if sign.weight == Weight.LOCKED and sign.named and locked is not None:
        used = sign == locked
    elif used and sign.named and "==" in requirement.spec and "==" in spec:
        pinned = re.split("==|,", spec[spec.index("==") :])[1].removesuffix(".*")
        used = requirement.spec == spec or satisfies(pinned, requirement.spec)
    return Evidence("framework", requirement.where, requirement.text, used)
