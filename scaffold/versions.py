"""Dotted version numbers of drivers, CUDA releases and compute capabilities."""

import functools
import re

Version = tuple[int, ...]
"""A dotted number as integers, compared from the left: `535.183.01` is `(535, 183, 1)`."""

_DOTTED = re.compile(r"\d+(\.\d+)*")


@functools.lru_cache(4096)
def parse_version(text: str) -> Version:
    """Read a dotted number such as `12.8` or `535.183.01`.

    Raises ValueError where the text is anything else.
    """
    if not _DOTTED.fullmatch(text.strip()):
        raise ValueError(f"not a dotted version number: {text!r}")
    return tuple(int(part) for part in text.strip().split("."))


def dotted(version: Version) -> str:
    """Write a version as NVIDIA does, drivers with two digits in the last part."""
    return ".".join(f"{part:02d}" if n > 1 else str(part) for n, part in enumerate(version))


def major_minor(version: Version) -> str:
    """Write the first two components, as CUDA releases are named: `(12, 8, 1)` is `12.8`."""
    return ".".join(str(part) for part in (*version, 0)[:2])
