"""`scaffold container list`: every container of an engine, stopped ones too."""

from dataclasses import asdict, replace

from scaffold.adapters.docker.engine import DockerEngine
from scaffold.container.facts import ContainerFacts, read_container
from scaffold.container.reconnect import attach_uri, reconnect_command
from scaffold.container.render.secrets import hide_words


def list_containers(
    engine: DockerEngine, *, sizes: bool = True, account: str = ""
) -> tuple[ContainerFacts, ...]:
    """Those of `account` and of unknown owners first, running ones before others, then the latest.

    `sizes` makes the engine read all changes.
    """
    seen = (engine.inspect(row["Id"], size=sizes) for row in engine.containers())
    # A container may have been removed in the meantime.
    found = [read_container(inspect) for inspect in seen if inspect is not None]
    found.sort(key=lambda one: one.since.timestamp() if one.since else 0.0, reverse=True)
    return tuple(sorted(found, key=lambda one: (is_others(one, account), one.state != "running")))


def is_others(container: ContainerFacts, account: str) -> bool:
    """Whether a container is known to belong to somebody else."""
    return bool(account) and container.owner not in {"", account}


def document(container: ContainerFacts, host: str | None) -> dict[str, object]:
    """One container for `--json`; times are ISO 8601 in UTC, sizes in bytes."""
    plain = replace(container, role=None)
    return {
        **asdict(plain),
        "command": hide_words(container.command),
        "since": container.since.isoformat() if container.since else None,
        "role": container.role.part.value if container.role else None,
        "way_in": reconnect_command(container, host),
        "vscode": attach_uri(container) if host is None else None,
    }
