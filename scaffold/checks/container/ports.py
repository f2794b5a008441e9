"""Ports that the container publishes or the editor forwards, against what listens."""

from collections.abc import Iterator

from scaffold.checks.container.seen import CheckedContainer
from scaffold.checks.topics import Topic
from scaffold.findings import Finding, Level, Rule, by_hand

LOOPBACK = Rule(
    id="port.loopback-only",
    level=Level.WARN,
    title="A published port leads to a program that listens on loopback only",
    why="Docker's published ports come in by the container's network address, so the browser sees "
    "a "
    "reset connection.",
    source="docs.docker.com, Port publishing and mapping",
    fix=(
        by_hand("Start it with --ip=0.0.0.0 (Jupyter) or --host 0.0.0.0 (TensorBoard, uvicorn)."),
        by_hand("Or let the editor forward the port (forwardPorts), which reaches loopback too."),
    ),
)
SILENT = Rule(
    id="port.nothing-listens",
    level=Level.INFO,
    title="Nothing listens on a port that is published or forwarded",
    why="Its program has not been started, or ended.",
    source="the kernel's /proc/net/tcp",
)
UNKNOWN = Rule(
    id="port.unknown",
    level=Level.UNKNOWN,
    title="What listens could not be seen",
    why="Unknown is no pass.",
    source="the kernel's /proc/net/tcp",
    fix=(by_hand("Ask inside the container: ss -ltn"),),
)


def _listening(seen: CheckedContainer) -> Iterator[Finding]:
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


def _published(seen: CheckedContainer) -> set[int]:
    numbers = (port.container.partition("/") for port in seen.asked.published)
    return {int(number) for number, _, protocol in numbers if protocol in {"", "tcp"}}


def _wanted(seen: CheckedContainer) -> list[int]:
    return sorted(_published(seen) | set(seen.asked.forwarded))


def _summary(seen: CheckedContainer) -> str:
    ports = [str(found.port) for found in seen.inside.listening or ()]
    wanted = [str(port) for port in _wanted(seen)]
    found = f"{', '.join(ports)} listening" if ports else "nothing listens"
    return f"{found}; asked for: {', '.join(wanted) or 'none'}"


TOPIC = Topic(
    name="port",
    title="Ports",
    rules=(LOOPBACK, SILENT, UNKNOWN),
    checks=(_listening,),
    summary=_summary,
    needs=("look",),
    parts=("ports",),
)
