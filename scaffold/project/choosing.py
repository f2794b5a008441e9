"""From everything that was read to one framework and one Python.

The install path decides. What stands elsewhere is shown, and followed only where the path is
silent; nothing is dropped without a word.
"""

import re

from scaffold.project.evidence import Decision
from scaffold.project.facts import Evidence, Framework, PackageManager
from scaffold.project.frameworks import Sign, Weight, choose, framework_of
from scaffold.project.manifests import Role
from scaffold.project.markers import applies
from scaffold.project.sources import Note, Requirement, Source, Topic
from scaffold.project.specifiers import cuda_release, relaxed, satisfies
from scaffold.project.view import View


def choose_framework(view: View) -> tuple[Decision[Framework], str, tuple[str, ...]]:
    """The framework, its specifier set, and complaints about a lock that is out of date."""
    signs = list(view.signs())
    framework, weight, rule = choose(signs)
    if weight is None:
        return Decision(Framework.NONE), "", ()
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
    return Decision(framework, tuple(ordered)), spec, problems


def _counts(sign: Sign, weight: Weight) -> bool:
    """Whether a sign is among those that bind the version: all of the path, or the deciding."""
    inside = sign.weight < Weight.LOCKED if weight < Weight.LOCKED else sign.weight == weight
    return inside and applies(sign.requirement.marker)


def _asked_spec(view: View, framework: Framework, asked: list[Sign]) -> tuple[str, Sign | None]:
    strongest = [sign for sign in asked if sign.weight == min(one.weight for one in asked)]
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
    return ",".join(dict.fromkeys(specs)), bounds[0] if bounds else None


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


def choose_python(view: View) -> Decision[str]:
    """The Python range: a pin that fits the project's range, else the range.

    conda, pixi and Pipenv make their own interpreter from their own file; for the others
    .python-version names it, within requires-python.
    """
    notes = list(view.notes(Topic.PYTHON))
    ranges = [pair for pair in notes if _binds_python(view, pair[0]) and pair[1].value]
    pins = [pair for pair in notes if view.role(pair[0].path) is Role.PYTHON]
    pins = [pair for pair in pins if view.in_project(pair[0].path)]
    weak = [pair for pair in notes if pair not in ranges and pair not in pins and pair[1].value]
    fixed = [pair for pair in ranges if view.on_path(pair[0].path)]
    fitting = [pair for pair in pins if all(_fits(pair[1], one) for _, one in ranges)]
    if view.path.way and view.path.way.manager in _FIXES_PYTHON and fixed:
        fitting = fixed
    candidates = [*fitting, *ranges, *pins, *weak]
    if not candidates:
        return Decision("")
    note = candidates[0][1]
    evidence = [_python_evidence(one, note, ranges) for _, one in notes]
    return Decision(relaxed(note.value), tuple(sorted(evidence, key=lambda one: not one.used)))


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


def _python_evidence(note: Note, chosen: Note, ranges: list[tuple[Source, Note]]) -> Evidence:
    bound = any(note is one for _, one in ranges)
    used = note is chosen or (bound and _fits(chosen, note))
    return Evidence("python", note.where, note.text, used)
