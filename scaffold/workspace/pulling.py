"""How far the images of a build are downloaded: BuildKit's lines about layers, added up."""

import re
from collections import deque

from scaffold.units import duration_text, size_text

_LAYER = re.compile(
    r"(?:^|\s)#\d+ sha256:([0-9a-f]{8,64}) (\d+(?:\.\d+)?)([kMGT]?B) / (\d+(?:\.\d+)?)([kMGT]?B)\b"
)
"""`#5 sha256:9d19ee26… 12.58MB / 50.12MB 1.2s`: how BuildKit tells it without a terminal."""

_UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}

_WINDOW_S = 20
"""Seconds over which the rate is taken: a registry that becomes slow shows soon."""


class Pulling:
    """Reads the lines of a build, each with the time at which it came."""

    def __init__(self) -> None:
        self._layers: dict[str, tuple[float, float]] = {}
        self._seen: deque[tuple[float, float]] = deque()

    def read(self, line: str, now: float) -> str:
        """What to show if the line tells of a layer, with rate and time left; else empty."""
        found = _LAYER.search(line)
        if found is None:
            return ""
        digest, done, unit, total, of = found.groups()
        self._layers[digest] = (float(done) * _UNITS[unit], float(total) * _UNITS[of])
        here, whole = (sum(part) for part in zip(*self._layers.values(), strict=True))
        self._seen.append((now, here))
        while self._seen[0][0] < now - _WINDOW_S and len(self._seen) > 2:
            self._seen.popleft()
        since, before = self._seen[0]
        amount = f"{size_text(int(here))} of {size_text(int(whole))}"
        return f"downloading images: {amount}{_pace(whole - here, here - before, now - since)}"


def _pace(left: float, got: float, seconds: float) -> str:
    """Rate and time left, once a second has shown them."""
    if seconds < 1 or got <= 0:
        return ""
    rate = got / seconds
    return f", {size_text(int(rate))}/s, {duration_text(left / rate)} left"
