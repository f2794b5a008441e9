"""From everything that names a Python to one range.

The install path decides. Other places are shown, and followed only if the path names none.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from scaffold.project.choices.aside import ASIDE
from scaffold.project.facts import Evidence, PackageManager
from scaffold.project.formats.manifests import Role
from scaffold.project.framework import Framework
from scaffold.project.packages.frameworks import framework_of
from scaffold.project.packages.wheels import ENDED, has_row, last_python
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.markers import applies
from scaffold.project.syntax.specifiers import joined, relaxed, satisfies
from scaffold.project.view import View
from scaffold.records import dataclass

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
    weak = [pair for pair in weak if not _is_aside(view, pair[0].path)]
    # A manifest of another folder is valid for that folder only.
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


def _is_aside(view: View, path: str) -> bool:
    """Whether a manifest describes an example, a test or other people's code."""
    return view.role(path) is Role.MANIFEST and bool(ASIDE & set(path.split("/")[:-1]))


_OLDEST = 8
"""Python 3.8: a project whose tests end before it is unmaintained, so its ceiling means nothing."""


def _tested(view: View) -> list[tuple[Source, Note]]:
    """The newest Python of classifiers and CI as a ceiling: newer ones are untested."""
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
    """An exact minor replaces the range; a ceiling keeps the project's floor."""
    if preferred.startswith("=="):
        return preferred
    return joined(hard, preferred)


def overlap(spec: str, other: str) -> bool:
    """Whether some Python 3 is in both ranges."""
    both = ",".join(filter(None, (relaxed(spec), relaxed(other))))
    return any(satisfies(f"3.{minor}.{patch}", both) for minor in range(5, 20) for patch in (0, 99))


def _within(spec: str, limit: "Limit | None") -> str:
    """The range below the first Python without wheels, if that leaves any Python."""
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
"""Pins that are compared with the table of wheels; a lock file has a few dozen in it."""


def _pinned(view: View) -> Iterator[tuple[Source, Requirement]]:
    return ((source, one) for source, one in view.installed if has_row(one.name))


def wheel_limit(view: View, framework: Framework) -> Limit | None:
    """Where the wheels of pinned packages end; the resolver handles the framework's own."""
    lasts: dict[str, Limit] = {}
    for _, found in islice(_pinned(view), MAX_PINS):
        if framework_of(found) == (framework, True) or "python" in found.marker:
            continue
        minor = last_python(found) if applies(found.marker) else None
        if minor is not None and minor >= lasts.get(found.name, Limit(0, _NOTHING)).minor:
            how = "runs" if found.name in ENDED else "wheels"
            text = f"{found.text}: {how} up to Python 3.{minor}"
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
    """Whether some patch release of a pinned minor is in a range; two ranges are not compared."""
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
