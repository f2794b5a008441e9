"""Helpers for the engine's JSON, in which empty lists and tables may be missing or null."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Raw = dict[str, Any]
"""An unchanged object of the Engine API: docs.docker.com/reference/api/engine."""

SHORT_ID = 12
"""Length of a short id, which is also the default hostname and a network alias."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")


def table(value: Mapping[str, Any], *keys: str) -> Raw:
    """A table at a path of keys; a missing one is empty."""
    found: Any = value
    for key in keys:
        found = (found or {}).get(key)
    return dict(found or {})


def rows(value: Mapping[str, Any], key: str) -> list[Any]:
    """A list; a missing one is empty."""
    return list(value.get(key) or [])


def moment(text: str | None) -> datetime | None:
    """A time of the engine's, which writes nanoseconds; None for its "never" (year 1).

    None also for a time that no calendar has.
    """
    match = _TIME.fullmatch(text or "")
    if match is None or match[1].startswith("0001"):
        return None
    micro = (match[2] or "")[:7]
    zone = "+00:00" if match[3] == "Z" else match[3]
    try:
        return datetime.fromisoformat(f"{match[1]}{micro}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def name_of(container: Mapping[str, Any]) -> str:
    """The name without the leading slash of the Engine API."""
    return str(container["Name"]).removeprefix("/")


def is_running(container: Mapping[str, Any]) -> bool:
    """Whether its processes exist; a paused or restarting one counts too."""
    return bool(table(container, "State").get("Running"))
