"""Which ports a tunnel forwards: those that were asked for, else those that the project names."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scaffold.container.raw import table
from scaffold.errors import InputError
from scaffold.facts.inside import Listening
from scaffold.workspace.devcontainer import settings

EPHEMERAL = 32768
"""From here on Linux gives ports out by itself (ip-sysctl.rst, ip_local_port_range): those of
Jupyter's kernels and of editors' servers, which nobody types."""

PRIVILEGED = 1024
"""Below it only root may listen."""

TRIES = 50
"""How many next ports are tried where one is taken here."""

_PORT = re.compile(
    r"(?:(?P<local>\d{1,5}):)?(?:(?P<host>[A-Za-z][\w.-]*):)?(?P<port>\d{1,5})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Forward:
    """One port: `local` here leads to `port` of the container, or of `host` as it is seen there."""

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
            f"not a port: {text!r}", hint="8888; or 9000:8888, port 9000 here to 8888 there"
        )
    return Forward(numbers[-1], numbers[0], match["host"] or "")


def require_distinct(forwards: Collection[Forward]) -> None:
    """Raise InputError where two would listen on one port here."""
    locals_ = [one.local for one in forwards]
    twice = next((port for port in locals_ if locals_.count(port) > 1), None)
    if twice is not None:
        raise InputError(
            f"port {twice} here cannot lead to two places", hint=f"say another: {twice + 1}:8888"
        )


def default_forwards(
    inspect: Mapping[str, Any],
    config: Mapping[str, Any] | None,
    listening: Iterable[Listening] | None,
) -> tuple[Forward, ...]:
    """What devcontainer.json forwards, then what the container's programs listen on.

    A container in its host's network sees every service of the host: those are not taken.
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

    What is no port is passed over: the editor says so where it is used.
    """
    for key in ("forwardPorts", "appPort"):
        value = config.get(key)
        for entry in value if isinstance(value, list) else [value]:
            try:
                yield parse_port(str(entry).removeprefix("localhost:"))
            except InputError:
                continue


def local_ports(wanted: int) -> Iterator[int]:
    """Ports to try here, the wanted one first, at last any that is free (0)."""
    yield wanted
    # 80 becomes 8080, as everybody writes it.
    start = wanted + 1 if wanted >= PRIVILEGED else 8000 + wanted
    yield from range(start, min(start + TRIES, 65536))
    yield 0


def addresses_inside(inspect: Mapping[str, Any], forward: Forward) -> tuple[str, ...]:
    """Where a service of the container may listen: loopback first, then its own addresses."""
    if forward.host:
        return (forward.host,)
    networks = table(inspect, "NetworkSettings", "Networks").values()
    own = (str(one.get("IPAddress") or "") for one in networks if isinstance(one, dict))
    return ("127.0.0.1", "::1", *(address for address in own if address))
