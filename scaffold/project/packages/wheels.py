"""Up to which Python the packages that a project pins have wheels."""

import re
from functools import lru_cache

from scaffold.project.packages.wheel_rows import TABLE
from scaffold.project.sources import Requirement
from scaffold.project.syntax.specifiers import satisfies

MAX_SPEC = 200
"""Characters of a specifier set; people write a few clauses."""

_CEILING = re.compile(r"(?:==|<=|<|~=)")


@lru_cache(maxsize=1)
def _rows() -> dict[str, list[tuple[str, int | None]]]:
    """Releases in order with the minor of their last Python, None for no limit."""
    found: dict[str, list[tuple[str, int | None]]] = {}
    for entry in re.split(r"\n(?=\S)", TABLE.strip()):
        name, *pairs = entry.split()
        parts = (pair.rsplit(":", 1) for pair in pairs)
        found[name] = [(first, None if last == "any" else int(last)) for first, last in parts]
    return found


ENDED = {"chumpy": 10, "fairseq": 10, "madmom": 9}
"""The last Python 3 that a package runs on which has no newer release, and no wheels.

Source: what later Pythons removed or refuse: inspect.getargspec, mutable defaults of dataclasses,
collections.MutableSequence.
"""


def has_row(name: str) -> bool:
    """Whether the table knows the package."""
    return name in ENDED or name in _rows()


def last_python(requirement: Requirement) -> int | None:
    """The minor of the last Python 3 for the newest release in the range, by its wheels.

    None if nothing limits it: no row, no upper bound, or wheels for any Python.
    """
    if requirement.url or requirement.conda or len(requirement.spec) > MAX_SPEC:
        return None
    if requirement.name in ENDED:
        return ENDED[requirement.name]
    return _last(requirement.name, requirement.spec)


@lru_cache(maxsize=512)
def _last(name: str, spec: str) -> int | None:
    rows = _rows().get(name, []) if _CEILING.search(spec) else []
    limit = None
    for number, (first, last) in enumerate(rows):
        # A row covers the releases up to the next one, so a pin between two belongs to it.
        following = rows[number + 1][0] if number + 1 < len(rows) else ""
        if _reaches(spec, first, following):
            limit = last
    return limit


def _reaches(spec: str, first: str, following: str) -> bool:
    """Whether some release from `first` on, and before the next row, is in the range."""
    from packaging.version import InvalidVersion, Version

    if satisfies(first, spec):
        return True
    for clause in spec.split(","):
        match = re.fullmatch(r"(==|<=|~=|<)(.+?)(\.\*)?", clause)
        if match is None:
            continue
        try:
            bound = Version(match[2])
            after = bound > Version(first) if match[1] == "<" else bound >= Version(first)
            if (
                after
                and satisfies(match[2], spec.replace("<", "<="))
                and (not following or bound < Version(following) or match[1] in {"<", "<="})
            ):
                return True
        except InvalidVersion:
            return False
    return False
