"""Whether an environment marker lets a dependency into a Linux container."""

from functools import lru_cache

_LINUX = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "extra": ""}
_PYTHONS = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
"""The Python is not decided yet: a marker applies if it does for any of these."""


@lru_cache(maxsize=512)
def applies(marker: str) -> bool:
    """True for no marker, and for one that cannot be read: skipping the dependency would be a
    guess.
    """
    if not marker:
        return True
    from packaging.markers import InvalidMarker, Marker, UndefinedComparison

    try:
        parsed = Marker(marker)
        return any(
            parsed.evaluate(
                {**_LINUX, "platform_machine": machine}
                | {"python_version": python, "python_full_version": f"{python}.9"}
            )
            for python in _PYTHONS
            for machine in ("x86_64", "aarch64")
        )
    except (InvalidMarker, UndefinedComparison, ValueError, RecursionError):
        return True
