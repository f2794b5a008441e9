"""`scaffold container list`: every container of an engine, stopped ones too."""

from dataclasses import asdict, replace

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.container.facts import ContainerFacts, read_container
from scaffold.container.way_in import attach_uri, way_in


def list_containers(engine: DockerEngine, *, sizes: bool = True) -> tuple[ContainerFacts, ...]:
    """Running ones first, then the latest. Sizes make the engine count every changed file."""
    seen = (engine.inspect(row["Id"], size=sizes) for row in engine.containers())
    # One that has gone in between is no longer there to be listed.
    found = [read_container(inspect) for inspect in seen if inspect is not None]
    found.sort(key=lambda one: one.since.timestamp() if one.since else 0.0, reverse=True)
    return tuple(sorted(found, key=lambda one: one.state != "running"))


def document(container: ContainerFacts, host: str | None) -> dict[str, object]:
    """One container for programs; times are ISO 8601 in UTC, sizes in bytes."""
    plain = replace(container, role=None)
    return {
        **asdict(plain),
        "since": container.since.isoformat() if container.since else None,
        "role": container.role.part.value if container.role else None,
        "way_in": way_in(container, host),
        "vscode": attach_uri(container) if host is None else None,
    }
