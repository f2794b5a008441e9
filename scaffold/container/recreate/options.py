"""The options of `recreate`, parsed and validated."""

import re

from scaffold.errors import InputError
from scaffold.parsing.untrusted.numbers import whole
from scaffold.records import dataclass

UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
"""Docker's, which are binary: docs.docker.com/reference/cli/docker/container/run."""

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([bkmgt]?)i?b?", re.IGNORECASE)
_PORTS = re.compile(r"(\d+)(?:-(\d+))?")
_PUBLISH = re.compile(
    r"(?:(?:\[(?P<v6>[0-9A-Fa-f:]+)\]|(?P<v4>\d+(?:\.\d+){3})):)?"
    r"(?:(?P<host>[\d-]*):)?(?P<container>[\d-]+)(?:/(?P<protocol>tcp|udp|sctp))?"
)
_VARIABLE = re.compile(r"[^=\s]+")


@dataclass(frozen=True, slots=True)
class PublishOption:
    """One port: `container` with its protocol (`8888/tcp`), `host` empty for any free port."""

    container: str
    host: str = ""
    ip: str = ""

    @property
    def binding(self) -> dict[str, str]:
        """The binding in the form of the Engine API."""
        return {"HostIp": self.ip, "HostPort": self.host}

    @property
    def is_public(self) -> bool:
        """Whether other computers can reach the port: it is on all addresses, or on a real one."""
        return not (self.ip.startswith("127.") or self.ip == "::1")

    @property
    def number(self) -> str:
        """The container's port, without `/tcp`."""
        return self.container.removesuffix("/tcp")

    def __str__(self) -> str:
        ip = f"[{self.ip}]:" if ":" in self.ip else f"{self.ip}:" if self.ip else ""
        if not self.host:
            on = f" of {self.ip}" if self.ip else ""
            return f"container port {self.number} on a random host port{on}"
        return f"{ip}{self.host}:{self.number}"


@dataclass(frozen=True, slots=True)
class VolumeOption:
    """One mount: `source` is an absolute path on the engine's host, or a volume's name."""

    source: str
    target: str
    options: tuple[str, ...] = ()

    @property
    def is_path(self) -> bool:
        """Whether it is a bind mount."""
        return self.source.startswith("/")

    def __str__(self) -> str:
        return ":".join(filter(None, (self.source, self.target, ",".join(self.options))))


@dataclass(frozen=True, kw_only=True, slots=True)
class RecreateOptions:
    """All options; `gpus` is `none` to remove GPUs, None to keep them as they are."""

    publish: tuple[PublishOption, ...] = ()
    unpublish: tuple[str, ...] = ()
    volumes: tuple[VolumeOption, ...] = ()
    no_volumes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    no_networks: tuple[str, ...] = ()
    gpus: str | None = None
    shm_size: int | None = None
    env: tuple[tuple[str, str], ...] = ()
    no_env: tuple[str, ...] = ()
    image: str | None = None


def parse_publish(text: str) -> tuple[PublishOption, ...]:
    """Parse `[ip:][host:]container[/udp]` as `docker run --publish` does; a range gives several."""
    match = _PUBLISH.fullmatch(text)
    if match is None:
        raise InputError(
            f"--publish: not a port: {text!r}", hint="8888, 8888:8888, 127.0.0.1:8888:8888, 53/udp"
        )
    inside = _range(match["container"], text)
    outside = _range(match["host"], text) if match["host"] else [None] * len(inside)
    if len(inside) != len(outside):
        raise InputError(f"--publish: the ranges of {text!r} have different lengths")
    protocol, ip = match["protocol"] or "tcp", match["v6"] or match["v4"] or ""
    return tuple(
        PublishOption(f"{port}/{protocol}", str(host) if host else "", ip)
        for port, host in zip(inside, outside, strict=True)
    )


def parse_unpublish(text: str) -> str:
    """The container's port with its protocol: `8888` is `8888/tcp`."""
    number, _, protocol = text.partition("/")
    if whole(number) is None or protocol not in {"", "tcp", "udp", "sctp"}:
        raise InputError(
            f"--unpublish: not a port: {text!r}", hint="the container's port: 8888, or 53/udp"
        )
    return f"{number}/{protocol or 'tcp'}"


def _range(text: str, whole: str) -> list[int]:
    match = _PORTS.fullmatch(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 0 < first <= last < 65536:
        raise InputError(f"--publish: not a port: {text!r} in {whole!r}")
    return list(range(first, last + 1))


def parse_volume(text: str) -> VolumeOption:
    """Parse `source:target[:options]` as `docker run --volume` does; the source is required."""
    source, _, rest = text.partition(":")
    target, _, options = rest.partition(":")
    if not source or not target.startswith("/"):
        raise InputError(
            f"--volume: not a mount: {text!r}", hint="FOLDER:/target, NAME:/target, or with :ro"
        )
    if source.startswith((".", "~")) or ("/" in source and not source.startswith("/")):
        raise InputError(
            f"--volume: {source} is not an absolute path",
            hint="give the absolute path on the machine that runs Docker",
        )
    return VolumeOption(source, target.rstrip("/") or "/", tuple(filter(None, options.split(","))))


def parse_size(flag: str, text: str) -> int:
    """Bytes of `8g`, `512m` or a plain number."""
    match = _SIZE.fullmatch(text.strip())
    size = int(float(match[1]) * UNITS[match[2].lower()]) if match else 0
    if size <= 0:
        raise InputError(f"{flag}: not a size: {text!r}", hint="8g, 512m")
    return size


def parse_env(text: str) -> tuple[str, str]:
    """`NAME=value`."""
    name, equals, value = text.partition("=")
    if not equals or not _VARIABLE.fullmatch(name):
        raise InputError(f"--env: not a variable: {text!r}", hint="NAME=value")
    return name, value
