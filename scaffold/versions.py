"""Dotted version numbers of drivers, CUDA releases and compute capabilities."""

import functools
import operator
import re
from collections.abc import Iterable

Version = tuple[int, ...]
"""A dotted number as integers, compared from the left: `535.183.01` is `(535, 183, 1)`."""

COMPARISONS = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}

# Python reads no number of more than 4300 digits.
_DOTTED = re.compile(r"\d{1,99}(\.\d{1,99})*", re.ASCII)
_BOUND = re.compile(rf"(==|!=|>=|<=|>|<)\s*({_DOTTED.pattern.replace('(', '(?:')})", re.ASCII)


@functools.lru_cache(4096)
def parse_version(text: str) -> Version:
    """Read a dotted number such as `12.8` or `535.183.01`.

    Raises ValueError where the text is anything else.
    """
    if not _DOTTED.fullmatch(text.strip()):
        raise ValueError(f"not a dotted version number: {text!r}")
    return tuple(int(part) for part in text.strip().split("."))


@functools.lru_cache(4096)
def plain_bounds(spec: str) -> tuple[tuple[str, str], ...] | None:
    """Operators and versions of a specifier set, None unless it compares dotted numbers only.

    Nearly all sets are like this, and `packaging`, which reads every other, takes a tenth of a
    start to import.
    """
    found = [_BOUND.fullmatch(part.strip()) for part in spec.split(",")]
    return None if None in found else tuple((one[1], one[2]) for one in found if one)


def within(version: Version, bounds: Iterable[tuple[str, str]]) -> bool:
    """Whether a release satisfies all bounds: `2.8` is `2.8.0`, as PEP 440 has it."""
    ours = _without_zeros(version)
    return all(
        COMPARISONS[sign](ours, _without_zeros(parse_version(text))) for sign, text in bounds
    )


def _without_zeros(version: Version) -> Version:
    size = len(version)
    while size and not version[size - 1]:
        size -= 1
    return version[:size]


def dotted(version: Version) -> str:
    """Write a version as NVIDIA does, drivers with two digits in the last part."""
    return ".".join(f"{part:02d}" if n > 1 else str(part) for n, part in enumerate(version))


def major_minor(version: Version) -> str:
    """Write the first two components, as CUDA releases are named: `(12, 8, 1)` is `12.8`."""
    return ".".join(str(part) for part in (*version, 0)[:2])
