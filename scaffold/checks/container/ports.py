"""Ports that the container publishes or the editor forwards, against what listens."""

from collections.abc import Iterator

from scaffold.checks.container.seen import ContainerState
from scaffold.checks.topics import Topic
from scaffold.findings import Finding, Level, Rule, by_hand

LOOPBACK = Rule(
    "port.loopback-only",
    Level.WARN,
    "A published port leads to a program that listens on loopback only",
    "Docker's published ports come in by the container's network address, so the browser sees a "
    "reset connection.",
    "docs.docker.com, Port publishing and mapping",
    (
        by_hand("Start it with --ip=0.0.0.0 (Jupyter) or --host 0.0.0.0 (TensorBoard, uvicorn)."),
        by_hand("Or let the editor forward the port (forwardPorts), which reaches loopback too."),
    ),
)
SILENT = Rule(
    "port.nothing-listens",
    Level.INFO,
    "Nothing listens on a port that is published or forwarded",
    "Its program has not been started, or ended.",
    "the kernel's /proc/net/tcp",
)
UNKNOWN = Rule(
    "port.unknown",
    Level.UNKNOWN,
    "What listens could not be seen",
    "Unknown is no pass.",
    "the kernel's /proc/net/tcp",
    (by_hand("Ask inside the container: ss -ltn"),),
)


def _listening(seen: ContainerState) -> Iterator[Finding]:
    wanted, published = _wanted(seen), _published(seen)
    if seen.inside.listening is None:
        if wanted:
            yield UNKNOWN.found("it is not known what listens in the container")
        return
    loopback = {found.port: found.loopback for found in seen.inside.listening}
    for port in wanted:
        if port not in loopback:
            how = "published" if port in published else "forwarded"
            yield SILENT.found(f"nothing listens on {port}, which is {how}")
        elif loopback[port] and port in published:
            yield LOOPBACK.found(f"the program on port {port} listens on loopback only")


def _published(seen: ContainerState) -> set[int]:
    numbers = (port.container.partition("/") for port in seen.asked.published)
    return {int(number) for number, _, protocol in numbers if protocol in {"", "tcp"}}


def _wanted(seen: ContainerState) -> list[int]:
    return sorted(_published(seen) | set(seen.asked.forwarded))


def _summary(seen: ContainerState) -> str:
    ports = [str(found.port) for found in seen.inside.listening or ()]
    wanted = [str(port) for port in _wanted(seen)]
    found = f"{', '.join(ports)} listening" if ports else "nothing listens"
    return f"{found}; asked for: {', '.join(wanted) or 'none'}"


TOPIC = Topic(
    "port", "Ports", (LOOPBACK, SILENT, UNKNOWN), (_listening,), _summary, ("look",), ("ports",)
)
