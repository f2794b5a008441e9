"""Which ports a tunnel forwards: the given ones, else those that the project names."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from scaffold.container.engine_json import table
from scaffold.errors import InputError
from scaffold.facts.inside import Listening
from scaffold.records import dataclass
from scaffold.workspace.devcontainer import settings

EPHEMERAL = 32768
"""First port that Linux assigns by itself (ip-sysctl.rst, ip_local_port_range): those of Jupyter
kernels and editor servers, which no one types."""

PRIVILEGED = 1024
"""Ports below need root to listen."""

TRIES = 50
"""How many further ports are tried if one is in use locally."""

_PORT = re.compile(
    r"(?:(?P<local>\d{1,5}):)?(?:(?P<host>[A-Za-z][\w.-]*):)?(?P<port>\d{1,5})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Forward:
    """One port: `local` leads to `port` of the container, or of `host` as seen from it."""

    port: int
    local: int
    host: str = ""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}" if self.host else str(self.port)


def parse_port(text: str) -> Forward:
    """Read `8888`, `9000:8888`, `db:5432` or `9000:db:5432`. Raises InputError."""
    match = _PORT.fullmatch(text)
    numbers = [int(match[key]) for key in ("local", "port") if match[key]] if match else [0]
    if not match or not all(0 < number < 65536 for number in numbers):
        raise InputError(
            f"not a port: {text!r}",
            hint="examples: 8888; or 9000:8888 for local port 9000 to port 8888 of the container",
        )
    return Forward(numbers[-1], numbers[0], match["host"] or "")


def require_distinct(forwards: Collection[Forward]) -> None:
    """Raise InputError if two would listen on the same local port."""
    locals_ = [one.local for one in forwards]
    twice = next((port for port in locals_ if locals_.count(port) > 1), None)
    if twice is not None:
        raise InputError(
            f"local port {twice} is given twice", hint=f"choose another: {twice + 1}:8888"
        )


def default_forwards(
    inspect: Mapping[str, Any],
    config: Mapping[str, Any] | None,
    listening: Iterable[Listening] | None,
) -> tuple[Forward, ...]:
    """Ports that devcontainer.json forwards, then those that programs in the container listen on.

    A container in its host's network sees all services of the host: those are not forwarded.
    """
    found = [*_named(settings(inspect) if config is None else config)]
    if table(inspect, "HostConfig").get("NetworkMode") != "host":
        found += [Forward(one.port, one.port) for one in listening or () if one.port < EPHEMERAL]
    by_local: dict[int, Forward] = {}
    for one in found:
        by_local.setdefault(one.local, one)
    return tuple(by_local.values())


def _named(config: Mapping[str, Any]) -> Iterator[Forward]:
    """`forwardPorts` and `appPort` (containers.dev, devcontainer.json reference).

    Values that are not ports are skipped: the editor reports them.
    """
    for key in ("forwardPorts", "appPort"):
        value = config.get(key)
        for entry in value if isinstance(value, list) else [value]:
            try:
                yield parse_port(str(entry).removeprefix("localhost:"))
            except InputError:
                continue


def local_ports(wanted: int) -> Iterator[int]:
    """Local ports to try: the wanted one first, any free one (0) last."""
    yield wanted
    # 80 becomes 8080, by common use.
    start = wanted + 1 if wanted >= PRIVILEGED else 8000 + wanted
    yield from range(start, min(start + TRIES, 65536))
    yield 0


def addresses_inside(inspect: Mapping[str, Any], forward: Forward) -> tuple[str, ...]:
    """Addresses where a service in the container may listen: loopback first, then its own."""
    if forward.host:
        return (forward.host,)
    networks = table(inspect, "NetworkSettings", "Networks").values()
    own = (str(one.get("IPAddress") or "") for one in networks if isinstance(one, dict))
    return ("127.0.0.1", "::1", *(address for address in own if address))
