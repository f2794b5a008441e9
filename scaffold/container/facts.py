"""Facts about one container, read from the engine's inspect."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scaffold.container.engine_json import SHORT_ID, Raw, moment, name_of, rows, table
from scaffold.container.names import DatedName, parse_dated_name
from scaffold.container.owner import owner_of
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class PublishedPort:
    """A port of the container, and its address and port on the host (empty if none)."""

    container: str
    host_ip: str = ""
    host_port: str = ""

    def __str__(self) -> str:
        number = self.container.removesuffix("/tcp")
        where = f"[{self.host_ip}]" if ":" in self.host_ip else self.host_ip
        at = "" if self.host_ip in {"", "0.0.0.0", "::"} else f"{where}:"  # noqa: S104
        return f"{at}{self.host_port or '?'}:{number}"


@dataclass(frozen=True, slots=True)
class ContainerMount:
    """One mount: `source` is a path on the engine's host, a volume's name, or empty."""

    kind: str
    source: str
    target: str
    read_only: bool = False

    @property
    def anonymous(self) -> bool:
        """Whether Docker made up the volume's name: 64 hexadecimal digits."""
        return self.kind == "volume" and len(self.source) == 64 and _is_hex(self.source)

    def __str__(self) -> str:
        source = f"{self.source[:SHORT_ID]}… (unnamed volume)" if self.anonymous else self.source
        return f"{source or self.kind}:{self.target}" + (":ro" if self.read_only else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerFacts:
    """Facts about one container. `changes_bytes` is None if not requested; times are UTC.

    `owner` is the account that it belongs to, empty if unknown.
    """

    name: str
    id: str
    image: str
    state: str
    health: str | None
    exit_code: int | None
    since: datetime | None
    changes_bytes: int | None
    ports: tuple[PublishedPort, ...]
    mounts: tuple[ContainerMount, ...]
    gpus: tuple[str, ...]
    command: tuple[str, ...]
    interactive: bool
    role: DatedName | None
    owner: str = ""


def read_container(inspect: Mapping[str, Any]) -> ContainerFacts:
    """Read the facts from an inspect, with or without sizes."""
    state = table(inspect, "State")
    config = table(inspect, "Config")
    status = str(state.get("Status", "unknown"))
    name = name_of(inspect)
    return ContainerFacts(
        name=name,
        id=str(inspect["Id"]),
        image=str(config.get("Image", "")),
        state=status,
        health=table(state, "Health").get("Status"),
        exit_code=state.get("ExitCode") if status in {"exited", "dead"} else None,
        since=_since(inspect, state, status),
        changes_bytes=inspect.get("SizeRw"),
        ports=read_ports(inspect),
        mounts=read_mounts(inspect),
        gpus=read_gpus(inspect),
        command=(str(inspect.get("Path", "")), *map(str, rows(inspect, "Args"))),
        interactive=bool(config.get("Tty") and config.get("OpenStdin")),
        role=parse_dated_name(name),
        owner=owner_of(inspect),
    )


def _since(inspect: Mapping[str, Any], state: Raw, status: str) -> datetime | None:
    if status == "created":
        return moment(inspect.get("Created"))
    return moment(state.get("FinishedAt" if status in {"exited", "dead"} else "StartedAt"))


def read_ports(inspect: Mapping[str, Any]) -> tuple[PublishedPort, ...]:
    """Published ports: the actual ones of a running container, else the requested ones."""
    found = table(inspect, "NetworkSettings", "Ports")
    if not any(found.values()):
        found = table(inspect, "HostConfig", "PortBindings")
    ports: dict[tuple[str, str], PublishedPort] = {}
    for container, bindings in found.items():
        for binding in bindings or []:
            port = PublishedPort(container, binding.get("HostIp", ""), binding.get("HostPort", ""))
            # A port on all addresses is listed twice, once for IPv6: keep one.
            key = "" if port.host_ip == "::" else port.host_ip.replace("0.0.0.0", "")  # noqa: S104
            ports.setdefault((container, f"{key}:{port.host_port}"), port)
    return tuple(ports.values())


def read_mounts(inspect: Mapping[str, Any]) -> tuple[ContainerMount, ...]:
    """All mounts, sorted by target, including those of `--tmpfs`."""
    found = [
        ContainerMount(
            kind=mount.get("Type", "bind"),
            source=mount.get("Name") or mount.get("Source", ""),
            target=mount["Destination"],
            read_only=not mount.get("RW", True),
        )
        for mount in rows(inspect, "Mounts")
    ]
    found += [ContainerMount("tmpfs", "", path) for path in table(inspect, "HostConfig", "Tmpfs")]
    return tuple(sorted(found, key=lambda mount: mount.target))


def read_gpus(inspect: Mapping[str, Any]) -> tuple[str, ...]:
    """The GPU request: `--gpus`, CDI names, the nvidia runtime, or bare devices."""
    host_config = table(inspect, "HostConfig")
    found = [*asked_gpus(inspect)]
    if host_config.get("Runtime") == "nvidia":
        found += [
            entry.partition("=")[2]
            for entry in rows(table(inspect, "Config"), "Env")
            if entry.startswith("NVIDIA_VISIBLE_DEVICES=")
        ]
    for device in rows(host_config, "Devices"):
        path = str(device.get("PathOnHost", ""))
        if path.removeprefix("/dev/nvidia").isdigit():
            found.append(path)
    return tuple(found)


def asked_gpus(inspect: Mapping[str, Any]) -> tuple[str, ...]:
    """What `--gpus` and CDI names ask for."""
    requests = rows(table(inspect, "HostConfig"), "DeviceRequests")
    return tuple(text for request in requests if (text := _asked(request)))


def _asked(request: Raw) -> str:
    ids = ",".join(rows(request, "DeviceIDs"))
    if request.get("Driver") == "cdi":
        return ids
    capabilities = [name for group in rows(request, "Capabilities") for name in group]
    if "gpu" not in capabilities and request.get("Driver") != "nvidia":
        return ""
    if ids:
        return f"device={ids}"
    return "all" if request.get("Count") == -1 else str(request.get("Count"))


def _is_hex(text: str) -> bool:
    return all(char in "0123456789abcdef" for char in text)
